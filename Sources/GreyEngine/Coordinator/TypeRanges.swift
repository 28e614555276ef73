// Which type indices a run gets: the same on every node, decided here.
//
// A workload with the same parameters has the same types, so it gets the same range again; anything
// else gets a fresh one. Indices are never given to other types, because objects of a run that
// ended keep theirs until they are collected.

import GreyWire

struct TypeRanges {
  private struct Key: Hashable {
    let workload: String
    let parameters: [Setting]
  }

  private var ranges: [Key: UInt16] = [:]
  private(set) var next: Int

  init(next: Int) { self.next = next }

  /// The first index of the range, or nil when there is no room for so many types.
  mutating func first(workload: String, parameters: [Setting], limit: Int) -> UInt16? {
    let key = Key(workload: workload, parameters: parameters)
    if let known = ranges[key] { return known }
    guard next + limit <= Int(UInt16.max) else { return nil }
    let first = UInt16(next)
    ranges[key] = first
    next += limit
    return first
  }
}
