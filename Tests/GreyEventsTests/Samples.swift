// One record of every kind of event, for the tests that must hold for all of them.

import GreyBasics
import GreyEvents

enum Samples {
  static let time = WallTime("2026-11-23T04:05:06.123456Z")!

  static func record(
    _ event: Event, process: ProcessName = .coordinator, at seconds: Int = 0, epoch: Int = 7
  ) -> EventRecord {
    EventRecord(
      time: WallTime(nanoseconds: time.nanoseconds + UInt64(seconds) * 1_000_000_000),
      moment: Moment(nanoseconds: UInt64(1_000 + seconds)), process: process,
      epoch: Epoch(rawValue: UInt64(epoch)), event: event)
  }

  static var figures: CycleFigures {
    let nodes = (1...4).map { id in
      var node = NodeCycleFigures(node: NodeID(id))
      node.heapStartBytes = id << 20
      node.heapEndBytes = (id + 1) << 20
      node.heapLiveBytes = id << 19
      node.goalBytes = 4 << 20
      node.stackBytes = 64 << 10
      node.objectsMarked = 1_000 * id
      node.objectsFreed = 100 * id
      node.bytesFreed = 9_600 * id
      node.greyRefsSent = 30
      node.greyBatches = 2
      node.assistUs = 11
      node.backgroundMarkUs = 2_000
      node.processors = 1
      return node
    }
    var figures = CycleFigures(summing: nodes)
    figures.cycle = 12
    figures.epoch = Epoch(rawValue: 7)
    figures.trigger = .heap
    figures.stop1Us = 412
    figures.markUs = 8_700
    figures.stop2Us = 95
    figures.sweepUs = 1_800
    figures.waves = 1
    figures.startUs = 3_204_000
    figures.gcCpuPercent = 2.4
    return figures
  }

  static let all: [Event] = {
    let run = RunID(rawValue: 3)
    let two = [NodeID(1), NodeID(2)]
    return [
      .processStarted(
        pid: 71, cluster: "local", version: "0.1.0", commit: "abc1234", host: "machine"),
      .processEnded(pid: 71, reason: "asked to go down", exitCode: 0),
      .unsafeLab(withoutRules: ["transit-root"]),
      .settingChanged(key: "GOGC", from: "100", to: "50"),
      .nodeJoined(
        node: NodeID(2), pid: 72, host: "machine", endpoint: "ipc:///run/n2", members: two),
      .nodeLeft(node: NodeID(2), members: [NodeID(1)]),
      .nodeFenced(
        node: NodeID(2), cause: "its process ended", silentUs: 1_200, members: [NodeID(1)]),
      .nodeRefused(peer: "pid 9 on machine", reason: "it speaks version 2, we speak 1"),
      .coordinatorLost(term: Term(rawValue: 1), silentUs: 2_000_000),
      .coordinatorTakenOver(
        term: Term(rawValue: 2), members: two, highestEpoch: Epoch(rawValue: 9)),
      .phaseTransition(from: .idle, to: .prepare, cause: "by command", term: Term(rawValue: 1)),
      .stopReached(stop: StopNumber(rawValue: 4), phase: .stop1, nodes: 4, elapsedUs: 231),
      .stopCancelled(
        stop: StopNumber(rawValue: 5), phase: .stop1, waitedUs: 2_000_000,
        blamed: [StopBlame(node: NodeID(2), task: "task 8 of run 3 (churn)")], retryUs: 500_000),
      .leaseEnded(node: NodeID(1), stop: StopNumber(rawValue: 5), phase: .stop2),
      .falseCandidate(wave: 2, reason: "node 1 turned grey"),
      .cycleStarted(
        attempt: Epoch(rawValue: 7), trigger: .heap, reason: "heap 9 MiB of 8 MiB",
        heapBytes: 9 << 20, triggerBytes: 8 << 20),
      .cycleAborted(phase: .mark, cause: "node 2 was fenced"),
      .cycleFinished(figures),
      .pacerDecision(
        node: NodeID(1), goalBytes: 8 << 20, triggerBytes: 7 << 20, liveBytes: 4 << 20,
        assistRatio: 0.75, gcPercent: 100, limitBytes: nil),
      .runStarted(
        run: run, workload: "rings", parameters: .object([.init("rings", .integer(10))]),
        seed: .max, nodes: two),
      .runOutput(run: run, node: NodeID(1), text: "first\nsecond \"line\" \u{1}"),
      .runEnded(
        run: run, workload: "rings", ok: true, elapsedUs: 5_000, message: "",
        result: .object([.init("z", .integer(1)), .init("a", .array([.null, .number(0.5)]))])),
      .runCancelled(run: run, workload: "rings", cause: "by command"),
      .malformedFrame(peer: "node 2", reason: "length 9 of 4", frameBytes: 4, total: 1),
      .linkStalled(peer: NodeID(2), queuedBytes: 17 << 20, windowBytes: 16 << 20),
      .linkResumed(peer: NodeID(2), stalledUs: 12_000),
      .linkReconnected(peer: NodeID(2), resentFrames: 14),
      .linkQuiet(peer: NodeID(2), quietUs: 3_500_000, queuedBytes: 500),
      .lostObject(
        run: run, node: NodeID(2), object: ObjectName(node: NodeID(2), offset: 81_920),
        detail: "read of word 1"),
      .memoryReleased(bytes: 1 << 20),
      .libraryMessage(
        level: .warning, source: "some.library", text: "it is late",
        metadata: .object([.init("by", .string("3 s"))])),
      .stopLinesUnavailable(
        path: "/run/c/stops", errno: 98, reason: "Address already in use"),
      .outOfMemory(
        run: run, node: NodeID(2), task: "build, task 64", taskNode: NodeID(1),
        requestedBytes: 32, limitBytes: 64 << 20),
      .remark(text: "hello"),
    ]
  }()
}
