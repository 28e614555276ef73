// What a body does most: slots, calls, allocation, loads and stores of local objects.
//
// Each compiles to a few instructions in the module of the body: a test whether the reference is
// into this node's arena, the access, and (for reference stores) the barrier's own test. Whatever
// fails the test goes out of line, where it is looked at again with care: null, remote, or any
// access at all when the worker checks every one of them.
//
// Inside a step references may be held in Swift locals, and the `Reference` flavours of these
// calls are meant for that. Across steps only frame slots keep an object alive.

import GreyBasics
import GreyCollector
import GreyHeap

/// The running task, as its body sees it. Valid during the step it was given to.
@frozen @usableFromInline
package struct TaskContext {
  @usableFromInline package let core: UnsafeMutablePointer<TaskCore>

  @inlinable @inline(__always)
  init(core: UnsafeMutablePointer<TaskCore>) { self.core = core }
}

// MARK: frames and slots

extension TaskContext {
  /// The top frame.
  @inlinable @inline(__always)
  package var frame: Frame { Frame(slots: core.pointee.slots) }

  @inlinable @inline(__always)
  package subscript(reference slot: Slot) -> Reference {
    get { frame[reference: slot] }
    nonmutating set { frame[reference: slot] = newValue }
  }
  @inlinable @inline(__always)
  package subscript(data slot: Slot) -> UInt64 {
    get { frame[data: slot] }
    nonmutating set { frame[data: slot] = newValue }
  }
  @inlinable @inline(__always)
  package subscript(integer slot: Slot) -> Int {
    get { frame[integer: slot] }
    nonmutating set { frame[integer: slot] = newValue }
  }

  /// A new top frame, all slots zero. The caller's frame stays where it is, so a `Frame` of it may
  /// be used to hand over arguments and, before `pop`, results.
  @inlinable @inline(__always)
  @discardableResult
  package func push(_ layout: FrameLayout) -> Frame {
    let record = layout.record
    let start = core.pointee.top
    let next = start + record.pointee.bytes
    if next > core.pointee.end { return pushSlowly(layout) }
    start.storeBytes(of: record, as: UnsafePointer<FrameRecord>.self)
    (start + 8).storeBytes(of: core.pointee.slots, as: UnsafeMutableRawPointer.self)
    let slots = start + Frame.headerBytes
    Self.clear(slots, count: record.pointee.slots)
    core.pointee.slots = slots
    core.pointee.top = next
    core.pointee.depth &+= 1
    return Frame(slots: slots)
  }

  /// Most frames are small, and a call of the library's routine costs more than they do: a few
  /// stores, which overlap, do for up to sixteen words.
  @inlinable @inline(__always)
  static func clear(_ slots: UnsafeMutableRawPointer, count: Int) {
    let bytes = count &<< 3
    if count > 16 {
      slots.initializeMemory(as: UInt64.self, repeating: 0, count: count)
    } else if count >= 4 {
      let zero = SIMD4<UInt64>(repeating: 0)
      slots.storeBytes(of: zero, as: SIMD4<UInt64>.self)
      if count > 8 {
        slots.storeBytes(of: zero, toByteOffset: 32, as: SIMD4<UInt64>.self)
        slots.storeBytes(of: zero, toByteOffset: bytes &- 64, as: SIMD4<UInt64>.self)
      }
      slots.storeBytes(of: zero, toByteOffset: bytes &- 32, as: SIMD4<UInt64>.self)
    } else {
      var word = 0
      while word < bytes {
        slots.storeBytes(of: 0, toByteOffset: word, as: UInt64.self)
        word &+= 8
      }
    }
  }

  /// Drops the top frame. Never the task's first: that one goes with the task.
  @inlinable @inline(__always)
  package func pop() {
    assert(core.pointee.depth > 1, "a task's first frame is not popped")
    let slots = core.pointee.slots
    core.pointee.slots = (slots - 8).load(as: UnsafeMutableRawPointer.self)
    core.pointee.top = slots - Frame.headerBytes
    core.pointee.depth &-= 1
    if slots - 48 == core.pointee.chunk { popSlowly() }
  }

  /// Frames on the stack; 1 in a function that was just entered.
  @inlinable @inline(__always)
  package var depth: Int { core.pointee.depth }

  /// The task's own random sequence: the same seed, the same values.
  @inlinable @inline(__always)
  package var random: SplitMix {
    get { core.pointee.random }
    nonmutating set { core.pointee.random = newValue }
  }
}

// MARK: local objects

extension TaskContext {
  @inlinable @inline(__always)
  var host: UnsafeMutablePointer<WorkerCore> { core.pointee.worker }

  /// Whether the object lies in this node's heap; false for null.
  @inlinable @inline(__always)
  package func isLocal(_ reference: Reference) -> Bool {
    host.pointee.view.isLocal(reference.rawValue)
  }
  @inlinable @inline(__always)
  package func isLocal(_ slot: Slot) -> Bool { isLocal(self[reference: slot]) }

  /// A type and a count, resolved once, for a loop that allocates it.
  @inlinable
  package func shape(
    _ type: TypeIndex, count: Int = 1
  ) throws(AllocationFailure) -> AllocationShape {
    try host.pointee.view.shape(type, count: count)
  }

  /// A zeroed object in this node's heap. Put it into a slot before the step ends.
  @inlinable @inline(__always)
  package func allocate(_ shape: AllocationShape) throws(AllocationFailure) -> Reference {
    // Through the guaranteed reference, and the failure as a value: nothing is retained.
    let made = host.pointee.cache._withUnsafeGuaranteedRef {
      (cache: AllocationCache) -> Result<Reference, AllocationFailure> in
      do throws(AllocationFailure) {
        return .success(try cache.allocate(shape))
      } catch {
        return .failure(error)
      }
    }
    return try made.get()
  }
  @inlinable @inline(__always)
  package func allocate(
    type: TypeIndex, count: Int = 1, into slot: Slot
  ) throws(AllocationFailure) {
    self[reference: slot] = try allocate(host.pointee.view.shape(type, count: count))
  }

  /// The address of a field when the object is local and not every access is checked.
  @inlinable @inline(__always)
  func fastAddress(_ object: Reference, _ word: Int) -> UnsafeMutableRawPointer? {
    let offset = object.rawValue &- host.pointee.taggedBase
    if offset >= host.pointee.accessibleBytes { return nil }
    return UnsafeMutableRawPointer(bitPattern: object.address &+ UInt(bitPattern: word &<< 3))
  }

  /// A reference field of a local object.
  @inlinable @inline(__always)
  package func load(_ object: Reference, word: Int) -> Reference {
    if let address = fastAddress(object, word) { return Reference(rawValue: address.relaxedWord) }
    return Reference(rawValue: loadSlowly(object, word: word, isReference: true))
  }
  /// A data field of a local object.
  @inlinable @inline(__always)
  package func loadData(_ object: Reference, word: Int) -> UInt64 {
    if let address = fastAddress(object, word) { return address.relaxedWord }
    return loadSlowly(object, word: word, isReference: false)
  }

  /// Stores to a reference field of a local object, through the write barrier.
  @inlinable @inline(__always)
  package func store(_ value: Reference, to object: Reference, word: Int) {
    if let address = fastAddress(object, word) {
      host.pointee.barrier.store(value.rawValue, to: address)
    } else {
      storeSlowly(value.rawValue, to: object, word: word, isReference: true)
    }
  }
  /// Stores to a data field of a local object.
  @inlinable @inline(__always)
  package func store(data value: UInt64, to object: Reference, word: Int) {
    if let address = fastAddress(object, word) {
      address.relaxedWord = value
    } else {
      storeSlowly(value, to: object, word: word, isReference: false)
    }
  }

  // The same over slots.

  @inlinable @inline(__always)
  package func load(_ object: Slot, word: Int, into slot: Slot) {
    self[reference: slot] = load(self[reference: object], word: word)
  }
  @inlinable @inline(__always)
  package func loadData(_ object: Slot, word: Int) -> UInt64 {
    loadData(self[reference: object], word: word)
  }
  @inlinable @inline(__always)
  package func store(_ value: Slot, to object: Slot, word: Int) {
    store(self[reference: value], to: self[reference: object], word: word)
  }
  @inlinable @inline(__always)
  package func store(data value: UInt64, to object: Slot, word: Int) {
    store(data: value, to: self[reference: object], word: word)
  }
}
