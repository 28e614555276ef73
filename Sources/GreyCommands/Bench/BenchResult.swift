// What `bench` is asked for, and what it answers.

import GreyEvents

package struct BenchRequest: Hashable, Sendable {
  /// Only rows whose name contains one of these; all when empty.
  package var only: [String]
  /// Smaller sizes and fewer rounds.
  package var quick: Bool
  /// How often each is measured; nil: as often as its size says.
  package var rounds: Int?
  /// Other programs beside us, instead of the rows of this build alone.
  package var compares: Bool
  package init(
    only: [String] = [], quick: Bool = false, rounds: Int? = nil, compares: Bool = false
  ) {
    self.only = only
    self.quick = quick
    self.rounds = rounds
    self.compares = compares
  }
}

package struct BenchResult: ControlResult {
  package static let schema = "greywave.bench/1"
  package var rows: [BenchRow]
  package init(rows: [BenchRow]) { self.rows = rows }
}

/// What happens meanwhile, for people: it goes to stderr.
package enum BenchNews: Hashable, Sendable {
  /// What is being measured now; the next one replaces it.
  case progress(String)
  /// Something that could not be measured here, and why.
  case note(String)
}
