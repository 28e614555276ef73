// `bench --compare`: the rows of the comparison, by the number of the work they are about.
//
// A row is called NUMBER-WORK-PEER. What is compared is the same work on the same data: the graphs
// have one definition in all languages (Tests/Peers/graph.h, `ShapePlan`), and every program prints
// a checksum of the edges that it stored; where two disagree, nothing is compared.

import GreyEvents

extension BenchSuite {
  package static func comparison(_ bench: BenchTools) -> BenchSuite {
    let tools = CompareTools(bench)
    var measurements: [Measurement] = []
    measurements += CompareAllocation.all(tools)
    measurements += CompareTrees.all(tools)
    measurements += CompareMarking.all(tools)
    measurements += CompareStores.all(tools)
    measurements += CompareStops.all(tools)
    measurements += CompareRemote.all(tools)
    measurements += CompareChurn.all(tools)
    measurements += CompareMemory.all(tools)
    measurements += ComparePassing.all(tools)
    return BenchSuite(measurements, warmsUp: false, interrupted: bench.interrupted)
  }
}
