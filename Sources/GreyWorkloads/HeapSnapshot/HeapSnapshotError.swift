// Why a file was not taken as a heap snapshot: where in the file, what was expected, what is there.
//
// The three kinds call for different remedies. A truncated file was cut off while it was written
// or copied: write it again. A malformed one is not what V8 writes: wrong file. An inconsistent
// one is well-formed, but its numbers contradict each other: damaged, or of an unknown version.

package enum HeapSnapshotError: Error, Hashable, Sendable {
  /// The file cannot be opened or read; `reason` is the system's.
  case unreadable(path: String, reason: String)
  /// The file ends at `offset`, in the middle of something.
  case truncated(offset: Int, expected: String)
  /// The byte at `offset` does not continue a snapshot.
  case malformed(offset: Int, expected: String, found: String)
  /// What stands at `offset` is well-formed and contradicts the rest of the file.
  case inconsistent(offset: Int, expected: String, found: String)

  /// The byte at which reading stopped; nil when nothing could be read.
  package var offset: Int? {
    switch self {
    case .unreadable: nil
    case .truncated(let offset, _), .malformed(let offset, _, _), .inconsistent(let offset, _, _):
      offset
    }
  }
}

extension HeapSnapshotError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "cannot read \(path): \(reason)"
    case .truncated(let offset, let expected):
      "the snapshot ends at byte \(offset), where \(expected) was expected: it was cut off; "
        + "write it again"
    case .malformed(let offset, let expected, let found):
      "byte \(offset): expected \(expected), found \(found): not a heap snapshot as V8 writes it"
    case .inconsistent(let offset, let expected, let found):
      "byte \(offset): expected \(expected), found \(found): the snapshot contradicts itself"
    }
  }
}
