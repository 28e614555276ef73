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
  case incomparable(String)
  case assertion(String)
  /// By the program's own `panic`; already as text.
  case panic(String)
  case stackOverflow
  /// Not a panic: nothing can recover from it.
  case fatal(String)

  var text: String {
    switch self {
    case .nilDereference:
      "runtime error: invalid memory address or nil pointer dereference\n"
        + "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x0]"
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
    case .assertion(let text), .panic(let text): text
    case .stackOverflow: "stack overflow"
    case .fatal(let text): text
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
    default: message = "panic: \(trap.text)\n"
    }
    message += "\ngoroutine 1 [running]:\n" + trace(task)
    task.output(message)
    task.finish(ok: true, result: #"{"exit":2}"#)
    return .done
  }

  /// Go shows the innermost fifty frames and the outermost fifty.
  private func trace(_ task: TaskContext) -> String {
    var text = ""
    var slots: UnsafeMutableRawPointer? = task.frame.slots
    let depth = task.depth - 1
    for level in 0..<depth {
      guard let frame = slots else { break }
      slots = (frame - 8).load(as: UnsafeMutableRawPointer?.self)
      if depth > 100, level >= 50, level < depth - 50 {
        if level == 50 { text += "...\(depth - 100) frames elided...\n" }
        continue
      }
      let code = UnsafePointer<UInt64>(bitPattern: Registers(slots: frame)[0])
      guard let code else { continue }
      // Callers go on behind their call: the word before is in its line.
      let word = code - UnsafePointer(loaded.code) - (level == 0 ? 0 : 1)
      guard let function = loaded.program.function(at: word), !function.name.hasPrefix("go.")
      else { continue }
      text += "\(function.name)(...)\n\t\(loaded.program.name):\(function.line(at: word))\n"
    }
    return text
  }
}
