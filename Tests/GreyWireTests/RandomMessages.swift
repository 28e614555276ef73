// Random values of every message, for the round trips and the fuzzing: drawn from a seed, every
// case as likely as any other, lengths mostly short, numbers of every magnitude.

import GreyBasics
import GreyWire

struct RandomMessages {
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  /// As often small as large: the number of bits is uniform.
  mutating func number() -> UInt64 {
    let bits = UInt64(random.below(65))
    return bits == 64 ? random.next() : random.next() & ((1 << bits) - 1)
  }

  mutating func node() -> NodeID { NodeID(rawValue: UInt16(truncatingIfNeeded: number())) }
  mutating func epoch() -> Epoch { Epoch(rawValue: number()) }
  mutating func stop() -> StopNumber { StopNumber(rawValue: number()) }
  mutating func run() -> RunID { RunID(rawValue: number()) }
  mutating func lease() -> Duration { .nanoseconds(Int64(number() >> 1)) }
  mutating func flag() -> Bool { random.chance(1, in: 2) }

  mutating func list<Element>(
    upTo most: Int = 5, _ make: (inout RandomMessages) -> Element
  ) -> [Element] {
    (0..<random.below(most + 1)).map { _ in make(&self) }
  }

  mutating func text() -> String {
    let letters: [Character] = ["a", "Z", "7", " ", "\n", "é", "灰", "🌊", "\u{0}", "\""]
    return String(list(upTo: 12) { $0.letter(of: letters) })
  }

  private mutating func letter(of letters: [Character]) -> Character {
    letters[random.below(letters.count)]
  }

  mutating func bytes() -> [UInt8] {
    list(upTo: 20) { UInt8(truncatingIfNeeded: $0.random.next()) }
  }

  mutating func members() -> [Member] {
    list { Member(node: $0.node(), endpoint: $0.text()) }
  }

  mutating func settings() -> [Setting] { list { Setting($0.text(), $0.text()) } }

  mutating func words() -> [Word] {
    list(upTo: 20) { Word(bits: $0.number(), isReference: $0.flag()) }
  }

  mutating func hello() -> Hello {
    Hello(
      version: UInt16(truncatingIfNeeded: number()), cluster: text(),
      pid: UInt32(truncatingIfNeeded: number()), processStart: number(), host: text(),
      endpoint: text(), node: node(), term: Term(rawValue: number()), highestEpoch: epoch(),
      members: members())
  }

  mutating func coordinatorMessage() -> CoordinatorMessage {
    switch random.below(22) {
    case 0:
      .welcome(
        Welcome(
          term: Term(rawValue: number()), node: node(), highestEpoch: epoch(),
          membersVersion: number(), members: members(), settings: settings()))
    case 1: .refuse(reason: text())
    case 2: .members(version: number(), members())
    case 3: .prepare(epoch: epoch())
    case 4: .stopAndArm(epoch: epoch(), stop: stop(), members: list { $0.node() }, lease: lease())
    case 5: .stopAndConfirm(epoch: epoch(), stop: stop(), lease: lease())
    case 6: .stopToInspect(stop: stop(), lease: lease())
    case 7: .resume(stop: stop())
    case 8: .sweep(epoch: epoch())
    case 9: .abort(epoch: epoch())
    case 10: .reportRequest(epoch: epoch(), wave: number())
    case 11: .fence(node: node())
    case 12: .configure(settings())
    case 13:
      .startRun(
        RunDescription(
          run: run(), workload: text(), parameters: settings(), seed: random.next(),
          nodes: list { $0.node() }, firstType: UInt16(truncatingIfNeeded: number()),
          durationNanoseconds: number()))
    case 14: .cancelRun(run())
    case 15:
      .inspect(
        request: number(),
        kind: InspectionKind.allCases[random.below(InspectionKind.allCases.count)],
        body: bytes())
    case 16: .leave
    case 17: .shutDown
    case 20: .hurry
    case 18: .cycleEnded(epoch: epoch())
    case 19:
      .walk(
        WalkOrder(epoch: epoch(), stage: walkStage(), step: number(), allowance: number()))
    default: .heartbeat(sequence: number())
    }
  }

  mutating func markReport() -> MarkReport {
    MarkReport(
      epoch: epoch(), membersVersion: number(), wave: number(), stop: stop(), isIdle: flag(),
      channels: list {
        MarkReport.Channel(peer: $0.node(), sent: $0.number(), received: $0.number())
      })
  }

  mutating func sweepReport() -> SweepReport {
    var report = SweepReport(epoch: epoch())
    report.objectsMarked = number()
    report.objectsFreed = number()
    report.bytesFreed = number()
    report.heapStartBytes = number()
    report.heapEndBytes = number()
    report.heapLiveBytes = number()
    report.goalBytes = number()
    report.stackBytes = number()
    report.globalBytes = number()
    report.greyReferencesSent = number()
    report.greyBatchesSent = number()
    report.assistNanoseconds = number()
    report.backgroundMarkNanoseconds = number()
    report.idleMarkNanoseconds = number()
    report.sweepNanoseconds = number()
    report.processors = number()
    return report
  }

  mutating func status() -> NodeStatus {
    var status = NodeStatus()
    status.sequence = number()
    status.epoch = epoch()
    status.isMarking = flag()
    status.isSweeping = flag()
    status.isMemoryLimited = flag()
    status.isLeaving = flag()
    status.stop = StopNumber(rawValue: number())
    status.heapBytes = number()
    status.triggerBytes = number()
    status.goalBytes = number()
    status.limitBytes = number()
    status.heapLimitBytes = number()
    status.objects = number()
    status.tasks = number()
    status.transitEntries = number()
    status.unacknowledgedBytes = number()
    status.malformedFrames = number()
    status.runningTask = text()
    status.severedPeers = list(upTo: 4) { $0.node() }
    status.unreadablePeers = list(upTo: 4) { $0.node() }
    return status
  }

  private mutating func walkStage() -> WalkStage {
    WalkStage.allCases[random.below(WalkStage.allCases.count)]
  }

  mutating func walkReport() -> WalkReport {
    var report = WalkReport(epoch: epoch(), stage: walkStage(), step: number())
    report.greyLeft = number()
    report.objectsMarked = number()
    report.greyReferencesSent = number()
    report.greyReferencesReceived = number()
    report.assistedBytes = number()
    report.assistsHeld = number()
    report.pagesSwept = number()
    report.pagesLeft = number()
    report.objectsFreed = number()
    return report
  }

  mutating func nodeMessage() -> NodeMessage {
    switch random.below(15) {
    case 0: .hello(hello())
    case 1: .prepared(epoch: epoch())
    case 2: .stopped(stop: stop(), epoch: epoch(), stopNanoseconds: number())
    case 3: .report(markReport())
    case 4: .leaseEnded(stop: stop(), epoch: epoch())
    case 5: .swept(sweepReport())
    case 6: .heartbeat(status())
    case 7: .fenced(node: node())
    case 8: .runOutput(run: run(), text: text())
    case 9:
      .runEnded(
        run: run(), ok: flag(), message: text(), result: text(),
        memory: flag()
          ? MemoryFailure(node: node(), task: text(), requestedBytes: number()) : nil)
    case 10: .inspection(request: number(), problem: text(), body: bytes())
    case 11: .collectRequest(flag() ? .cycle : .memory, reason: text())
    case 12: .lostObject(run: run(), offset: flag() ? number() : nil, description: text())
    case 13: .walked(walkReport())
    default: .left
    }
  }

  mutating func sequence() -> UInt64 { max(1, number() >> 1) }

  mutating func acknowledgement() -> Acknowledgement {
    let received = number() >> 1
    return Acknowledgement(
      received: received, arrived: received + number() >> 1, placed: list { $0.sequence() })
  }

  mutating func linkFrame() -> LinkFrame {
    switch random.below(5) {
    case 0:
      .hello(
        version: UInt16(truncatingIfNeeded: number()), cluster: text(),
        term: Term(rawValue: number()), from: node(), to: node(), next: sequence())
    case 1:
      .data(
        sequence: sequence(), flags: DataFlags(rawValue: UInt8(random.below(8))),
        acknowledgement: flag() ? acknowledgement() : nil, payload: bytes())
    case 2: .acknowledge(acknowledgement())
    case 3: .query(placed: list { $0.sequence() })
    default: .refuse(reason: text())
    }
  }

  mutating func body() -> MutatorMessage.Body {
    let object = Reference(rawValue: random.next())
    let small = UInt32(truncatingIfNeeded: number())
    let function = UInt16(truncatingIfNeeded: number())
    return switch random.below(8) {
    case 0: .allocate(type: function, count: small)
    case 1: .read(object: object, word: small, words: UInt32(truncatingIfNeeded: number()))
    case 2:
      .write(object: object, word: small, value: Word(bits: number(), isReference: flag()))
    case 3: .call(function: function, arguments: words())
    case 4: .spawn(function: function, arguments: words())
    case 5: .deliver(task: TaskID(rawValue: number()), values: words())
    case 6: .answer(words())
    default: .failure(RemoteFailure.allCases[random.below(RemoteFailure.allCases.count)])
    }
  }

  /// Of every density.
  mutating func bitmap() -> UInt64 {
    let bits = random.next() & random.next()
    return switch random.below(6) {
    case 0: 1 << UInt64(random.below(64))
    case 1: bits & random.next() & random.next() | 1
    case 2: bits << UInt64(random.below(60)) | 1 << 63
    case 3: bits | 1
    case 4: 0x5555 << UInt64(random.below(48))
    default: random.next() | 1
    }
  }

  mutating func batch() -> GreyBatch {
    let kibibytes = Set(list(upTo: 10) { $0.number() >> 26 }).sorted()
    let groups = kibibytes.map { GreyGroup(kibibyte: $0, granules: bitmap()) }
    return GreyBatch(groups: groups, count: groups.reduce(0) { $0 + $1.granules.nonzeroBitCount })
  }

  mutating func peerMessage() -> PeerMessage {
    random.chance(1, in: 4)
      ? .grey(epoch: epoch(), batch())
      : .mutator(
        MutatorMessage(run: run(), stamp: epoch(), request: number(), body: body()))
  }
}
