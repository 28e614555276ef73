// What the packages of the library ask of the machine: functions that no Go text can express.
//
// The library is written in Go; package `internal/machine` declares these without bodies, and only
// the library may import it. A native is called on a block like any function: results first, then
// parameters. One table says how each block looks, so verifier, generator and machine agree.

package enum Native: Int, CaseIterable, Sendable {
  case exit, yield, collect, goroutines, write, sleep, clock, acquire, release
  case lock, tryLock, unlock, fatal, goexit, statistics, random, arguments, caller
  case floatText, parseFloat, unary, binary, floatBits, float32Bits, floatFromBits
  case float32FromBits, runeClass, runeCase
  case typeOf, typeName, typeKind, typeElement, typeKey, typeCount, fieldName, fieldFlags, fieldType
  case word, text, bytes, length, element, pointer, pointee, entries, swap, assign, isComparable
  case background, stringOf, raise, discount

  /// Its name in `internal/machine`.
  package var name: String {
    let text = "\(self)"
    return text.prefix(1).uppercased() + text.dropFirst()
  }

  package static let named = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

  /// Results, then parameters: `d` data, `r` reference, `s` string, `l` slice, `i` interface.
  private var pattern: (results: String, parameters: String) {
    switch self {
    case .exit, .sleep, .discount: ("", "d")
    case .yield, .collect, .goexit, .background: ("", "")
    case .goroutines, .random: ("d", "")
    case .write: ("", "dl")
    case .clock: ("dd", "")
    case .acquire, .lock: ("", "rs")
    case .release: ("", "r")
    case .tryLock, .unlock: ("d", "r")
    case .fatal, .raise: ("", "s")
    case .statistics: ("", "l")
    case .arguments: ("l", "")
    case .caller: ("sd", "d")
    case .floatText: ("s", "dddd")
    case .parseFloat: ("dd", "sd")
    case .unary: ("d", "dd")
    case .runeClass: ("d", "d")
    case .runeCase: ("d", "dd")
    case .binary: ("d", "ddd")
    case .floatBits, .float32Bits, .floatFromBits, .float32FromBits: ("d", "d")
    case .typeOf: ("d", "i")
    case .typeName: ("s", "d")
    case .typeKind, .typeElement, .typeKey, .typeCount: ("d", "d")
    case .fieldName: ("s", "dd")
    case .fieldFlags, .fieldType: ("d", "dd")
    case .word, .length, .pointer, .isComparable: ("d", "i")
    case .text: ("s", "i")
    case .bytes: ("l", "i")
    case .entries: ("", "il")
    case .element: ("i", "id")
    case .pointee: ("i", "i")
    case .swap: ("", "idd")
    case .assign: ("d", "ii")
    case .stringOf: ("s", "l")
    }
  }

  /// Slots of a block before its parameters: the machine asks at every call.
  package var resultSlots: Int { Self.resultSlots[rawValue] }
  private static let resultSlots = allCases.map(\.signature.results.count)

  package var signature: BlockSignature {
    func kinds(_ pattern: String) -> [Bool] {
      pattern.flatMap { letter -> [Bool] in
        switch letter {
        case "r": [true]
        case "s": [true, false]
        case "l": [true, false, false]
        case "i": [false, true]
        default: [false]
        }
      }
    }
    return BlockSignature(results: kinds(pattern.results), parameters: kinds(pattern.parameters))
  }
}
