// Panics, `recover` and deferred calls (spec, "Handling panics", "Defer statements").
//
// A panic does not unwind the stack: deferred calls run above the frame that panicked. A frame of
// the program's panic function stands for it (`PanicFrame`); it holds the value, so the collector
// sees it, and whose deferred calls are run now. Below it lie, frame by frame, those that may have
// deferred calls. Each call returns to the panic's one instruction, which runs the next one; a
// frame whose list is empty is passed. When a call has recovered, the stack is cut down to the
// frame that deferred it, and that goes on at its epilogue: it returns to its caller as if it had
// come there by itself.
//
// A deferred call that panics itself puts a panic above the first one. That goes down the same
// frames; the lists tell what has run already, and when somebody recovers it below the first one,
// both go with their frames.
//
// `recover` is heard only from a function that a panic called: its caller's frame is the panic's.
// Functions that are in no source (wrappers, deferred calls with arguments) do not count.

import GreyBasics
import GreyBytecode
import GreyCollector
import GreyMutator

extension Goroutine {
  private enum State {
    static let recovered = 1
    /// Its value was asked for its text.
    static let asked = 2
    static let hasText = 4
    /// Nobody recovers it: it is shown, and the program ends.
    static let isFatal = 8
    /// No panic: the goroutine ends by `runtime.Goexit`, deferred calls first.
    static let isExit = 16
  }

  /// Where a frame that stands for a panic always is.
  private var panicPlace: Int {
    Int(bitPattern: loaded.functions[loaded.program.panicFunction].code + PanicFrame.next)
  }

  private func below(_ slots: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    (slots - 8).load(as: UnsafeMutableRawPointer?.self)
  }

  // MARK: panicking

  /// The top frame has its place in slot 0. What the machine panics with needs memory; without it
  /// the instruction runs again after a cycle.
  func raise(_ task: TaskContext, _ trap: Trap) -> Step {
    if trap.isFatal { return ended(task, trap) }
    if task.core.pointee.stackBytes > Self.mostStackBytes { return ended(task, .stackOverflow) }
    var (type, value) = (loaded.program.runtimeError + 1, UInt64(0))
    if case .value(let itsType, let itsValue) = trap {
      (type, value) = (itsType, itsValue)
    } else {
      guard let made = makeError(task, trap.text) else { return waitForMemory(task) }
      value = made
    }
    let target = task.core.pointee.slots
    task.push(loaded.functions[loaded.program.panicFunction].layout)
    let panic = Registers(slots: task.core.pointee.slots)
    panic[0] = panicPlace
    panic[PanicFrame.value] = type
    panic[bits: PanicFrame.value + 1] = value
    panic[PanicFrame.target] = Int(bitPattern: target)
    return unwind(task) ?? .more
  }

  /// `runtime.Goexit`: as a panic that nothing can recover from and that ends the goroutine only.
  /// Nil: a deferred call is on top.
  func leave(_ task: TaskContext) -> Step? {
    let target = task.core.pointee.slots
    task.push(loaded.functions[loaded.program.panicFunction].layout)
    let frame = Registers(slots: task.core.pointee.slots)
    frame[0] = panicPlace
    frame[PanicFrame.target] = Int(bitPattern: target)
    frame[PanicFrame.state] = State.isExit
    return unwind(task)
  }

  /// A string in a box.
  private func makeError(_ task: TaskContext, _ text: String) -> UInt64? {
    let bytes = Array(text.utf8)
    guard let string = allocate(task, WellKnown.byte, count: bytes.count),
      let box = allocate(task, WellKnown.string, count: 1)
    else { return nil }
    bytes.withUnsafeBytes {
      if let source = $0.baseAddress {
        address(string).copyMemory(from: source, byteCount: bytes.count)
      }
    }
    let place = address(box)
    task.core.pointee.worker.pointee.barrier.store(string, to: place)
    (place + 8).relaxedWord = UInt64(bytes.count)
    return box
  }

  /// `panicNext`: the top frame is the panic's, and what it called has returned. Nil: another frame
  /// is on top now.
  func panicNext(_ task: TaskContext) -> Step? {
    let panic = Registers(slots: task.core.pointee.slots)
    let state = panic[PanicFrame.state]
    if state & State.isFatal != 0 { return show(task, panic) }
    guard state & State.recovered != 0,
      let target = UnsafeMutableRawPointer(bitPattern: panic[PanicFrame.target])
    else { return unwind(task) }
    while task.core.pointee.slots != target { task.pop() }
    let r = Registers(slots: target)
    guard let function = loaded.function(at: r[0]),
      let epilogue = loaded.program.functions[function].epilogue
    else { return ended(task, .fatal("a deferred call in a function that defers nothing")) }
    r[0] = Int(bitPattern: loaded.code + epilogue)
    return nil
  }

  /// Calls the next deferred function. Nil: its frame is on top.
  private func unwind(_ task: TaskContext) -> Step? {
    let panic = Registers(slots: task.core.pointee.slots)
    var next = UnsafeMutableRawPointer(bitPattern: panic[PanicFrame.target])
    while let slots = next, let lower = below(slots) {
      let r = Registers(slots: slots)
      if r[0] != panicPlace, let function = loaded.function(at: r[0]) {
        let list = loaded.functions[function].deferSlot
        if list >= 0, r[list] != 0 {
          panic[PanicFrame.target] = Int(bitPattern: slots)
          guard let closure = nextDeferred(task, r, list) else { return raise(task, taken()) }
          return call(task, closure) ? nil : raise(task, taken())
        }
      }
      next = lower
    }
    return show(task, panic)
  }

  private func taken() -> Trap {
    defer { trap = nil }
    return trap ?? .nilDereference
  }

  /// Takes the first record of a frame's list. Nil: `trap` says why.
  private func nextDeferred(_ task: TaskContext, _ r: Registers, _ list: Int) -> UInt64? {
    guard let record = object(task, r[bits: list]) else { return nil }
    r[bits: list] = record.relaxedWord
    let closure = (record + 8).relaxedWord
    if closure == 0 { trap = .nilDereference }
    return closure == 0 ? nil : closure
  }

  /// A frame for a closure without parameters and results.
  private func call(_ task: TaskContext, _ closure: UInt64) -> Bool {
    guard let object = object(task, closure) else { return false }
    let callee = loaded.functions + object.load(as: Int.self)
    precondition(
      callee.pointee.parameterWords == 0 && callee.pointee.resultWords == 0,
      "a deferred call with parameters")
    if task.core.pointee.stackBytes > Self.mostStackBytes { return trapped(.stackOverflow) }
    let frame = Registers(slots: task.push(callee.pointee.layout).slots)
    if callee.pointee.contextSlot >= 0 { frame[bits: callee.pointee.contextSlot] = closure }
    frame[0] = Int(bitPattern: callee.pointee.code)
    return true
  }

  /// `runDefers`: 1 when the list is empty, -1 when a call is on top, which returns to the same
  /// instruction; 0 when `trap` says what went wrong.
  func runDefers(_ task: TaskContext, _ r: Registers, _ list: Int, _ pc: UnsafePointer<UInt64>)
    -> Int
  {
    if r[list] == 0 { return 1 }
    guard let closure = nextDeferred(task, r, list) else { return 0 }
    r[0] = Int(bitPattern: pc)
    return call(task, closure) ? -1 : 0
  }

  func start(_ task: TaskContext, _ closure: UInt64) -> Bool { call(task, closure) }

  // MARK: recovering

  func recover(_ r: Registers, _ slot: Int) {
    r[slot] = 0
    r[slot + 1] = 0
    var next = below(r.slots)
    while let slots = next {
      let caller = Registers(slots: slots)
      if caller[0] == panicPlace {
        let state = caller[PanicFrame.state]
        if state & (State.recovered | State.isFatal | State.isExit) == 0 {
          caller[PanicFrame.state] = state | State.recovered
          r[slot] = caller[PanicFrame.value]
          r[slot + 1] = caller[PanicFrame.value + 1]
        }
        return
      }
      guard let function = loaded.function(at: caller[0]), loaded.functions[function].isWrapper
      else { return }
      next = below(slots)
    }
  }

  // MARK: ending

  /// Asks the values of all panics for their texts, one call at a time, then ends the program.
  private func show(_ task: TaskContext, _ panic: Registers) -> Step? {
    if panic[PanicFrame.state] & State.isExit != 0 { return left(task) }
    let panics = chain(task)
    if panic[PanicFrame.state] & State.isFatal == 0 {
      if panics.dropFirst().contains(where: { $0[PanicFrame.state] & State.isFatal != 0 }) {
        return ended(
          task, .fatal("panic while printing panic value: \(plainText(of: panic))"))
      }
      panic[PanicFrame.state] |= State.isFatal
    } else if let asked = panics.first(where: {
      $0[PanicFrame.state] & (State.asked | State.hasText) == State.asked
    }) {
      asked[bits: PanicFrame.text] = panic[bits: PanicFrame.text]
      asked[PanicFrame.text + 1] = panic[PanicFrame.text + 1]
      asked[PanicFrame.state] |= State.hasText
    }
    // The newest one last: the texts of all come to its slots.
    for one in panics.reversed() where one[PanicFrame.state] & State.asked == 0 {
      let type = one[PanicFrame.value]
      for method in [loaded.program.errorMethod, loaded.program.stringMethod] {
        let function = loaded.program.methods[method][type - 1]
        if function < 0 { continue }
        one[PanicFrame.state] |= State.asked
        let callee = loaded.functions + function
        let value = one[PanicFrame.value + 1]
        let frame = Registers(slots: task.push(callee.pointee.layout).slots)
        frame[1 + callee.pointee.resultWords] = value
        frame[0] = Int(bitPattern: callee.pointee.code)
        return nil
      }
    }
    return ended(task, .panics(texts(panics)))
  }

  /// The panics on the stack, the newest first.
  private func chain(_ task: TaskContext) -> [Registers] {
    var all: [Registers] = []
    var next: UnsafeMutableRawPointer? = task.core.pointee.slots
    while let slots = next, let lower = below(slots) {
      let r = Registers(slots: slots)
      if r[0] == panicPlace, r[PanicFrame.state] & State.isExit == 0 { all.append(r) }
      next = lower
    }
    return all
  }

  /// The oldest first, each under the one before it.
  private func texts(_ panics: [Registers]) -> [UInt8] {
    var text: [UInt8] = []
    let oldest = Array(panics.reversed())
    var isRepeated = false
    for (index, panic) in oldest.enumerated() {
      if isRepeated {
        isRepeated = false
        continue
      }
      text += (text.isEmpty ? "panic: " : "\tpanic: ").utf8
      let itsText = self.text(of: panic)
      for byte in itsText {
        text.append(byte)
        if byte == 0x0A { text.append(0x09) }
      }
      if panic[PanicFrame.state] & State.recovered != 0 {
        if index + 1 < oldest.count {
          let next = oldest[index + 1]
          isRepeated =
            next[PanicFrame.value] == panic[PanicFrame.value]
            && next[PanicFrame.value + 1] == panic[PanicFrame.value + 1]
        }
        text += (isRepeated ? " [recovered, repanicked]" : " [recovered]").utf8
      }
      text.append(0x0A)
      if itsText.elementsEqual(Trap.nilDereference.text.utf8) {
        text += "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x0]\n".utf8
      }
    }
    return text
  }

  private func text(of panic: Registers) -> [UInt8] {
    if panic[PanicFrame.state] & State.hasText != 0 {
      return bytes(at: panic.address(PanicFrame.text))
    }
    return panicText(panic, PanicFrame.value)
  }

  private func plainText(of panic: Registers) -> String {
    String(decoding: text(of: panic), as: UTF8.self)
  }
}
