// Logs of several processes read as one, whatever state their files are in.

import GreyBasics
import GreyEvents
import Testing

private func text(_ records: [EventRecord]) -> [UInt8] {
  records.flatMap { Array((EventLine.encode($0) + "\n").utf8) }
}

private func remark(
  _ word: String, _ process: ProcessName, at seconds: Int, epoch: Int = 0
) -> EventRecord {
  Samples.record(.remark(text: word), process: process, at: seconds, epoch: epoch)
}

private func words(_ records: [EventRecord]) -> [String] {
  records.map {
    guard case .remark(let text) = $0.event else { return EventLine.name(of: $0.event) }
    return text
  }
}

@Suite struct LogReaderTests {
  @Test func aFileReadInPiecesOfAnyLengthGivesTheSameRecords() {
    let records = (0..<6).map { remark("line \($0) ä", .coordinator, at: $0) }
    let bytes = text(records)
    for length in [1, 2, 7, 64, 1_000] {
      var reader = LogReader()
      var found: [EventRecord] = []
      var known = 0
      // The file grows by `length`; each time everything from the reader's offset on is read.
      while known < bytes.count {
        known = min(known + length, bytes.count)
        found += reader.take(Array(bytes[Int(reader.offset)..<known]))
      }
      #expect(found == records)
      #expect(reader.offset == UInt64(bytes.count))
      #expect(reader.torn == 0)
    }
  }

  @Test func aTornLastLineWaitsAndATornMiddleIsSkipped() {
    let a = text([remark("a", .coordinator, at: 0)])
    let b = text([remark("b", .coordinator, at: 1)])
    var reader = LogReader()
    #expect(words(reader.take(a + b.dropLast(5))) == ["a"])
    #expect(reader.torn == b.count - 5)
    #expect(reader.offset == UInt64(a.count))
    // The writer was killed there; its successor appends.
    #expect(words(reader.take(b.dropLast(5) + [UInt8(ascii: "\n")] + b)) == ["b"])
    #expect(reader.unreadable == 1)
  }

  @Test func whatIsOlderIsNotDecodedUnlessItSaysWhoIsWho() {
    let node = ProcessName.node(NodeID(3))
    let records = [
      remark("first of its writer", .joining(pid: 7), at: 0),
      remark("again", .joining(pid: 7), at: 1),
      remark("a new name", node, at: 2),
      remark("old", node, at: 3),
      Samples.record(
        .nodeJoined(node: NodeID(3), pid: 7, host: "h", endpoint: "e", members: []), process: node,
        at: 4),
      remark("just so", node, at: 5), remark("young", node, at: 6),
    ]
    var reader = LogReader(since: Samples.time + .seconds(5))
    // What is not decoded may be anything after its head.
    var bytes = text(records)
    let old = Array("old".utf8)
    bytes[bytes.firstRange(of: old)!.lowerBound] = UInt8(ascii: "\u{1}")
    #expect(
      words(reader.take(bytes)) == [
        "first of its writer", "a new name", "node_joined", "just so", "young",
      ])
    #expect(reader.unreadable == 0)
    #expect(reader.offset == UInt64(bytes.count))
  }
}

@Suite struct LogMergerTests {
  let node = ProcessName.node(NodeID(1))

  @Test func linesComeInTheOrderOfTimeAndTiesInTheOrderOfNames() {
    var merger = LogMerger()
    for name in ["b", "a", "a"] { merger.add(name) }
    #expect(merger.wants.map(\.name) == ["b", "a"])
    merger.take(text([remark("1", node, at: 1), remark("3", node, at: 3)]), of: "b")
    merger.take(
      text([remark("2", .coordinator, at: 2), remark("3c", .coordinator, at: 3)]), of: "a")
    #expect(words(merger.lines()) == ["1", "2", "3c", "3"])
    #expect(merger.wants.allSatisfy { $0.offset > 0 })
  }

  @Test func aClockThatWasSetBackDoesNotReorderItsOwnFile() {
    var merger = LogMerger()
    merger.add("a")
    merger.add("b")
    let jump = [
      remark("x", .coordinator, at: 5), remark("y", .coordinator, at: 1),
      remark("z", .coordinator, at: 2),
    ]
    merger.take(text(jump), of: "a")
    merger.take(text([remark("n", node, at: 4)]), of: "b")
    #expect(words(merger.lines()) == ["n", "x", "y", "z"])
  }

  @Test func whileFollowingYoungLinesWaitForTheOthers() {
    var merger = LogMerger()
    merger.add("a")
    merger.add("b")
    merger.take(text([remark("late", .coordinator, at: 9)]), of: "a")
    let limit = WallTime(nanoseconds: Samples.time.nanoseconds + 5_000_000_000)
    #expect(merger.lines(until: limit).isEmpty)
    merger.take(text([remark("early", node, at: 3)]), of: "b")
    #expect(words(merger.lines(until: limit)) == ["early"])
    #expect(words(merger.lines()) == ["late"])
  }

  @Test func filtersTakeWhatTheyName() {
    let lines = [
      remark("debug", .coordinator, at: 0),
      Samples.record(.nodeLeft(node: NodeID(1), members: []), at: 1),
      Samples.record(
        .nodeFenced(node: NodeID(2), cause: "x", silentUs: 0, members: []), at: 2),
      remark("own", node, at: 3),
    ]
    func merged(_ set: (inout LogFilter) -> Void) -> [String] {
      var filter = LogFilter()
      set(&filter)
      var merger = LogMerger(filter: filter)
      merger.add("a")
      merger.take(text(lines), of: "a")
      return words(merger.lines())
    }
    #expect(merged { _ in }.count == 4)
    #expect(merged { $0.node = NodeID(1) } == ["node_left", "own"])
    #expect(merged { $0.level = .warning } == ["node_fenced"])
    #expect(merged { $0.processes = [.node(NodeID(1))] } == ["own"])
    #expect(
      merged { $0.since = WallTime(nanoseconds: Samples.time.nanoseconds + 2_000_000_000) }
        == ["node_fenced", "own"])
  }

  @Test func aNodesLinesAreItsOwnFromBeforeItHadANumber() {
    func joined(_ node: Int, pid: Int, at seconds: Int) -> EventRecord {
      Samples.record(
        .nodeJoined(node: NodeID(node), pid: pid, host: "h", endpoint: "e", members: []),
        at: seconds)
    }
    var filter = LogFilter()
    filter.processes = [.node(NodeID(2))]
    func merger() -> LogMerger {
      var merger = LogMerger(filter: filter)
      for name in ["c", "a", "b"] { merger.add(name) }
      return merger
    }
    let first = text([
      remark("starts one", .joining(pid: 70), at: 0), remark("one", .node(NodeID(1)), at: 4),
    ])
    let second = text([
      remark("starts two", .joining(pid: 71), at: 1), remark("two", .node(NodeID(2)), at: 5),
    ])
    var whole = merger()
    whole.take(text([joined(1, pid: 70, at: 2), joined(2, pid: 71, at: 3)]), of: "c")
    whole.take(first, of: "a")
    whole.take(second, of: "b")
    #expect(words(whole.lines()) == ["starts two", "two"])
    #expect(
      whole.writers.sorted().map(\.description)
        == ["coordinator", "node-1", "node-2"])

    // While following nobody knows yet which node it will be.
    var growing = merger()
    growing.take(first, of: "a")
    growing.take(second, of: "b")
    #expect(words(growing.lines(until: .init(nanoseconds: .max))) == ["two"])
    growing.take(text([joined(2, pid: 71, at: 3)]), of: "c")
    #expect(words(growing.lines()) == ["starts two"])

    filter = LogFilter()
    filter.node = NodeID(1)
    filter.level = .info
    var about = merger()
    about.take(text([joined(1, pid: 70, at: 2), joined(2, pid: 71, at: 3)]), of: "c")
    about.take(first, of: "a")
    about.take(second, of: "b")
    #expect(words(about.lines()) == ["starts one", "node_joined", "one"])
  }

  @Test func oneCyclesLinesAreFoundByTheEpochThatCompletedIt() {
    var figures = CycleFigures()
    func finished(_ cycle: Int, _ epoch: Int, at seconds: Int) -> EventRecord {
      figures.cycle = cycle
      figures.epoch = Epoch(rawValue: UInt64(epoch))
      return Samples.record(.cycleFinished(figures), at: seconds)
    }
    var filter = LogFilter()
    filter.cycle = 2
    var merger = LogMerger(filter: filter)
    merger.add("a")
    merger.take(
      text([
        remark("first", .coordinator, at: 0, epoch: 1), finished(1, 1, at: 1),
        remark("burnt", .coordinator, at: 2, epoch: 2),
        remark("mine", .coordinator, at: 3, epoch: 3), remark("idle", .coordinator, at: 4),
        finished(2, 3, at: 5), remark("later", .coordinator, at: 6, epoch: 3),
        remark("next", .coordinator, at: 7, epoch: 4), finished(3, 4, at: 8),
      ]), of: "a")
    #expect(words(merger.lines()) == ["mine", "cycle_finished", "later"])
  }
}

@Suite struct RotatingLogTests {
  @Test func filesMoveUpAndTheOldestGoes() {
    var log = RotatingLog(stem: "node-1", maximumBytes: 100, maximumFiles: 3)
    #expect(log.willWrite(60).isEmpty)
    #expect(log.willWrite(40).isEmpty)
    #expect(
      log.willWrite(1) == [
        .delete("node-1.2.jsonl"), .rename(from: "node-1.1.jsonl", to: "node-1.2.jsonl"),
        .rename(from: "node-1.jsonl", to: "node-1.1.jsonl"), .reopen("node-1.jsonl"),
      ])
    #expect(log.willWrite(500).count == 4)
    #expect(log.currentBytes == 500)
  }

  @Test func diskUseIsBoundedWhateverIsWritten() {
    var random = SplitMix(seed: 1)
    var log = RotatingLog(stem: "c", maximumBytes: 1_000, maximumFiles: 4)
    var files: [String: Int] = ["c.jsonl": 0]
    for _ in 0..<2_000 {
      let bytes = 1 + random.below(300)
      for step in log.willWrite(bytes) {
        switch step {
        case .delete(let name): files[name] = nil
        case .rename(let from, let to): files[to] = files.removeValue(forKey: from)
        case .reopen(let name): files[name] = 0
        }
      }
      files[log.currentName, default: 0] += bytes
      #expect(files.values.allSatisfy { $0 <= 1_000 })
      #expect(files.count <= 4)
    }
    #expect(files.count == 4)
  }

  @Test func aSingleFileStartsAnew() {
    var log = RotatingLog(stem: "x", maximumBytes: 10, maximumFiles: 1, currentBytes: 9)
    #expect(log.willWrite(5) == [.delete("x.jsonl"), .reopen("x.jsonl")])
  }

  @Test func namesAreReadBackAndOrderedOldestFirst() {
    let names = ["node-1.jsonl", "x.txt", "node-1.10.jsonl", "coordinator.jsonl", "node-1.2.jsonl"]
    #expect(
      RotatingLog.inOrder(names)
        == ["coordinator.jsonl", "node-1.10.jsonl", "node-1.2.jsonl", "node-1.jsonl"])
  }
}
