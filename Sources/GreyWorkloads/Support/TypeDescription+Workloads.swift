// The types of a workload's objects, described in one line each.

import GreyHeap
import GreyMutator

extension TypeDescription {
  /// - Parameter references: the words that hold references.
  static func of(
    _ name: String, words: Int, references: [Int]
  ) throws(WorkloadError) -> TypeDescription {
    do {
      return try TypeDescription(name: name, words: words, referenceWords: references)
    } catch {
      throw WorkloadError("\(error)")
    }
  }
}
