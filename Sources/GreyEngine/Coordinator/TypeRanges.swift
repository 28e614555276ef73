// Which type indices a run gets: the same on every node, decided here.
//
// A workload with the same parameters has the same types, so it gets the same range again, unless a
// run that goes on has it: what a run counts of its types must be its own. Anything else gets a
// fresh one. Indices are never given to other types, because objects of a run that ended keep
// theirs until they are collected.

import GreyWire

struct TypeRanges {
  private struct Key: Hashable {
    let workload: String
    let parameters: [Setting]
  }

  /// In the order in which they were made.
  private var ranges: [Key: [UInt16]] = [:]
  private(set) var next: Int

  init(next: Int) { self.next = next }

  /// The first index of the range, or nil when there is no room for so many types.
  /// - Parameter taken: the first indices of ranges that are in use.
  mutating func first(
    workload: String, parameters: [Setting], limit: Int, taken: [UInt16]
  ) -> UInt16? {
    let key = Key(workload: workload, parameters: parameters)
    if let known = ranges[key]?.first(where: { !taken.contains($0) }) { return known }
    guard next + limit <= Int(UInt16.max) else { return nil }
    let first = UInt16(next)
    ranges[key, default: []].append(first)
    next += limit
    return first
  }
}
