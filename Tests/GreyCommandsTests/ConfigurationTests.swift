// What a configuration says, who says it, and how a mistake in it is told.

import Foundation
import GreyBasics
import GreyCommands
import GreyEvents
import Testing

private func problems(
  _ yaml: String = "", environment: [String: String] = [:], flags: [ConfigurationFlag] = []
) -> [String] {
  do {
    _ = try EffectiveConfiguration(
      file: ("c.yaml", yaml), environment: environment, flags: flags)
    return []
  } catch {
    return error.problems.map { "\($0.place): \($0.text)" }
  }
}

@Suite struct ConfigurationTests {
  @Test func laterLayersWinAndEverySourceIsKnown() throws {
    let c = try EffectiveConfiguration(
      file: ("c.yaml", "# mine\nnodes: 2\nGOGC: 200\nworkers: 3\n\ntransport: tcp\n"),
      environment: ["GOGC": "50", "GREYWAVE_WORKERS": "2", "PATH": "/bin", "GOMEMLIMIT": ""],
      flags: [ConfigurationFlag("--nodes", key: "nodes", value: "8")])
    #expect(c.values.nodes == 8)
    #expect(c.values.gogc == 50)
    #expect(c.values.workers == 2)
    #expect(c.values.transport == .tcp)
    #expect(c.values.goMemoryLimit == nil)
    #expect(c.source(of: "nodes") == .flag("--nodes"))
    #expect(c.source(of: "GOGC") == .environment("GOGC"))
    #expect(c.source(of: "transport") == .file("c.yaml", line: 6))
    #expect(c.source(of: "seed") == .standard)
  }

  @Test func whatIsPrintedIsReadBackAsTheSame() throws {
    let c = try EffectiveConfiguration(
      file: (
        "c.yaml",
        "lab: true\nwithout: [transit-root, keep-stamp]\nGOMEMLIMIT: 1536KiB\nheartbeat: 1.5s\n"
          + "minimum_heap: 1000000\ntime_scale: 2.5\nheap_limit: 8MiB"
      ), environment: ["GREYWAVE_STOP_LIMIT": "30s", "GREYWAVE_FENCE_AFTER": "1m30s"])
    #expect(c.values.without == [.transitRoot, .keepStamp])
    #expect(c.values.goMemoryLimit == 1_536 << 10)
    #expect(c.values.fenceAfter == .seconds(90))
    #expect(c.values.scaled(c.values.heartbeat) == .milliseconds(3_750))
    let again = try EffectiveConfiguration(file: ("printed", c.yaml))
    #expect(again.values == c.values)
    #expect(c.yaml.contains("# environment GREYWAVE_STOP_LIMIT\n"))
    #expect(c.json["heartbeat"]?["value"] == .string("1500ms"))
    #expect(c.json["heartbeat"]?["source"] == .string("c.yaml:4"))
    #expect(c.json.members?.count == ConfigurationKey.all.count + 1)
  }

  @Test(arguments: [
    (
      "nodes: 2\nmark_worker: 2",
      "c.yaml:2: unknown key 'mark_worker'; did you mean 'mark_workers'?"
    ),
    ("gogc: 5", "c.yaml:1: unknown key 'gogc'; did you mean 'GOGC'?"),
    ("bananas: 5", "c.yaml:1: unknown key 'bananas'; see configs/reference.yaml"),
    ("nodes: many", "c.yaml:1: nodes: 'many' is no whole number (whole number from 1 to 1000)"),
    ("nodes: 0", "c.yaml:1: nodes: 0 is out of range: from 1 to 1000"),
    ("\n\nnodes:\n", "c.yaml:3: nodes has no value"),
    ("nodes: {a: 1}", "c.yaml:1: nodes has a nested value"),
    ("nodes: [1, 2]", "c.yaml:1: nodes: '1,2' is no whole number"),
    ("nodes: 1\nseed: 2\nnodes: 3", "c.yaml:3: 'nodes' is set twice"),
    ("- nodes", "c.yaml:1: expected lines of 'key: value'"),
    ("nodes: 1\n  seed: [", "c.yaml:2: this is no YAML: "),
    ("transport: icp", "transport: 'icp' is none of ipc, tcp; did you mean 'ipc'?"),
    ("heartbeat: 500", "heartbeat: '500' is no duration"),
    ("heartbeat: 1ms", "heartbeat: 1ms is out of range: from 10ms to 1m"),
    ("GOMEMLIMIT: 64MB", "GOMEMLIMIT: '64MB' is no size; sizes are like 64MiB"),
    ("lab: yes", "lab: 'yes' is neither true nor false"),
    ("lab: true\nwithout: transit-rot", "did you mean 'transit-root'?"),
    ("without: transit-root", "c.yaml:1: rules can be switched off in a lab cluster only"),
    (
      "heap_limit: 2GiB\nheap_arena: 1GiB",
      "c.yaml:1: the heap limit is larger than the arena: heap_limit = 2GiB (c.yaml:1), "
        + "heap_arena = 1GiB (c.yaml:2)"
    ),
    ("fence_after: 900ms", "a node would be fenced between two heartbeats"),
    ("host: a b", "host: 'a b' is no address"),
    ("host: \"a\\u0085b\"", "is no address"),
    // Some lines of these would be looked at for years.
    (
      "lab: true\na: &a [x, x]\nb: &b [*a, *a]\n? *b\n: x", "c.yaml:2: anchors (&name) are not read"
    ),
    ("{? &a [x] : y}", "c.yaml:1: anchors (&name) are not read"),
  ])
  func aMistakeIsToldWithItsPlace(_ yaml: String, _ expected: String) {
    let found = problems(yaml)
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  @Test func everyMistakeOfEveryLayerIsToldAtOnce() {
    let found = problems(
      "nodse: 1\nworkers: x", environment: ["GOGC": "-1", "GREYWAVE_NODSE": "1"],
      flags: [ConfigurationFlag("--option", key: "sede", value: "1")])
    #expect(
      found == [
        "c.yaml:1: unknown key 'nodse'; did you mean 'nodes'?",
        "c.yaml:2: workers: 'x' is no whole number (whole number from 1 to 64)",
        "environment GOGC: GOGC: -1 is out of range: from 0 to 1000000 "
          + "(whole number from 0 to 1000000, or off)",
        "environment GREYWAVE_NODSE: there is no such setting; did you mean 'GREYWAVE_NODES'?",
        "--option: unknown key 'sede'; did you mean 'seed'?",
      ])
  }

  @Test(arguments: [
    "*", "#x", "~", "'a", "a#b", "&a", "!x", "[a", "{a", "-", "%x", "a,b", "\\", "7",
  ])
  func anAddressOfAnyLookIsPrintedAsItIsRead(_ address: String) throws {
    let flags = ["host", "advertise"].map { ConfigurationFlag("--option", key: $0, value: address) }
    let configuration = try EffectiveConfiguration(flags: flags)
    let again = try EffectiveConfiguration(file: ("c.yaml", configuration.yaml))
    #expect(again.values.host == address && again.values == configuration.values)
  }

  @Test func commentsMayHoldWhatIsNoAnchor() throws {
    let text = "# this &that\nnodes: 3 # R&D, &c\nhost: a&b\n"
    let values = try EffectiveConfiguration(file: ("c.yaml", text)).values
    #expect(values.nodes == 3 && values.host == "a&b")
  }

  @Test func aFileOfAMegabyteIsNoConfiguration() {
    let text = String(repeating: "# x\n", count: 300_000)
    #expect(problems(text) == ["c.yaml: this is no configuration: it exceeds 1 MiB"])
  }

  @Test func anEmptyFileIsFine() throws {
    for text in ["", "\n", "# nothing\n", "---\n"] {
      #expect(try EffectiveConfiguration(file: ("c", text)).values == ClusterConfiguration())
    }
  }

  @Test func everyKeyReadsAndWritesItsOwnField() throws {
    #expect(Set(ConfigurationKey.all.map(\.name)).count == ConfigurationKey.all.count)
    #expect(Set(ConfigurationKey.all.map(\.environment)).count == ConfigurationKey.all.count)
    // As many keys as the struct has fields, and each reads its default back.
    #expect(Mirror(reflecting: ClusterConfiguration()).children.count == ConfigurationKey.all.count)
    for key in ConfigurationKey.all {
      var c = ClusterConfiguration()
      try key.write(&c, key.read(c))
      #expect(c == ClusterConfiguration(), "\(key.name)")
    }
  }
}

@Suite struct ConfigurationFilesTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "configs")

  @Test func theReferenceDocumentsExactlyTheKnownKeys() throws {
    let url = Self.folder.appending(path: "reference.yaml")
    let text = try String(contentsOf: url, encoding: .utf8)
    #expect(text == ConfigurationReference.text)
    let keys = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
      String($0.prefix { $0 != ":" })
    }
    #expect(keys == ConfigurationKey.all.map(\.name))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let read = try EffectiveConfiguration(file: ("reference.yaml", text))
    #expect(read.values == ClusterConfiguration())
  }

  @Test(arguments: ["local", "tiny", "stress", "tcp"])
  func everyShippedConfigurationIsValidAndSaysSomething(_ name: String) throws {
    let url = Self.folder.appending(path: "\(name).yaml")
    let text = try String(contentsOf: url, encoding: .utf8)
    let c = try EffectiveConfiguration(file: (name, text))
    #expect(text.hasPrefix("# "))
    if name != "local" { #expect(c.values != ClusterConfiguration()) }
    if name == "tcp" { #expect(c.values.transport == .tcp) }
  }
}
