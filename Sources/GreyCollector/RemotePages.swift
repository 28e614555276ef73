// What is known to be shaded of one other node's heap, and what of it has to be sent: two bits a
// granule, by pages.
//
// Objects begin at multiples of a granule (16 bytes), and every reference into the same granule is
// into the same object. So both sets are sparse bitmaps over the owner's address space: a record a
// page of 8 KiB, its first cache line the granules that are *known* to be shaded, its second those
// of them that are *unsent*. A page with unsent bits waits in a queue, once, however many it has:
// it gathers bits while it waits, and a batch takes pages, not references, the oldest first. (Go's
// "Green Tea" collector queues pages for its markers in the same way.) An open-addressing table
// (linear probing) finds a page's record; neighbours share one, and mostly a look at the last page
// finds it. No Bloom filter: a false "already shaded" would lose an object.
//
// It may forget what is known, and never what is unsent. At its bound only the records that wait
// are kept; what the others held may be sent again, which costs a message and nothing else. Thus a
// node sends one reference at most once for each time that `bound` other pages were touched, so
// mutators cannot keep a cycle alive by shading for ever. What waits cannot be more than the
// owner's heap has pages.
//
// Owned by the collector's grey state; protected by its lock.

import GreyBasics

struct RemotePages: @unchecked Sendable {
  /// By hash: `page + 1 << 28 | number of its record`; 0 is empty. A page number has 35 bits.
  private var table: UnsafeMutablePointer<UInt64>?
  private var capacity = 0
  /// Sixteen words each: eight of known bits, eight of unsent ones.
  private var records: UnsafeMutablePointer<UInt64>?
  /// By record: `page << 8 | which of its eight unsent words are not zero`.
  private var headers: UnsafeMutablePointer<UInt64>?
  private(set) var used = 0
  private var lastPage = UInt64.max
  private var lastRecord = 0
  /// Numbers of the records that have unsent bits, oldest first; those before `head` are taken.
  private var queue: [UInt32] = []
  private var head = 0
  private(set) var unsentCount = 0
  /// Records held at most, but for those that wait.
  private let bound: Int

  private static let pageShift: UInt64 = 13
  private static let recordWords = 16
  private static let numberBits: UInt64 = 28

  init(bound: Int) { self.bound = min(max(16, bound), 1 << 26) }

  /// Makes a reference known. True when it was not. If it is to be sent, it waits for that then.
  @inline(__always)
  mutating func insert(_ reference: UInt64, toBeSent: Bool) -> Bool {
    let address = reference & Reference.addressMask
    let page = address >> Self.pageShift
    if page != lastPage { findOrAdd(page) }
    let word = Int(truncatingIfNeeded: address >> 10 & 7)
    let bit: UInt64 = 1 &<< (address >> 4)
    let record = records.unsafelyUnwrapped + lastRecord &* Self.recordWords
    if record[word] & bit != 0 { return false }
    record[word] |= bit
    guard toBeSent else { return true }
    let before = record[8 &+ word]
    record[8 &+ word] = before | bit
    if before == 0 { enqueue(word) }
    unsentCount &+= 1
    return true
  }

  /// The word of the last page has its first unsent bit.
  private mutating func enqueue(_ word: Int) {
    let header = headers.unsafelyUnwrapped + lastRecord
    if header.pointee & 0xFF == 0 { queue.append(UInt32(truncatingIfNeeded: lastRecord)) }
    header.pointee |= 1 &<< UInt64(truncatingIfNeeded: word)
  }

  func contains(_ reference: UInt64) -> Bool {
    guard let table else { return false }
    let address = reference & Reference.addressMask
    let page = address >> Self.pageShift
    var index = place(page)
    while table[index] != 0 {
      if table[index] >> Self.numberBits == page + 1 {
        let record = Int(table[index] & (1 << Self.numberBits - 1))
        let known = records.unsafelyUnwrapped[
          record * Self.recordWords + Int(address >> 10 & 7)]
        let bit: UInt64 = 1 &<< (address >> 4)
        return known & bit != 0
      }
      index = (index + 1) & (capacity - 1)
    }
    return false
  }

  /// Takes what waits, oldest pages first, until it is so many references. The groups of a page
  /// ascend; the pages do not.
  mutating func take(atMost limit: Int) -> (groups: [GreyGroup], count: Int) {
    var groups: [GreyGroup] = []
    var left = min(max(0, limit), unsentCount)
    let count = left
    groups.reserveCapacity(min(left, 8 * (queue.count - head)))
    while left > 0 {
      let number = Int(queue[head])
      let header = headers.unsafelyUnwrapped + number
      let unsent = records.unsafelyUnwrapped + (number &* Self.recordWords &+ 8)
      while left > 0, header.pointee & 0xFF != 0 {
        let word = header.pointee.trailingZeroBitCount
        var bits = unsent[word]
        if bits.nonzeroBitCount > left { bits = bits.lowest(left) }
        unsent[word] &= ~bits
        if unsent[word] == 0 { header.pointee &= ~(1 &<< UInt64(truncatingIfNeeded: word)) }
        left &-= bits.nonzeroBitCount
        groups.append(
          GreyGroup(
            kibibyte: (header.pointee >> 8) << 3 | UInt64(truncatingIfNeeded: word),
            granules: bits))
      }
      if header.pointee & 0xFF == 0 { head += 1 }
    }
    unsentCount -= count
    if head == queue.count {
      queue.removeAll(keepingCapacity: head <= 8192)
      head = 0
    } else if head >= 8192, head * 2 >= queue.count {
      queue.removeFirst(head)
      head = 0
    }
    return (groups, count)
  }

  /// Empties both sets and gives their memory back.
  mutating func removeAll() {
    table?.deallocate()
    records?.deallocate()
    headers?.deallocate()
    (table, records, headers) = (nil, nil, nil)
    (capacity, used, unsentCount) = (0, 0, 0)
    (queue, head) = ([], 0)
    lastPage = .max
  }

  // MARK: the table

  private func place(_ page: UInt64) -> Int {
    // Fibonacci hashing: neighbouring pages land apart.
    Int(truncatingIfNeeded: (page &* 0x9E37_79B9_7F4A_7C15) >> 32) & (capacity &- 1)
  }

  /// Makes `lastRecord` the page's.
  @inline(never)
  private mutating func findOrAdd(_ page: UInt64) {
    if used &* 2 >= capacity { grow() }
    let table = table.unsafelyUnwrapped
    lastPage = page
    var index = place(page)
    while table[index] != 0 {
      if table[index] >> Self.numberBits == page &+ 1 {
        lastRecord = Int(truncatingIfNeeded: table[index] & (1 << Self.numberBits - 1))
        return
      }
      index = (index &+ 1) & (capacity &- 1)
    }
    table[index] = (page &+ 1) << Self.numberBits | UInt64(truncatingIfNeeded: used)
    headers.unsafelyUnwrapped[used] = page << 8
    (records.unsafelyUnwrapped + used &* Self.recordWords).update(
      repeating: 0, count: Self.recordWords)
    lastRecord = used
    used &+= 1
  }

  /// Room for twice as many records; or, at the bound, for the same, without those that need not be
  /// kept.
  private mutating func grow() {
    let (oldRecords, oldHeaders, count) = (records, headers, used)
    let forgets = used >= max(bound, 4 * (queue.count - head))
    if !forgets { capacity = max(64, capacity * 2) }
    table?.deallocate()
    let fresh = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
    fresh.initialize(repeating: 0, count: capacity)
    table = fresh
    let room = capacity / 2
    // Initialized by the record: half of it may never be needed.
    let newRecords = UnsafeMutablePointer<UInt64>.allocate(capacity: room * Self.recordWords)
    let newHeaders = UnsafeMutablePointer<UInt64>.allocate(capacity: room)
    (records, headers, used, lastPage) = (newRecords, newHeaders, 0, .max)
    guard let oldRecords, let oldHeaders else { return }
    var order = queue[head...].map { Int($0) }
    if !forgets { order = Array(0..<count) }
    for number in order {
      findOrAdd(oldHeaders[number] >> 8)
      newHeaders[lastRecord] = oldHeaders[number]
      (newRecords + lastRecord * Self.recordWords).update(
        from: oldRecords + number * Self.recordWords, count: Self.recordWords)
    }
    if forgets {
      queue = (0..<UInt32(order.count)).map { $0 }
      head = 0
    }
    oldRecords.deallocate()
    oldHeaders.deallocate()
  }
}

extension UInt64 {
  /// Its lowest `count` bits that are set.
  fileprivate func lowest(_ count: Int) -> UInt64 {
    var rest = self
    for _ in 0..<count { rest &= rest &- 1 }
    return self & ~rest
  }
}
