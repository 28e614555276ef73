// Values in interfaces: into a box and out of it, equality, and what methods a type has (spec,
// "Comparison operators", "Type assertions").
//
// Nobody writes to a box, so interfaces share it. The type of an interface is one more than its
// number, so nil is zero.

import GreyBasics
import GreyBytecode
import GreyMutator

extension Goroutine {
  func box(_ task: TaskContext, _ r: Registers, _ i: Instruction, type: Int) -> Bool {
    let described = loaded.program.runtimeTypes[type]
    if described.form == .pointer {
      let value = r[i.b]
      r[i.a] = type + 1
      r[i.a + 1] = value
      return true
    }
    guard let made = allocate(task, described.object, count: 1) else { return false }
    if loaded.objects[described.object].bytes > 0 {
      copyIn(
        task, to: address(made), from: r.address(i.b), object: described.object, count: 1)
    }
    r[i.a] = type + 1
    r[bits: i.a + 1] = made
    return true
  }

  /// The value of an interface whose type was looked at.
  func unbox(_ task: TaskContext, _ r: Registers, _ i: Instruction, type: Int) -> Bool {
    let described = loaded.program.runtimeTypes[type]
    if described.form == .pointer {
      r[i.a] = r[i.b + 1]
      return true
    }
    let bytes = loaded.objects[described.object].bytes
    if bytes == 0 { return true }
    r.address(i.a).copyMemory(from: address(r[bits: i.b + 1]), byteCount: bytes)
    return true
  }

  func implements(type: Int, interface: Int) -> Bool {
    type != 0
      && loaded.program.interfaces[interface].allSatisfy {
        loaded.program.methods[$0][type - 1] >= 0
      }
  }

  func equalInterface(_ task: TaskContext, _ r: Registers, _ i: Instruction) -> Bool {
    guard let equal = equal(r.address(i.b), r.address(i.c)) else { return false }
    r[truth: i.a] = equal
    return true
  }

  /// Two interfaces in memory. Nil: their type cannot be compared.
  private func equal(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer) -> Bool? {
    let type = a.load(as: Int.self)
    if type != b.load(as: Int.self) { return false }
    if type == 0 { return true }
    let described = loaded.program.runtimeTypes[type - 1]
    if case .none = described.equality {
      trap = .incomparable(described.name)
      return nil
    }
    let (x, y) = (
      a.load(fromByteOffset: 8, as: UInt64.self), b.load(fromByteOffset: 8, as: UInt64.self)
    )
    if x == y, described.form == .pointer { return true }
    if described.form == .pointer { return false }
    return equal(address(x), address(y), described.equality)
  }

  func equal(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ equality: RuntimeType.Equality
  ) -> Bool? {
    switch equality {
    case .bits(let bytes):
      return Bytes.compare(a, b, count: bytes) == 0
    case .float32: return a.load(as: Float.self) == b.load(as: Float.self)
    case .float64: return a.load(as: Double.self) == b.load(as: Double.self)
    case .string:
      return isSameString(a, b)
    case .interface: return equal(a, b)
    case .parts(let parts):
      for part in parts {
        guard let same = equal(a + part.offset, b + part.offset, part.equality) else { return nil }
        if !same { return false }
      }
      return true
    case .array(let count, let stride, let element):
      for index in 0..<count {
        guard let same = equal(a + index * stride, b + index * stride, element) else { return nil }
        if !same { return false }
      }
      return true
    case .none: return false
    }
  }

  func assertion(_ r: Registers, _ i: Instruction, type: Int) -> Trap {
    let wanted = loaded.program.runtimeTypes[type]
    let strings = loaded.program.strings
    let number = i.b | i.c << 16
    let subject =
      strings.indices.contains(number)
      ? String(decoding: strings[number], as: UTF8.self) : "interface"
    if !wanted.isInterface {
      let found = r[i.a] == 0 ? "nil" : loaded.program.runtimeTypes[r[i.a] - 1].name
      let note = found == wanted.name ? " (types from different scopes)" : ""
      return .error("interface conversion: \(subject) is \(found), not \(wanted.name)\(note)")
    }
    if r[i.a] == 0 { return .error("interface conversion: interface is nil, not \(wanted.name)") }
    let missing = wanted.demands.first {
      loaded.program.methods[$0.number][r[i.a] - 1] < 0
    }
    return .error(
      "interface conversion: \(loaded.program.runtimeTypes[r[i.a] - 1].name) is not "
        + "\(wanted.name): missing method \(missing?.name ?? "")")
  }
}
