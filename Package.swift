// swift-tools-version: 6.2
// The rooms of Greywave and the floor each stands on.
//
// A room may import only rooms of strictly lower floors. The check at the end refuses to load the
// package otherwise, so an upward import cannot be built by accident; scripts build with
// `--explicit-target-dependency-import-check error`, so an undeclared one cannot either.

import PackageDescription

/// One module: its floor, what it may import, and which libraries from outside it needs.
struct Room {
  let floor: Int
  let name: String
  var imports: [String] = []
  var libraries: [Target.Dependency] = []
  /// A folder whose files lie in the binary.
  var embedded: String? = nil
  /// What its tests import besides: they may see more than the room.
  var testImports: [String] = []
  var testLibraries: [Target.Dependency] = []
  /// Files of its tests that are read and not compiled.
  var testFiles: [String] = []
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let bigInt = Target.Dependency.product(name: "BigInt", package: "BigInt")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let inMemoryLogging = Target.Dependency.product(name: "InMemoryLogging", package: "swift-log")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")

let rooms: [Room] = [
  Room(floor: 1, name: "GreyBasics", imports: ["CGrey"]),

  Room(floor: 2, name: "ZeroMQ", imports: ["CZeroMQ"]),
  Room(floor: 2, name: "GreyWire", imports: ["GreyBasics"]),
  Room(floor: 2, name: "GreyHeap", imports: ["CGrey", "GreyBasics"]),
  Room(floor: 2, name: "GreyEvents", imports: ["GreyBasics"]),
  Room(floor: 2, name: "GoSyntax"),
  Room(floor: 2, name: "GoLibrary", embedded: "Packages"),
  Room(floor: 2, name: "GreyBytecode"),

  Room(floor: 3, name: "GreyProtocol", imports: ["GreyBasics", "GreyWire", "GreyEvents"]),
  Room(floor: 3, name: "GreyCollector", imports: ["CGrey", "GreyBasics", "GreyHeap"]),
  Room(
    floor: 3, name: "GoCompiler", imports: ["GoSyntax", "GoLibrary", "GreyBytecode"],
    libraries: [bigInt]),

  Room(
    floor: 4, name: "GreyMutator",
    imports: ["CGrey", "GreyBasics", "GreyWire", "GreyHeap", "GreyCollector"]),

  Room(
    floor: 5, name: "GreyEngine",
    imports: [
      "GreyBasics", "GreyWire", "GreyHeap", "GreyEvents", "GreyProtocol", "GreyCollector",
      "GreyMutator",
    ]),
  Room(
    floor: 5, name: "GreyWorkloads", imports: ["GreyBasics", "GreyHeap", "GreyMutator"],
    libraries: [histogram], testImports: ["GreyWire", "GreyCollector"]),
  Room(
    floor: 5, name: "GreyVM",
    imports: ["GreyBasics", "GreyHeap", "GreyCollector", "GreyMutator", "GreyBytecode"],
    testImports: ["GreyWire", "GoSyntax", "GoCompiler"]),

  Room(
    floor: 6, name: "GreySimulator",
    imports: [
      "GreyBasics", "GreyWire", "GreyHeap", "GreyEvents", "GreyProtocol", "GreyCollector",
      "GreyMutator", "GreyEngine",
    ], testFiles: ["regressions"]),
  Room(
    floor: 6, name: "GreyExplorer",
    imports: ["GreyBasics", "GreyWire", "GreyProtocol", "GreyCollector"]),
  Room(
    floor: 6, name: "GreyRuntime",
    imports: [
      "CGrey", "GreyBasics", "ZeroMQ", "GreyWire", "GreyHeap", "GreyEvents", "GreyProtocol",
      "GreyCollector", "GreyMutator", "GreyEngine",
    ],
    libraries: [logging], testLibraries: [inMemoryLogging]),

  Room(
    floor: 7, name: "GreyCommands",
    imports: [
      "CGrey", "GreyBasics", "GreyWire", "GreyHeap", "GreyEvents", "GreyProtocol",
      "GreyCollector", "GreyMutator", "GreyEngine", "GreyWorkloads", "GreySimulator",
      "GreyExplorer", "GreyRuntime", "GoSyntax", "GoCompiler", "GreyBytecode", "GreyVM",
    ],
    libraries: [argumentParser, yams, histogram], testImports: ["ZeroMQ"]),
]

let floors = Dictionary(
  uniqueKeysWithValues: rooms.map { ($0.name, $0.floor) } + [("CZeroMQ", 0), ("CGrey", 0)])
for room in rooms {
  for lower in room.imports {
    precondition(
      floors[lower].map { $0 < room.floor } ?? false,
      "\(room.name) (floor \(room.floor)) must not import \(lower): rooms import only downwards")
  }
  precondition(
    !room.imports.contains("ZeroMQ") || room.name == "GreyRuntime",
    "\(room.name) must not import ZeroMQ: only GreyRuntime touches sockets")
}

/// Warnings are errors; hot paths do not pay for exclusivity checks (18.6 ns against 1.3 an
/// allocation when a `~Copyable` struct lies in a final class).
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("MemberImportVisibility"),
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

var targets: [Target] = [
  .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
  .target(name: "CGrey"),
  .executableTarget(name: "greywave", dependencies: ["GreyCommands"], swiftSettings: strict),
  // Drive the built binary or read the sources; they import nothing of ours.
  .testTarget(name: "HouseRulesTests", swiftSettings: strict),
  .testTarget(name: "ClusterTests", swiftSettings: strict),
]

// Step by step and with types: as one expression the compiler takes a minute to understand it.
for room in rooms {
  let imports: [Target.Dependency] = room.imports.map { Target.Dependency.byName(name: $0) }
  let more: [Target.Dependency] = room.testImports.map { Target.Dependency.byName(name: $0) }
  let own: Target.Dependency = .byName(name: room.name)
  targets.append(
    .target(
      name: room.name, dependencies: imports + room.libraries,
      resources: room.embedded.map { [.embedInCode($0)] } ?? [], swiftSettings: strict))
  // What has no tests of its own is tested by whoever reads it.
  if room.embedded != nil { continue }
  targets.append(
    .testTarget(
      name: "\(room.name)Tests",
      dependencies: [own] + imports + more + room.libraries + room.testLibraries,
      exclude: room.testFiles, swiftSettings: strict))
}

// The fuzzers (`cluster/fuzz`) are there only when asked for: every module they reach is built with
// libFuzzer's instrumentation, and nothing but `greywave` is a product of this package.
if Context.environment["GREYWAVE_FUZZ"] == "1" {
  targets.append(
    .executableTarget(
      name: "GreyFuzz",
      dependencies: [
        "GreyBasics", "GreyWire", "GreyEvents", "GreyEngine", "GreyWorkloads",
        "GreyCommands", "GoSyntax", "GoCompiler", "GreyBytecode",
      ], path: "Tests/Fuzz", swiftSettings: strict))
}

let package = Package(
  name: "greywave",
  products: [.executable(name: "greywave", targets: ["greywave"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
  ],
  targets: targets
)
