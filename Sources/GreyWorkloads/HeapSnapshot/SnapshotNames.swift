// From (kind, name) pairs to a table of types that fits a heap's.
//
// A heap numbers its types with 16 bits, and a large program has hundreds of thousands of names:
// function names, mostly. While the nodes are read every pair gets a provisional number and a
// count. Then the most frequent pairs keep their names, up to the limit; the others become their
// kind. Ties go to the pair met first, so the same file gives the same table everywhere.
//
// Names stand at the end of the file, so a type remembers the number of its string until then.

struct SnapshotNames {
  /// More pairs than this are not even counted: their objects get the kind alone. It bounds the
  /// memory that a file can ask for.
  static var mostCounted: Int { 1 << 18 }
  /// Longer names are cut (bytes of UTF-8).
  static var longestName: Int { 120 }

  private let kinds: [String]
  private let isNamed: [Bool]
  /// By provisional number; the first `kinds.count` are the kinds without a name.
  private var pairs: [(kind: Int, name: Int?)]
  private var counts: [UInt32]
  private var numbers: [UInt64: UInt32] = [:]
  /// The column while nodes are read.
  var provisional: [UInt32] = []

  private(set) var types: [SnapshotType] = []
  /// The strings that are wanted, ascending, and for which type each.
  private(set) var wanted: [(string: Int, type: Int)] = []
  /// Of the second pass over the strings: how many were passed (nil: not begun) and were wanted.
  private var passed: Int?
  private var resolved = 0

  init(kinds: [String]) {
    self.kinds = kinds
    isNamed = kinds.map { SnapshotLayout.namedKinds.contains($0) }
    pairs = kinds.indices.map { ($0, nil) }
    counts = Array(repeating: 0, count: kinds.count)
  }

  @inline(__always)
  mutating func add(kind: Int, name: Int) {
    let number = isNamed[kind] ? number(kind, name) : kind
    counts[number] += 1
    provisional.append(UInt32(number))
  }

  private mutating func number(_ kind: Int, _ name: Int) -> Int {
    // Kinds are fewer than 256, names below 2⁵³.
    let key = UInt64(kind) << 53 | UInt64(name)
    if let known = numbers[key] { return Int(known) }
    guard numbers.count < Self.mostCounted else { return kind }
    let new = pairs.count
    numbers[key] = UInt32(new)
    pairs.append((kind, name))
    counts.append(0)
    return new
  }

  /// Gives out the final numbers, at most `limit` of them, and the column of them.
  mutating func fold(limit: Int) -> [UInt16] {
    let room = max(0, min(limit, Int(UInt16.max)) - kinds.count)
    let named = (kinds.count..<pairs.count).sorted { (left: Int, right: Int) -> Bool in
      counts[left] != counts[right] ? counts[left] > counts[right] : left < right
    }
    for rare in named.dropFirst(room) {
      counts[pairs[rare].kind] += counts[rare]
      counts[rare] = 0
    }
    var final = [UInt16](repeating: 0, count: pairs.count)
    for (number, pair) in pairs.enumerated() where counts[number] > 0 {
      final[number] = UInt16(types.count)
      if let name = pair.name { wanted.append((name, types.count)) }
      types.append(SnapshotType(kind: kinds[pair.kind], name: nil, objects: Int(counts[number])))
    }
    for rare in named.dropFirst(room) { final[rare] = final[pairs[rare].kind] }
    wanted.sort { $0.string != $1.string ? $0.string < $1.string : $0.type < $1.type }
    let column = provisional.map { final[Int($0)] }
    provisional = []
    numbers = [:]
    return column
  }

  /// Reads the value of the key `strings` a second time, for the names, to the offset `end`; true
  /// when all are known.
  mutating func resolve(
    _ bytes: inout SnapshotBytes, until end: Int
  ) throws(HeapSnapshotError) -> Bool {
    var number = passed ?? 0
    if passed == nil, !wanted.isEmpty { try bytes.openArray("“strings”") }
    while resolved < wanted.count {
      passed = number
      guard bytes.offset < end else { return false }
      if wanted[resolved].string == number {
        let name = Self.printable(try bytes.string("a name", keep: Self.longestName))
        while resolved < wanted.count, wanted[resolved].string == number {
          types[wanted[resolved].type].name = name
          resolved += 1
        }
        if resolved == wanted.count { break }
      } else {
        try bytes.skipString("a string")
      }
      _ = try bytes.takeComma(orEnd: "]")
      number += 1
    }
    return true
  }

  /// An empty one is no name.
  private static func printable(_ name: String) -> String? {
    name.isEmpty ? nil : withoutControls(name)
  }

  /// Names go to terminals and logs.
  static func withoutControls(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { $0.properties.generalCategory == .control ? "·" : $0 }))
  }
}
