// Every event survives the way to disk and back, and its line has the fields that are promised.

import GreyBasics
import GreyEvents
import Testing

@Suite struct EventLineTests {
  @Test func everyEventComesBackAsItWas() throws {
    for event in Samples.all {
      let record = Samples.record(event, process: .node(NodeID(3)))
      let line = EventLine.encode(record)
      #expect(!line.contains("\n"))
      #expect(try EventLine.decode(line) == record, "\(line)")
    }
    let names = Samples.all.map(EventLine.name(of:))
    #expect(Set(names).count == names.count)
  }

  @Test func aLostObjectThatNobodyCanNameHasANodeStill() throws {
    let run = RunID(rawValue: 4)
    let nameless = Event.lostObject(run: run, node: NodeID(2), object: nil, detail: "here")
    let line = EventLine.encode(Samples.record(nameless))
    #expect(try EventLine.decode(line).event == nameless)
    #expect(line.hasSuffix(#""run":4,"node":2,"detail":"here"}"#))
    #expect(
      EventText.line(Samples.record(nameless)).contains(
        "an object was freed and is still used on node 2"))
    #expect(nameless.concerns(NodeID(2)))
  }

  @Test func theLineIsFlatAndInAFixedOrder() throws {
    let line = EventLine.encode(
      Samples.record(.settingChanged(key: "GOGC", from: "100", to: "off"), epoch: 0))
    #expect(
      line == #"{"time":"2026-11-23T04:05:06.123456Z","monotonic_ns":1000,"#
        + #""process":"coordinator","level":"info","epoch":0,"event":"setting_changed","#
        + #""key":"GOGC","from":"100","to":"off"}"#)
  }

  @Test func aCyclesLineHasTheFiguresOnceAndItsOwnEpoch() throws {
    var figures = Samples.figures
    figures.epoch = Epoch(rawValue: 99)
    let json = EventLine.json(Samples.record(.cycleFinished(figures), epoch: 3))
    let keys = try #require(json.members).map(\.key)
    #expect(Set(keys).count == keys.count)
    #expect(json["epoch"] == .integer(99))
    #expect(json["stop1_us"] == .integer(412))
    #expect(json["per_node"]?.elements?.count == 4)
    #expect(json["heap_live_bytes"] == .integer(10 << 19))
  }

  @Test func anUnsafeClusterMarksEveryLine() throws {
    var record = Samples.record(.remark(text: "x"))
    record.isUnsafe = true
    #expect(EventLine.encode(record).contains(#""unsafe":true"#))
    #expect(try EventLine.decode(EventLine.encode(record)).isUnsafe)
  }

  @Test func aLineOfAnotherWorldIsRefusedWithAReason() {
    #expect(throws: JSONShapeError.self) { try EventLine.decode(#"{"a":1}"#) }
    #expect(throws: JSONError.self) { try EventLine.decode(#"{"time":"2026-"#) }
    let line = EventLine.encode(Samples.record(.remark(text: "x")))
    #expect(throws: (any Error).self) {
      try EventLine.decode(line.replacing("remark", with: "nonsense"))
    }
    #expect(throws: (any Error).self) {
      try EventLine.decode(line.replacing("coordinator", with: "node-99999"))
    }
  }
}

@Suite struct NamesTests {
  @Test func calendarTimeIsPrintedAndReadBack() {
    for text in [
      "1970-01-01T00:00:00.000000Z", "2000-02-29T23:59:59.999999Z", "2026-11-23T04:05:06.123456Z",
      "2100-03-01T00:00:00.000001Z", "2024-12-31T12:00:00.500000Z",
    ] {
      #expect(WallTime(text)?.description == text)
    }
    #expect(WallTime("1970-01-02T00:00:00Z")?.nanoseconds == 86_400_000_000_000)
    for text in [
      "", "2026", "2026-13-01T00:00:00Z", "2026-01-01 00:00:00", "x-y-zTa:b:cZ", "TZ",
      "2026-01-01TZ",
      "2026-01-01T.Z", "2026-01-01T99999999999999999999:00:00Z", "2026-01-01T24:00:00Z",
      "9223372036854775807-01-01T00:00:00Z", "2600-01-01T00:00:00Z", "2026-x-01-01T00:00:00Z",
      "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.+1Z", "2026-01-01T00:00:00.1.2Z",
    ] {
      #expect(WallTime(text) == nil, "\(text)")
    }
  }

  @Test func processesAreNamedAndFoundByName() {
    let names: [ProcessName] = [.coordinator, .node(NodeID(1)), .node(NodeID(12)), .command]
    for name in names { #expect(ProcessName(name.description) == name) }
    #expect(names.shuffled().sorted() == names)
    for text in ["", "node", "node-", "node-70000", "coordinator-1", "nodes-1"] {
      #expect(ProcessName(text) == nil)
    }
  }
}
