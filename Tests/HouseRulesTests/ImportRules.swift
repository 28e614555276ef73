// Floors and walls: which room may import which.
//
// The floors are those of the package manifest, read from its text, so there is one list of them.
// A build with import checking refuses an undeclared import; this refuses one that somebody has
// declared, and says which wall it breaks.

import Foundation

enum ImportRules {
  /// The walls that floors alone do not draw.
  static let walls: [HouseRule] = [
    wall(
      "GreyProtocol", against: ["GreyHeap", "GreyCollector", "GreyMutator"],
      "the protocol knows counts, epochs and opaque batches, never a heap"),
    wall(
      "GreyCollector", against: ["GreyWire", "GreyProtocol"],
      "the collector knows references and buffers, never a message"),
    wall(
      "GreyEngine", against: ["GreyVM", "GreyWorkloads"], "the engine knows tasks, not what runs"),
    .swift(
      "ZeroMQ behind its wall", "only GreyRuntime touches sockets",
      in: Place.sources(except: "GreyRuntime", "ZeroMQ"),
      bad: SourceFile("Sources/GreyCommands/a.swift", "import ZeroMQ\n"),
      good: SourceFile("Sources/GreyRuntime/a.swift", "import ZeroMQ\n")
    ) { file in
      file.imports.filter { $0.module == "ZeroMQ" || $0.module == "CZeroMQ" }.map(\.line)
    },
    .swift(
      "swift-log behind its wall", "say it with an Event: GreyRuntime makes log lines of them",
      in: Place.sources(except: "GreyRuntime"),
      bad: SourceFile("Sources/GreyEngine/a.swift", "import Logging\n"),
      good: SourceFile("Sources/GreyRuntime/a.swift", "import Logging\n")
    ) { file in
      file.imports.filter { $0.module == "Logging" }.map(\.line)
    },
  ]

  /// - Parameter manifest: the text of `Package.swift`.
  static func floors(manifest: String) -> HouseRule {
    let rooms = Room.all(in: manifest)
    return .swift(
      "imports only downwards", "move what both need to a lower floor, or turn the call round",
      in: Place.sources,
      bad: SourceFile("Sources/GreyHeap/a.swift", "@preconcurrency import GreyEngine\n"),
      good: SourceFile("Sources/GreyEngine/a.swift", "import Foundation\nimport GreyHeap\n")
    ) { file in
      guard let room = file.room, let own = rooms[room] else { return [] }
      return file.imports.filter { other in
        rooms[other.module].map { $0.floor >= own.floor } ?? false
      }.map(\.line)
    }
  }

  private static func wall(
    _ room: String, against others: Set<String>, _ reason: String
  ) -> HouseRule {
    let first = others.sorted()[0]
    return .swift(
      "\(room) behind its wall", reason, in: Place.rooms(room),
      bad: SourceFile("Sources/\(room)/a.swift", "import GreyBasics\nimport \(first)\n"),
      good: SourceFile("Sources/GreyRuntime/a.swift", "import \(first)\n// import \(first)\n")
    ) { file in
      file.imports.filter { others.contains($0.module) }.map(\.line)
    }
  }
}

/// A room as the manifest states it: `Room(floor: 2, name: "GreyHeap", imports: ["GreyBasics"])`.
struct Room {
  let floor: Int
  let imports: [String]

  static func all(in manifest: String) -> [String: Room] {
    var rooms = ["CZeroMQ": Room(floor: 0, imports: []), "CGrey": Room(floor: 0, imports: [])]
    for part in manifest.components(separatedBy: "Room(").dropFirst() {
      guard let colon = part.range(of: "floor: "),
        let floor = Int(part[colon.upperBound...].prefix { $0.isNumber }),
        let name = quoted(part, after: "name: ").first
      else { continue }
      rooms[name] = Room(floor: floor, imports: quoted(part, after: "imports: ["))
    }
    return rooms
  }

  /// The quoted names between `mark` and the next bracket.
  private static func quoted(_ text: String, after mark: String) -> [String] {
    guard let start = text.range(of: mark) else { return [] }
    let pieces = text[start.upperBound...].prefix { $0 != "]" && $0 != ")" }
      .components(separatedBy: "\"")
    return pieces.indices.filter { $0 % 2 == 1 }.map { pieces[$0] }
  }
}
