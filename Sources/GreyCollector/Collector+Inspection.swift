// What a person who walks a cycle is shown of the grey that is left.

import GreyBasics

extension Collector {
  /// Objects to be scanned and references to be shaded, here or by their owner, that are in
  /// nobody's hands: all there are, once every marker has published what it holds.
  package var greyLeft: Int {
    locked { state in
      state.grey.reduce(0) { $0 + $1.count } + state.edges.reduce(0) { $0 + $1.count }
        + state.large.count + state.incomingReferences + state.unsent
    }
  }
}
