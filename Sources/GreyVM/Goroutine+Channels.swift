// Channels and `select` (spec, "Channel types", "Select statements").
//
// Whoever comes second serves the first one: a value goes straight from the sender's frame to the
// receiver's, or through the buffer. What crosses from one stack to another is handed over to the
// collector, because the one that loses it may not be scanned yet while the other one is; what
// leaves a buffer is overwritten through the barrier, for the same reason.
//
// A goroutine that waits goes on behind its instruction: whoever serves it has done the rest.

import GreyBasics
import GreyBytecode
import GreyCollector
import GreyHeap
import GreyMutator

extension Goroutine {
  enum Served {
    case done, notNow
    /// `trap` says why not.
    case failed
  }

  func makeChannel(_ task: TaskContext, _ r: Registers, _ i: Instruction, object: Int) -> Bool {
    let capacity = r[i.b]
    let bytes = loaded.objects[object].bytes
    if capacity < 0 || (bytes > 0 && capacity > (1 << 47) / bytes) { return trapped(.makeChannel) }
    var buffer: UInt64 = 0
    if capacity > 0, bytes > 0 {
      guard let made = allocate(task, object, count: capacity) else { return false }
      buffer = made
    }
    guard let made = allocate(task, WellKnown.channel, count: 1) else { return false }
    let channel = Channel(words: address(made))
    channel.capacity = capacity
    task.core.pointee.worker.pointee.barrier.store(buffer, to: channel.bufferPlace)
    r[bits: i.a] = made
    return true
  }

  /// The channel, or nil when it leads nowhere or to another node; `trap` says so.
  private func channel(_ task: TaskContext, _ raw: UInt64) -> Channel? {
    object(task, raw).map(Channel.init)
  }

  // MARK: sending and receiving

  private func sends(
    _ task: TaskContext, _ channel: Channel, _ value: UnsafeRawPointer, _ object: Int
  ) -> Served {
    if channel.isClosed {
      trap = .error("send on closed channel")
      return .failed
    }
    if let waiter = goroutines.queue(of: channel)?.receivers.first {
      if waiter.value != 0 {
        cross(task, to: waiter.slots + waiter.value &<< 3, from: value, object)
      }
      serve(task, waiter, ok: true)
      return .done
    }
    if channel.length < channel.capacity {
      put(task, channel, value, object)
      return .done
    }
    return .notNow
  }

  private func receives(
    _ task: TaskContext, _ channel: Channel, _ target: UnsafeMutableRawPointer?, _ object: Int,
    ok: inout Bool
  ) -> Served {
    let bytes = loaded.objects[object].bytes
    ok = true
    if channel.length > 0 {
      take(task, channel, target, object)
      if let waiter = goroutines.queue(of: channel)?.senders.first {
        put(task, channel, waiter.slots + waiter.value &<< 3, object)
        serve(task, waiter, ok: true)
      }
      return .done
    }
    if let waiter = goroutines.queue(of: channel)?.senders.first {
      if let target { cross(task, to: target, from: waiter.slots + waiter.value &<< 3, object) }
      serve(task, waiter, ok: true)
      return .done
    }
    if channel.isClosed {
      ok = false
      target?.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
      return .done
    }
    return .notNow
  }

  /// Into the buffer, which has room.
  private func put(
    _ task: TaskContext, _ channel: Channel, _ value: UnsafeRawPointer, _ object: Int
  ) {
    let bytes = loaded.objects[object].bytes
    if bytes > 0 {
      var place = channel.head + channel.length
      if place >= channel.capacity { place -= channel.capacity }
      copyIn(
        task, to: address(channel.buffer) + place * bytes, from: value, object: object, count: 1)
    }
    channel.length += 1
  }

  private func take(
    _ task: TaskContext, _ channel: Channel, _ target: UnsafeMutableRawPointer?, _ object: Int
  ) {
    let record = loaded.objects[object]
    if record.bytes > 0 {
      let source = address(channel.buffer) + channel.head * record.bytes
      target?.copyMemory(from: source, byteCount: record.bytes)
      let barrier = task.core.pointee.worker.pointee.barrier
      for word in record.references { barrier.store(0, to: source + word &<< 3) }
    }
    channel.head = channel.head + 1 == channel.capacity ? 0 : channel.head + 1
    channel.length -= 1
  }

  /// From one goroutine's frame to another's.
  private func cross(
    _ task: TaskContext, to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer,
    _ object: Int
  ) {
    let record = loaded.objects[object]
    target.copyMemory(from: source, byteCount: record.bytes)
    for word in record.references {
      task.handOver(source.load(fromByteOffset: word &<< 3, as: UInt64.self))
    }
  }

  private func serve(_ task: TaskContext, _ waiter: Waiter, ok: Bool) {
    let r = Registers(slots: waiter.slots)
    if waiter.ok != 0 { r[truth: waiter.ok] = ok }
    if waiter.chosen != 0 { r[waiter.chosen] = waiter.number }
    goroutines.serve(waiter)
    task.wake(waiter.task)
  }

  // MARK: instructions

  /// The length of the instruction, or zero: then `pending` or `trap` says more.
  func send(
    _ task: TaskContext, _ r: Registers, _ i: Instruction, _ pc: UnsafePointer<UInt64>
  ) -> Int {
    let object = Int(pc[1])
    if r[i.b] == 0 { return wait(task, r, pc, "chan send (nil chan)") }
    guard let channel = channel(task, r[bits: i.b]) else { return 0 }
    switch sends(task, channel, r.address(i.a), object) {
    case .done: return 2
    case .failed: return 0
    case .notNow:
      let waiter = Waiter(
        goroutine: self, task: task, slots: r.slots, value: i.a, ok: 0,
        bytes: loaded.objects[object].bytes)
      goroutines.wait(waiter, at: channel, isSend: true)
      return wait(task, r, pc, "chan send")
    }
  }

  func receive(
    _ task: TaskContext, _ r: Registers, _ i: Instruction, _ pc: UnsafePointer<UInt64>,
    tellsOK: Bool
  ) -> Int {
    let object = Int(pc[1])
    if r[i.b] == 0 { return wait(task, r, pc, "chan receive (nil chan)") }
    guard let channel = channel(task, r[bits: i.b]) else { return 0 }
    let okSlot = tellsOK ? i.a &+ loaded.objects[object].bytes / 8 : 0
    var ok = false
    switch receives(task, channel, r.address(i.a), object, ok: &ok) {
    case .done:
      if tellsOK { r[truth: okSlot] = ok }
      return 2
    case .failed: return 0
    case .notNow:
      let waiter = Waiter(
        goroutine: self, task: task, slots: r.slots, value: i.a, ok: okSlot,
        bytes: loaded.objects[object].bytes)
      goroutines.wait(waiter, at: channel, isSend: false)
      return wait(task, r, pc, "chan receive")
    }
  }

  func closeChannel(_ task: TaskContext, _ raw: UInt64) -> Bool {
    if raw == 0 { return trapped(.error("close of nil channel")) }
    guard let channel = channel(task, raw) else { return false }
    if channel.isClosed { return trapped(.error("close of closed channel")) }
    channel.isClosed = true
    while let queue = goroutines.queue(of: channel), let waiter = queue.receivers.first {
      if waiter.value != 0 {
        (waiter.slots + waiter.value &<< 3).initializeMemory(
          as: UInt8.self, repeating: 0, count: waiter.bytes)
      }
      serve(task, waiter, ok: false)
    }
    while let queue = goroutines.queue(of: channel), let waiter = queue.senders.first {
      waiter.goroutine.wakeTrap = .error("send on closed channel")
      serve(task, waiter, ok: false)
    }
    return true
  }

  /// One of those that can go on now, each with the same chance; else the default, else all are
  /// waited for.
  func select(
    _ task: TaskContext, _ r: Registers, _ i: Instruction, _ pc: UnsafePointer<UInt64>
  ) -> Int {
    let one = loaded.program.selects[Int(pc[1])]
    var order = Array(one.cases.indices)
    for index in order.indices.reversed() where index > 0 {
      order.swapAt(index, task.random.below(index + 1))
    }
    for index in order {
      let communication = one.cases[index]
      let raw = r[bits: communication.channel]
      if raw == 0 { continue }
      guard let channel = channel(task, raw) else { return 0 }
      let place = communication.value == 0 ? nil : r.address(communication.value)
      var ok = false
      let served =
        communication.isSend
        ? sends(task, channel, r.address(communication.value), communication.object)
        : receives(task, channel, place, communication.object, ok: &ok)
      switch served {
      case .failed: return 0
      case .notNow: continue
      case .done:
        if communication.ok != 0 { r[truth: communication.ok] = ok }
        r[i.a] = index
        return 2
      }
    }
    if one.hasDefault {
      r[i.a] = one.cases.count
      return 2
    }
    for index in one.cases.indices {
      let communication = one.cases[index]
      let raw = r[bits: communication.channel]
      if raw == 0 { continue }
      guard let channel = channel(task, raw) else { return 0 }
      let waiter = Waiter(
        goroutine: self, task: task, slots: r.slots, value: communication.value,
        ok: communication.ok, chosen: i.a, number: index,
        bytes: loaded.objects[communication.object].bytes)
      goroutines.wait(waiter, at: channel, isSend: communication.isSend)
    }
    return wait(task, r, pc, one.cases.isEmpty ? "select (no cases)" : "select")
  }

  /// Ends the step; when it goes on, it does so behind the instruction, of two words.
  func wait(
    _ task: TaskContext, _ r: Registers, _ pc: UnsafePointer<UInt64>, _ reason: String
  ) -> Int {
    r[0] = Int(bitPattern: pc + 2)
    waitReason = reason
    goroutines.block()
    pending = goroutines.isDeadlocked ? deadlocked(task) : .wait(.receive(into: []))
    return 0
  }

  func deadlocked(_ task: TaskContext) -> Step {
    ended(task, .fatal("all goroutines are asleep - deadlock!"))
  }
}
