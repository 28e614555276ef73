// What packages of the library ask of the machine: see `Native`.
//
// As in `Goroutine+Narrow`: the length in words, or zero, when `pending`, `trap` or
// `allocationFailure` says more. A native that needs memory writes its results last, so that it can
// run again after a cycle.

import Foundation
import GreyBasics
import GreyBytecode
import GreyCollector
import GreyHeap
import GreyMutator

extension Goroutine {
  @inline(never)
  func native(
    _ block: Int, _ pc: UnsafePointer<UInt64>, _ task: TaskContext, _ r: Registers
  ) -> Int {
    guard let native = Native(rawValue: Int(pc[1])) else { return 0 }
    let first = block + native.resultSlots
    switch native {
    case .exit: return ends(exited(task, status: r[first]))
    case .yield: return leaves(.more, r, pc)
    case .collect: return leaves(.wait(.collect), r, pc)
    case .sleep:
      return leaves(
        r[first] <= 0 ? .more : .wait(.sleep(.nanoseconds(r[first]))), r, pc)
    case .goroutines: r[block] = goroutines.alive - goroutines.inBackground
    case .background:
      isInBackground = true
      goroutines.hide()
    case .discount: goroutines.discounted += r[first]
    case .write:
      task.output(bytes(at: r.address(first + 1)), to: r[first] == 2 ? .errors : .standard)
    case .clock:
      r[block] = task.wallTime
      r[block + 1] = Int(truncatingIfNeeded: task.now.nanoseconds)
    case .random: r[bits: block] = task.random.next()
    case .fatal, .raise:
      let text = String(decoding: bytes(at: r.address(first)), as: UTF8.self)
      return failed(native == .fatal ? .fatal(text) : .error(text))
    case .goexit:
      r[0] = Int(bitPattern: pc + 2)
      pending = leave(task)
      return pending == nil ? -1 : 0
    case .acquire, .release, .lock, .tryLock, .unlock:
      return semaphore(native, block, first, pc, task, r)
    case .arguments: return arguments(task, r, block) ? 2 : 0
    case .statistics: statistics(task, r, first)
    case .caller: return caller(task, r, block, first, pc) ? 2 : 0
    case .stringOf:
      r[block] = r[first]
      r[block + 1] = r[first + 1]
    default: return numeric(native, block, first, task, r)
    }
    return 2
  }

  private func ends(_ step: Step) -> Int {
    pending = step
    return 0
  }

  /// Goes on behind the instruction.
  private func leaves(_ step: Step, _ r: Registers, _ pc: UnsafePointer<UInt64>) -> Int {
    r[0] = Int(bitPattern: pc + 2)
    pending = step
    return 0
  }

  // MARK: waiting at words

  /// A semaphore counts in its word; a lock's word is one while somebody has it. Whoever waits is
  /// handed what it waits for, so nobody overtakes it.
  private func semaphore(
    _ native: Native, _ block: Int, _ first: Int, _ pc: UnsafePointer<UInt64>,
    _ task: TaskContext, _ r: Registers
  ) -> Int {
    let raw = r[bits: first]
    guard let place = object(task, raw) else { return 0 }
    let value = place.u32
    func wakes() -> Bool {
      guard let sleeper = goroutines.wakeFirst(at: raw) else { return false }
      task.wake(sleeper.task)
      return true
    }
    func waits() -> Int {
      let reason = String(decoding: bytes(at: r.address(first + 1)), as: UTF8.self)
      goroutines.sleep(Sleeper(task: task), at: raw)
      return wait(task, r, pc, reason)
    }
    switch native {
    case .acquire:
      if value == 0 { return waits() }
      place.put32(value - 1)
    case .release: if !wakes() { place.put32(value + 1) }
    case .lock:
      if value != 0 { return waits() }
      place.put32(1)
    case .tryLock:
      r[truth: block] = value == 0
      if value == 0 { place.put32(1) }
    default:
      r[truth: block] = value != 0
      if value != 0, !wakes() { place.put32(0) }
    }
    return 2
  }

  // MARK: the program

  /// A string's bytes in the heap.
  func makeString(_ task: TaskContext, _ bytes: [UInt8]) -> UInt64? {
    guard let made = allocate(task, WellKnown.byte, count: bytes.count) else { return nil }
    if !bytes.isEmpty {
      bytes.withUnsafeBytes {
        address(made).copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: bytes.count)
      }
    }
    return made
  }

  func put(_ task: TaskContext, _ text: some Sequence<UInt8>, _ r: Registers, _ slot: Int) -> Bool {
    let bytes = Array(text)
    guard let made = makeString(task, bytes) else { return false }
    r[bits: slot] = bytes.isEmpty ? 0 : made
    r[slot + 1] = bytes.count
    return true
  }

  private func arguments(_ task: TaskContext, _ r: Registers, _ block: Int) -> Bool {
    let all = loaded.arguments
    guard let array = allocate(task, WellKnown.string, count: all.count) else { return false }
    // The frame keeps it while the strings are made.
    r[bits: block] = array
    let barrier = task.core.pointee.worker.pointee.barrier
    for (index, one) in all.enumerated() {
      guard let text = makeString(task, Array(one.utf8)) else { return false }
      let place = address(array) + index * 16
      barrier.store(text, to: place)
      (place + 8).relaxedWord = UInt64(one.utf8.count)
    }
    r[block + 1] = all.count
    r[block + 2] = all.count
    return true
  }

  /// In the order in which `runtime.ReadMemStats` wants them.
  private func statistics(_ task: TaskContext, _ r: Registers, _ first: Int) {
    let all = task.heapStatistics
    let numbers = [
      all.objectBytes, all.allocatedBytes, all.bytesInUse + all.freeBytes + all.metadataBytes,
      all.allocatedObjects, all.freedObjects, all.bytesInUse, all.freeBytes, all.releasedBytes,
      all.objects, all.completedSweeps,
    ]
    let target = address(r[bits: first])
    for (index, number) in numbers.enumerated() where index < r[first + 1] {
      (target + index * 8).relaxedWord = UInt64(number)
    }
  }

  /// The function and line of a frame that is in a source: 0 is the one that asks.
  private func caller(
    _ task: TaskContext, _ r: Registers, _ block: Int, _ first: Int,
    _ pc: UnsafePointer<UInt64>
  ) -> Bool {
    var left = r[first]
    var slots: UnsafeMutableRawPointer? = r.slots
    for _ in 0..<task.depth - 1 {
      guard let frame = slots else { break }
      slots = (frame - 8).load(as: UnsafeMutableRawPointer?.self)
      let place =
        frame == r.slots ? Int(bitPattern: pc) : Registers(slots: frame)[0] - 8
      guard let number = loaded.function(at: place), !loaded.functions[number].isWrapper else {
        continue
      }
      if left > 0 {
        left -= 1
        continue
      }
      let function = loaded.program.functions[number]
      let word = (place - Int(bitPattern: loaded.code)) / 8
      guard put(task, function.name.utf8, r, block) else { return false }
      r[block + 2] = function.line(at: word)
      return true
    }
    r[block] = 0
    r[block + 1] = 0
    r[block + 2] = 0
    return true
  }
}
