// Strings: bytes that nobody writes to, shared by reference (spec, "String types", "Conversions to
// and from a string type").

import GreyBasics
import GreyBytecode
import GreyMutator

extension Goroutine {
  private func bytes(_ r: Registers, _ slot: Int) -> UnsafeRawBufferPointer {
    let count = r[slot + 1]
    return count == 0
      ? UnsafeRawBufferPointer(start: nil, count: 0)
      : UnsafeRawBufferPointer(start: address(r[bits: slot]), count: count)
  }

  func concatenate(_ task: TaskContext, _ r: Registers, _ i: Instruction) -> Bool {
    let (left, right) = (bytes(r, i.b), bytes(r, i.c))
    if left.isEmpty || right.isEmpty {
      r.address(i.a).copyMemory(
        from: r.address(left.isEmpty ? i.c : i.b), byteCount: 16)
      return true
    }
    guard let made = allocate(task, 0, count: left.count + right.count) else { return false }
    let target = address(made)
    target.copyMemory(from: left.baseAddress ?? UnsafeRawPointer(target), byteCount: left.count)
    (target + left.count).copyMemory(
      from: right.baseAddress ?? UnsafeRawPointer(target), byteCount: right.count)
    r[i.a + 1] = left.count + right.count
    r[bits: i.a] = made
    return true
  }

  /// -1, 0 or 1.
  func compare(_ r: Registers, _ i: Instruction) -> Int {
    let (left, right) = (bytes(r, i.b), bytes(r, i.c))
    let order = Bytes.compare(left, right)
    if order != 0 { return order < 0 ? -1 : 1 }
    return left.count == right.count ? 0 : left.count < right.count ? -1 : 1
  }

  /// The rune at a byte and how many bytes it takes; a wrong byte is U+FFFD and one long.
  static func rune(_ bytes: UnsafeRawBufferPointer, at start: Int) -> (rune: Int, width: Int) {
    let first = bytes[start]
    if first < 0x80 { return (Int(first), 1) }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC2, first <= 0xF4, start + length <= bytes.count else { return (0xFFFD, 1) }
    var value = Int(first) & (0xFF >> (length + 1))
    for byte in bytes[start + 1..<start + length] {
      guard byte & 0xC0 == 0x80 else { return (0xFFFD, 1) }
      value = value << 6 | Int(byte & 0x3F)
    }
    let isLong = length == 3 && value < 0x800 || length == 4 && value < 0x10000
    if isLong || value > 0x10FFFF || (0xD800..<0xE000).contains(value) { return (0xFFFD, 1) }
    return (value, length)
  }

  func decodeRune(_ r: Registers, _ i: Instruction) {
    let (rune, width) = Self.rune(bytes(r, i.b), at: r[i.c])
    r[i.a] = rune
    r[i.a + 1] = width
  }

  static func encode(_ rune: Int, _ put: (UInt8) -> Void) {
    let scalar = UInt32(exactly: rune).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { put(byte) }
  }

  func convertString(
    _ task: TaskContext, _ r: Registers, _ i: Instruction, _ operation: Opcode
  ) -> Bool {
    switch operation {
    case .stringFromRune:
      var encoded: [UInt8] = []
      Self.encode(r[i.b]) { encoded.append($0) }
      return encoded.withUnsafeBytes { put(task, r, i.a, $0, object: 0, isSlice: false) }
    case .stringFromRunes:
      var encoded: [UInt8] = []
      for index in 0..<r[i.b + 1] {
        Self.encode((address(r[bits: i.b]) + index * 4).s32) { encoded.append($0) }
      }
      return encoded.withUnsafeBytes { put(task, r, i.a, $0, object: 0, isSlice: false) }
    case .runesFromString:
      var runes: [Int32] = []
      let source = bytes(r, i.b)
      var at = 0
      while at < source.count {
        let (rune, width) = Self.rune(source, at: at)
        runes.append(Int32(rune))
        at += width
      }
      return runes.withUnsafeBytes { put(task, r, i.a, $0, object: 1, isSlice: true) }
    default:
      return put(task, r, i.a, bytes(r, i.b), object: 0, isSlice: operation == .bytesFromString)
    }
  }

  private func put(
    _ task: TaskContext, _ r: Registers, _ slot: Int, _ bytes: UnsafeRawBufferPointer, object: Int,
    isSlice: Bool
  ) -> Bool {
    let count = bytes.count / loaded.objects[object].bytes
    guard let made = allocate(task, object, count: count) else { return false }
    if let source = bytes.baseAddress, !bytes.isEmpty {
      address(made).copyMemory(from: source, byteCount: bytes.count)
    }
    r[bits: slot] = made
    r[slot + 1] = count
    if isSlice { r[slot + 2] = count }
    return true
  }
}
