// The workloads that stand here, in the order in which help lists them. Adding one: its file, and
// its line in this list.

import GreyMutator

package enum Workloads {
  package static let all: [any Workload.Type] = [
    BinaryTrees.self, GCBench.self, Rings.self, ListAcross.self, Churn.self,
    RandomGraph.self, HotPotato.self, KeyValue.self, HeapProgram.self, Stubborn.self,
    Allocate.self, Shapes.self, Pass.self, Spin.self,
  ]
}
