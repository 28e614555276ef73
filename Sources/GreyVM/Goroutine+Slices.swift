// Slices: making, cutting, growing, copying (spec, "Slice expressions", "Appending to and copying
// slices").
//
// Each returns false when it did nothing: `trap` or `allocationFailure` says why.

import GreyBasics
import GreyBytecode
import GreyCollector
import GreyMutator

extension Goroutine {
  func makeSlice(_ task: TaskContext, _ r: Registers, _ i: Instruction, object: Int) -> Bool {
    let (length, capacity) = (r[i.b], r[i.c])
    let bytes = loaded.objects[object].bytes
    let most = bytes == 0 ? Int.max : (1 << 47) / bytes
    if length < 0 || length > most { return trapped(.makeLength) }
    if capacity < length || capacity > most { return trapped(.makeCapacity) }
    guard let made = allocate(task, object, count: capacity) else { return false }
    r[bits: i.a] = made
    r[i.a + 1] = length
    r[i.a + 2] = capacity
    return true
  }

  func trapped(_ trap: Trap) -> Bool {
    self.trap = trap
    return false
  }

  /// The bounds of a slice expression, or nil. `what` is `length` or `capacity`, as Go tells it.
  private func bounds(
    _ r: Registers, _ block: Int, _ slicing: Slicing, length: Int, capacity: Int, what: String
  ) -> (low: Int, high: Int, max: Int)? {
    let low = slicing.hasLow ? r[block] : 0
    let high = slicing.hasHigh ? r[block + 1] : length
    let max = slicing.hasMax ? r[block + 2] : capacity
    func wrong(_ text: String) -> (low: Int, high: Int, max: Int)? {
      trap = .slice(text)
      return nil
    }
    if slicing.hasMax {
      if max < 0 || max > capacity {
        return wrong(max < 0 ? "[::\(max)]" : "[::\(max)] with \(what) \(capacity)")
      }
      if high < 0 || high > max { return wrong(high < 0 ? "[:\(high):]" : "[:\(high):\(max)]") }
      if low < 0 || low > high { return wrong(low < 0 ? "[\(low)::]" : "[\(low):\(high):]") }
      return (low, high, max)
    }
    if high < 0 || high > capacity {
      return wrong(high < 0 ? "[:\(high)]" : "[:\(high)] with \(what) \(capacity)")
    }
    if low < 0 || low > high { return wrong(low < 0 ? "[\(low):]" : "[\(low):\(high)]") }
    return (low, high, max)
  }

  /// An empty rest keeps the reference where it was: one past the end may be another object's.
  private func moved(_ raw: UInt64, by elements: Int, _ bytes: Int, isEmpty: Bool) -> UInt64 {
    isEmpty ? raw : raw &+ UInt64(elements * bytes)
  }

  func slice(_ r: Registers, _ i: Instruction, _ slicing: Slicing) -> Bool {
    guard
      let (low, high, max) = bounds(
        r, i.c, slicing, length: r[i.b + 1], capacity: r[i.b + 2], what: "capacity")
    else { return false }
    r[bits: i.a] = moved(r[bits: i.b], by: low, slicing.elementBytes, isEmpty: max == low)
    r[i.a + 1] = high - low
    r[i.a + 2] = max - low
    return true
  }

  func sliceString(_ r: Registers, _ i: Instruction, _ slicing: Slicing) -> Bool {
    let length = r[i.b + 1]
    guard
      let (low, high, _) = bounds(
        r, i.c, slicing, length: length, capacity: length, what: "length")
    else { return false }
    r[bits: i.a] = moved(r[bits: i.b], by: low, 1, isEmpty: high == low)
    r[i.a + 1] = high - low
    return true
  }

  func sliceArray(_ r: Registers, _ i: Instruction, _ slicing: Slicing) -> Bool {
    if r[i.b] == 0 { return trapped(.nilDereference) }
    guard
      let (low, high, max) = bounds(
        r, i.c, slicing, length: slicing.count, capacity: slicing.count, what: "length")
    else { return false }
    r[bits: i.a] = moved(r[bits: i.b], by: low, slicing.elementBytes, isEmpty: max == low)
    r[i.a + 1] = high - low
    r[i.a + 2] = max - low
    return true
  }

  // MARK: growing

  /// `b` with `c` more elements; what is in them is the caller's to store.
  func grow(_ task: TaskContext, _ r: Registers, _ i: Instruction, object: Int) -> Bool {
    grown(task, r, from: i.b, by: r[i.c], into: i.a, object)
  }

  private func grown(
    _ task: TaskContext, _ r: Registers, from old: Int, by extra: Int, into new: Int, _ object: Int
  ) -> Bool {
    let (source, length, capacity) = (r[bits: old], r[old + 1], r[old + 2])
    let (needed, overflow) = length.addingReportingOverflow(extra)
    if overflow { return trapped(.growth) }
    var room = capacity
    var target = source
    if needed > capacity {
      let bytes = loaded.objects[object].bytes
      if bytes > 0, needed > (1 << 47) / bytes { return trapped(.growth) }
      // Go's rule: double while small, then by a quarter and a little more.
      room = capacity * 2
      if needed > room {
        room = needed
      } else if capacity >= 256 {
        room = capacity
        while room < needed { room += (room + 3 * 256) / 4 }
      }
      room = rounded(room, bytes)
      guard let made = allocate(task, object, count: room) else { return false }
      target = made
      if length > 0 {
        copyIn(
          task, to: address(target), from: address(source), object: object, count: length)
      }
    }
    r[bits: new] = target
    r[new + 1] = needed
    r[new + 2] = room
    return true
  }

  /// As many elements as fit into the slot that the heap will take for `count`.
  private func rounded(_ count: Int, _ bytes: Int) -> Int {
    guard bytes > 0, bytes < 8 else { return count }
    return (count * bytes + 7) / 8 * 8 / bytes
  }

  func address(_ raw: UInt64) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: Reference(rawValue: raw).address).unsafelyUnwrapped
  }

  func appendSlice(_ task: TaskContext, _ r: Registers, _ i: Instruction, object: Int) -> Bool {
    // The source may be the slice that `a` overwrites.
    let (source, count, length) = (r[bits: i.c], r[i.c + 1], r[i.b + 1])
    if count == 0 {
      r.address(i.a).copyMemory(from: r.address(i.b), byteCount: 24)
      return true
    }
    guard grown(task, r, from: i.b, by: count, into: i.a, object) else { return false }
    let bytes = loaded.objects[object].bytes
    if bytes > 0 {
      copyIn(
        task, to: address(r[bits: i.a]) + length * bytes, from: address(source), object: object,
        count: count)
    }
    return true
  }

  func clearSlice(_ task: TaskContext, _ r: Registers, _ i: Instruction, object: Int) -> Bool {
    let record = loaded.objects[object]
    if r[i.a + 1] == 0 || record.bytes == 0 { return true }
    guard let target = self.object(task, r[bits: i.a]) else { return false }
    if record.references.isEmpty {
      target.initializeMemory(as: UInt8.self, repeating: 0, count: r[i.a + 1] * record.bytes)
      return true
    }
    let barrier = task.core.pointee.worker.pointee.barrier
    for element in 0..<r[i.a + 1] {
      var next = 0
      for word in 0..<record.bytes / 8 {
        let place = target + element * record.bytes + word * 8
        if next < record.references.count, record.references[next] == word {
          barrier.store(0, to: place)
          next += 1
        } else {
          place.relaxedWord = 0
        }
      }
    }
    return true
  }

  func copySlice(_ task: TaskContext, _ r: Registers, _ i: Instruction, object: Int) -> Bool {
    let count = min(r[i.b + 1], r[i.c + 1])
    if count > 0, loaded.objects[object].bytes > 0 {
      copyIn(
        task, to: address(r[bits: i.b]), from: address(r[bits: i.c]), object: object, count: count)
    }
    r[i.a] = count
    return true
  }
}
