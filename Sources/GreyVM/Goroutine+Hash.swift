// Hashes of keys: equal keys have equal hashes, whatever their type (spec, "Comparison operators").
//
// Zeros are equal whatever their sign; a NaN is equal to nothing, so each gets a hash of its own. A
// key in an interface is hashed by its value; one that cannot be compared cannot be hashed.

import GreyBasics
import GreyBytecode
import GreyMutator

enum Hash {
  @inline(__always)
  static func of(_ word: UInt64, seed: UInt64) -> UInt64 {
    let product = (word ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }

  static func of(_ bytes: UnsafeRawPointer, count: Int, seed: UInt64) -> UInt64 {
    var hash = seed ^ UInt64(truncatingIfNeeded: count) &* 0xA076_1D64_78BD_642F
    var at = 0
    while at &+ 8 <= count {
      hash = of(bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self), seed: hash)
      at &+= 8
    }
    var rest: UInt64 = 0
    while at < count {
      rest = rest << 8 | UInt64(bytes.load(fromByteOffset: at, as: UInt8.self))
      at &+= 1
    }
    return of(rest, seed: hash ^ 0xE703_7ED1_A0B4_28DB)
  }
}

extension Goroutine {
  func stringHash(_ place: UnsafeRawPointer, seed: UInt64) -> UInt64 {
    let count = place.load(fromByteOffset: 8, as: Int.self)
    if count == 0 { return Hash.of(0, seed: seed) }
    return Hash.of(address(place.load(as: UInt64.self)), count: count, seed: seed)
  }

  @inline(__always)
  func isSameString(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer) -> Bool {
    let count = a.load(fromByteOffset: 8, as: Int.self)
    if count != b.load(fromByteOffset: 8, as: Int.self) { return false }
    let (x, y) = (a.load(as: UInt64.self), b.load(as: UInt64.self))
    if x == y || count == 0 { return true }
    return Bytes.compare(address(x), address(y), count: count) == 0
  }

  /// Nil: `trap` says which type cannot be hashed.
  func hash(
    _ task: TaskContext, _ value: UnsafeRawPointer, _ equality: RuntimeType.Equality, seed: UInt64
  ) -> UInt64? {
    switch equality {
    case .bits(let bytes): return Hash.of(value, count: bytes, seed: seed)
    case .float32: return hash(task, Double(value.load(as: Float.self)), seed)
    case .float64: return hash(task, value.load(as: Double.self), seed)
    case .string: return stringHash(value, seed: seed)
    case .interface:
      let type = value.load(as: Int.self)
      if type == 0 { return Hash.of(0, seed: seed) }
      let described = loaded.program.runtimeTypes[type - 1]
      if case .none = described.equality {
        trap = .unhashable(described.name)
        return nil
      }
      let own = Hash.of(UInt64(type), seed: seed)
      let raw = value.load(fromByteOffset: 8, as: UInt64.self)
      if described.form == .pointer { return Hash.of(raw, seed: own) }
      return hash(task, address(raw), described.equality, seed: own)
    case .parts(let parts):
      var all = seed
      for part in parts {
        guard let one = hash(task, value + part.offset, part.equality, seed: all) else {
          return nil
        }
        all = one
      }
      return all
    case .array(let count, let stride, let element):
      var all = seed
      for index in 0..<count {
        guard let one = hash(task, value + index * stride, element, seed: all) else { return nil }
        all = one
      }
      return all
    case .none: return Hash.of(0, seed: seed)
    }
  }

  private func hash(_ task: TaskContext, _ value: Double, _ seed: UInt64) -> UInt64 {
    if value.isNaN { return task.random.next() }
    return Hash.of(value == 0 ? 0 : value.bitPattern, seed: seed)
  }
}
