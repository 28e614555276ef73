// What goes wrong at run time, in Go's words, and how the program ends by it.

import GreyBytecode
import GreyMutator

enum Trap {
  case nilDereference
  case index(Int, length: Int)
  case divide
  case shift
  /// Of a slice expression: Go tells which of the bounds is wrong, and against what.
  case slice(String)
  case makeLength
  case makeCapacity
  case growth
  case makeChannel
  case incomparable(String)
  case unhashable(String)
  case arrayLength(Int, Int)
  /// In Go's words as they are.
  case error(String)
  /// `panic(nil)`
  case nilPanic
  /// The program's own.
  case value(type: Int, bits: UInt64)
  /// What nobody recovered, as it is shown.
  case panics([UInt8])
  case stackOverflow
  /// Not a panic: nothing can recover from it.
  case fatal(String)

  var text: String {
    switch self {
    case .nilDereference:
      "runtime error: invalid memory address or nil pointer dereference"
    case .index(let index, let length):
      index < 0
        ? "runtime error: index out of range [\(index)]"
        : "runtime error: index out of range [\(index)] with length \(length)"
    case .divide: "runtime error: integer divide by zero"
    case .shift: "runtime error: negative shift amount"
    case .slice(let text): "runtime error: slice bounds out of range \(text)"
    case .makeLength: "runtime error: makeslice: len out of range"
    case .makeCapacity: "runtime error: makeslice: cap out of range"
    case .growth: "runtime error: growslice: len out of range"
    case .incomparable(let type): "runtime error: comparing uncomparable type \(type)"
    case .makeChannel: "makechan: size out of range"
    case .unhashable(let type): "runtime error: hash of unhashable type \(type)"
    case .arrayLength(let length, let count):
      "runtime error: cannot convert slice with length \(length) to array or pointer to array "
        + "with length \(count)"
    case .error(let text): text
    case .nilPanic: "runtime error: panic called with nil argument"
    case .value: "panic"
    case .panics(let text): String(decoding: text, as: UTF8.self)
    case .stackOverflow: "stack overflow"
    case .fatal(let text): text
    }
  }
}

extension Trap {
  /// Nothing can recover from it.
  var isFatal: Bool {
    switch self {
    case .fatal, .stackOverflow, .panics: true
    default: false
    }
  }
}

extension Goroutine {
  /// Ends the program with Go's message, the stack and exit status 2.
  func ended(_ task: TaskContext, _ trap: Trap) -> Step {
    var message: String
    switch trap {
    case .fatal: message = "fatal error: \(trap.text)\n"
    case .stackOverflow:
      message =
        "runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n"
    case .panics: message = trap.text
    default: message = "panic: \(trap.text)\n"
    }
    // Of a deadlock Go shows the first goroutine.
    if goroutines.isDeadlocked, let main = goroutines.main, let its = main.context {
      message +=
        "\ngoroutine \(main.number) [\(main.waitReason)]:\n"
        + trace(its, isExact: false)
    } else {
      message += "\ngoroutine \(number) [running]:\n" + trace(task, isExact: true)
    }
    goroutines.isOver = true
    task.output(message)
    task.finish(ok: true, result: #"{"exit":2}"#)
    return .done
  }

  /// The program, or the package that the function is in.
  private func source(of function: String) -> String {
    let end = function.lastIndex(of: "/") ?? function.startIndex
    guard let dot = function[end...].firstIndex(of: "."), function[..<dot] != "main" else {
      return loaded.program.name
    }
    return String(function[..<dot])
  }

  /// Go shows the innermost fifty frames and the outermost fifty.
  /// - Parameter isExact: the top frame is at its instruction; a waiting one is behind it, as
  ///   callers are behind their call.
  private func trace(_ task: TaskContext, isExact: Bool) -> String {
    var text = ""
    var slots: UnsafeMutableRawPointer? = task.frame.slots
    let depth = task.depth - 1
    var isExact = isExact
    for level in 0..<depth {
      guard let frame = slots else { break }
      slots = (frame - 8).load(as: UnsafeMutableRawPointer?.self)
      if depth > 100, level >= 50, level < depth - 50 {
        if level == 50 { text += "...\(depth - 100) frames elided...\n" }
        continue
      }
      let place = Registers(slots: frame)[0] - (isExact ? 0 : 8)
      isExact = false
      guard let number = loaded.function(at: place) else { continue }
      let word = (place - Int(bitPattern: loaded.code)) / 8
      let function = loaded.program.functions[number]
      // Below a panic is who panicked.
      if number == loaded.program.panicFunction { isExact = true }
      if loaded.functions[number].isWrapper { continue }
      text += "\(function.name)(...)\n\t\(source(of: function.name)):\(function.line(at: word))\n"
    }
    return text
  }
}
