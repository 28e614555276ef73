// `print`, `println` and the values that `panic` shows, in Go's forms.

import GreyBasics
import GreyBytecode
import GreyMutator

extension Goroutine {
  func show(_ r: Registers, _ slot: Int, _ kind: Int) {
    guard let kind = PrintKind(rawValue: kind) else { return }
    switch kind {
    case .signed: text += "\(r[slot])".utf8
    case .unsigned: text += "\(r[bits: slot])".utf8
    case .float: text += FloatText.of(r[float: slot]).utf8
    case .float32: text += FloatText.of(r[float: slot], isNarrow: true).utf8
    case .boolean: text += (r[truth: slot] ? "true" : "false").utf8
    case .string: text += bytes(at: r.address(slot))
    case .pointer: text += Self.hexadecimal(r[bits: slot]).utf8
    case .slice:
      text += "[\(r[slot + 1])/\(r[slot + 2])]\(Self.hexadecimal(r[bits: slot]))".utf8
    case .interface:
      text += "(\(Self.hexadecimal(r[bits: slot])),\(Self.hexadecimal(r[bits: slot + 1])))".utf8
    case .space: text.append(0x20)
    case .newline: text.append(0x0A)
    }
  }

  private static func hexadecimal(_ bits: UInt64) -> String { "0x" + String(bits, radix: 16) }

  func bytes(at place: UnsafeRawPointer) -> [UInt8] {
    let count = place.load(fromByteOffset: 8, as: Int.self)
    if count == 0 { return [] }
    return Array(
      UnsafeRawBufferPointer(start: address(place.load(as: UInt64.self)), count: count))
  }

  /// Of an interface; basic types show their value, defined ones with their name around it. A
  /// scalar's box is one word, as its slot was.
  func panicText(_ r: Registers, _ slot: Int) -> [UInt8] {
    let type = loaded.program.runtimeTypes[r[slot] - 1]
    // A nil pointer or function in an interface leads nowhere and is not looked at.
    let value = r[slot + 1] == 0 ? r.address(slot + 1) : address(r[bits: slot + 1])
    var shown: [UInt8]
    switch type.display {
    case .signed:
      shown = Array("\(value.load(as: Int.self))".utf8)
    case .unsigned:
      shown = Array("\(value.load(as: UInt64.self))".utf8)
    case .boolean: shown = Array((value.u8 != 0 ? "true" : "false").utf8)
    case .float: shown = Array(FloatText.of(value.load(as: Double.self)).utf8)
    case .string:
      shown = bytes(at: value)
      if type.isDefined { shown = [0x22] + shown + [0x22] }
    case .error, .other:
      return Array("(\(type.name)) \(Self.hexadecimal(r[bits: slot + 1]))".utf8)
    }
    return type.isDefined ? Array(type.name.utf8) + [0x28] + shown + [0x29] : shown
  }
}

/// A float as `println` shows it: the shortest digits that read back the same, with an exponent of
/// at least two digits where it is below -4 or above 20.
enum FloatText {
  static func of(_ value: Double, isNarrow: Bool = false) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == 0 { return value.sign == .minus ? "-0" : "0" }
    var digits = ""
    var exponent = 0
    // Swift's description has the shortest digits too, in another layout.
    let text = isNarrow ? "\(Float(value.magnitude))" : "\(value.magnitude)"
    let parts = text.split(separator: "e")
    let mantissa = parts[0].split(separator: ".")
    let whole = String(mantissa[0])
    let fraction = mantissa.count > 1 && mantissa[1] != "0" ? String(mantissa[1]) : ""
    digits = whole + fraction
    exponent = whole.count - 1 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    while digits.hasPrefix("0") {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
    let sign = value < 0 ? "-" : ""
    if exponent < -4 || exponent >= 21 {
      let rest = digits.dropFirst()
      let size = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return sign + digits.prefix(1) + (rest.isEmpty ? "" : "." + rest)
        + "e" + (exponent < 0 ? "-" : "+") + size
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    if digits.count <= exponent + 1 {
      return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count)
    }
    return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }
}
