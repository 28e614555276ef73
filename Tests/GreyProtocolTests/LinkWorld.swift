// Two links and a bad network between them, driven by one seed: frames are lost, doubled and
// overtake each other, connections break, inboxes are small, placing takes its time.
//
// Frames travel as bytes through the codec. The world notes every broken promise in `problems`.

import GreyBasics
import GreyProtocol
import GreyWire

struct LinkWorld {
  struct Weather {
    var lossPercent = 0
    var duplicatePercent = 0
    /// A frame takes between 10 µs and this long.
    var slowest = Duration.milliseconds(1)
    var breaksPercent = 0
    var inbox = Int.max
    var slowestAccept = Duration.milliseconds(2)
    var slowestPlace = Duration.milliseconds(20)
    var largest = 400
  }

  /// What one end's engine would hold.
  struct End {
    var link: Link
    var enqueued = 0
    /// Enqueued numbers whose root has not been released.
    var roots: Set<UInt64> = []
    /// Ordinal of the next message that must be delivered.
    var expected = 0
    var heldBytes = 0
    var waitingForInbox: [(sequence: UInt64, ordinal: Int, bytes: Int)] = []
    var inInbox = 0
    var placedOrdinals: Set<Int> = []
    /// The payload of every frame when it was first sent.
    var firstSent: [UInt64: [UInt8]] = [:]
    var ticksAt: Moment?
  }

  enum Event {
    case frame([UInt8], to: Int)
    case accept(end: Int, sequence: UInt64, ordinal: Int, bytes: Int)
    case place(end: Int, sequence: UInt64, ordinal: Int)
    case enqueue(end: Int, left: Int)
    case breakConnection
    case tick(end: Int)
  }

  var random: SplitMix
  var weather: Weather
  var now = Moment(nanoseconds: 1)
  var ends: [End]
  var problems: [String] = []
  var steps = 0
  private var events: [(at: Moment, order: Int, event: Event)] = []
  private var order = 0

  init(
    seed: UInt64, weather: Weather, configuration: LinkConfiguration, rules: RuleSet = .all
  ) {
    random = SplitMix(seed: seed)
    self.weather = weather
    ends = (0..<2).map { end in
      End(
        link: Link(
          identity: LinkIdentity(
            local: NodeID(end + 1), peer: NodeID(2 - end), cluster: "world"),
          term: Term(rawValue: 3), configuration: configuration, rules: rules))
    }
  }

  /// Enqueues that many messages at each end and goes on until nothing is owed to anybody.
  mutating func run(messages: Int, breaks: Int = 0, stepLimit: Int = 1_000_000) {
    for end in 0..<2 {
      act(end, .reconnected)
      schedule(.enqueue(end: end, left: messages), within: .milliseconds(1))
    }
    for _ in 0..<breaks { schedule(.breakConnection, within: .milliseconds(400)) }
    while let next = events.popLast() {
      steps += 1
      if steps > stepLimit {
        problems.append("no end after \(stepLimit) steps")
        return
      }
      now = next.at
      perform(next.event)
    }
    for end in 0..<2 { checkEnd(end, messages) }
  }

  private mutating func checkEnd(_ end: Int, _ messages: Int) {
    if ends[end].enqueued != messages {
      problems.append("end \(end) enqueued \(ends[end].enqueued) of \(messages)")
    }
    if ends[1 - end].expected != messages {
      problems.append("\(ends[1 - end].expected) of \(messages) from end \(end) were delivered")
    }
    if !ends[end].roots.isEmpty {
      problems.append("\(ends[end].roots.count) roots of end \(end) are never released")
    }
    if ends[end].link.nextDeadline != nil || !ends[end].link.isIdle {
      problems.append("end \(end) still waits for something")
    }
    if ends[end].link.unacknowledgedBytes != 0 || ends[end].link.isFull {
      problems.append("the window of end \(end) did not open")
    }
  }

  mutating func schedule(_ event: Event, within: Duration) {
    let delay = Duration.nanoseconds(10_000 + random.below(Int(within.nanoseconds)))
    schedule(event, at: now + delay)
  }

  /// Latest first, so that the next event is the last.
  private mutating func schedule(_ event: Event, at: Moment) {
    order += 1
    var low = 0
    var high = events.count
    while low < high {
      let middle = (low + high) / 2
      if events[middle].at > at { low = middle + 1 } else { high = middle }
    }
    events.insert((at, order, event), at: low)
  }

  private mutating func perform(_ event: Event) {
    switch event {
    case .frame(let bytes, let end):
      do {
        act(end, .frame(try LinkFrame.decode(bytes).frame))
      } catch {
        problems.append("a frame is malformed: \(error)")
      }
    case .accept(let end, let sequence, let ordinal, let bytes):
      guard ends[end].inInbox < weather.inbox else {
        ends[end].waitingForInbox.append((sequence, ordinal, bytes))
        return
      }
      accept(end, sequence, ordinal, bytes)
    case .place(let end, let sequence, let ordinal):
      ends[end].placedOrdinals.insert(ordinal)
      ends[end].inInbox -= 1
      act(end, .placed(sequence: sequence))
      if !ends[end].waitingForInbox.isEmpty {
        let next = ends[end].waitingForInbox.removeFirst()
        accept(end, next.sequence, next.ordinal, next.bytes)
      }
    case .enqueue(let end, let left): enqueue(end, left)
    case .breakConnection:
      events.removeAll { if case .frame = $0.event { true } else { false } }
      for end in 0..<2 { act(end, .reconnected) }
    case .tick(let end):
      ends[end].ticksAt = nil
      act(end, .tick)
    }
  }

  private mutating func accept(_ end: Int, _ sequence: UInt64, _ ordinal: Int, _ bytes: Int) {
    ends[end].heldBytes -= bytes
    ends[end].inInbox += 1
    act(end, .accepted(sequence: sequence))
    schedule(
      .place(end: end, sequence: sequence, ordinal: ordinal), within: weather.slowestPlace)
  }

  private mutating func enqueue(_ end: Int, _ left: Int) {
    guard left > 0 else { return }
    guard !ends[end].link.isFull else {
      return schedule(.enqueue(end: end, left: left), within: .milliseconds(2))
    }
    let ordinal = ends[end].enqueued
    ends[end].enqueued += 1
    // Every fourth message is a batch: it has no root.
    let transit = ordinal % 4 == 3 ? 0 : UInt64(ordinal + 1)
    if transit != 0 { ends[end].roots.insert(transit) }
    let size = Self.size(ordinal, weather.largest)
    act(end, .enqueue(payload: Self.payload(ordinal, size), transit: transit))
    schedule(.enqueue(end: end, left: left - 1), within: .microseconds(300))
  }

  /// Mostly short messages, some of which need several frames.
  static func size(_ ordinal: Int, _ largest: Int) -> Int {
    var random = SplitMix(seed: UInt64(ordinal))
    return 4 + random.below(random.chance(1, in: 5) ? largest : 40)
  }

  static func payload(_ ordinal: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: $0 < 4 ? ordinal >> ($0 * 8) : ordinal &+ $0) }
  }

  mutating func act(_ end: Int, _ input: LinkInput) {
    for action in ends[end].link.handle(input, now: now) { obey(end, action) }
    guard let deadline = ends[end].link.nextDeadline else { return }
    if let known = ends[end].ticksAt, known <= deadline { return }
    ends[end].ticksAt = deadline
    schedule(.tick(end: end), at: deadline)
  }

  private mutating func obey(_ end: Int, _ action: LinkAction) {
    switch action {
    case .transmit(let frame): send(frame, from: end)
    case .deliver(let sequence, let payload): deliver(end, sequence, payload)
    case .released(let transit): released(end, transit)
    case .windowFull, .windowOpened: break
    case .quiet: break
    case .refused(let text), .refusedByPeer(let text), .violation(let text):
      problems.append(text)
    }
  }

  private mutating func send(_ frame: LinkFrame, from end: Int) {
    if case .data(let sequence, _, _, let payload) = frame {
      let first = ends[end].firstSent[sequence] ?? payload
      if first != payload { problems.append("frame \(sequence) changed in a resend") }
      ends[end].firstSent[sequence] = first
    }
    let bytes = frame.encoded(to: NodeID(2 - end))
    if random.chance(weather.lossPercent, in: 100) { return }
    schedule(.frame(bytes, to: 1 - end), within: weather.slowest)
    while random.chance(weather.duplicatePercent, in: 100) {
      schedule(.frame(bytes, to: 1 - end), within: weather.slowest)
    }
  }

  private mutating func deliver(_ end: Int, _ sequence: UInt64, _ payload: [UInt8]) {
    let ordinal = (0..<4).reduce(0) { $0 | Int(payload[$1]) << ($1 * 8) }
    if ordinal != ends[end].expected {
      problems.append("message \(ordinal) is delivered, \(ends[end].expected) is next")
    }
    if payload != Self.payload(ordinal, Self.size(ordinal, weather.largest)) {
      problems.append("message \(ordinal) is not what was sent")
    }
    ends[end].expected = max(ends[end].expected, ordinal + 1)
    ends[end].heldBytes += payload.count
    let bound = ends[end].link.configuration.windowBytes + weather.largest
    if ends[end].heldBytes > bound {
      problems.append("\(ends[end].heldBytes) bytes wait for an inbox, \(bound) at most may")
    }
    schedule(
      .accept(end: end, sequence: sequence, ordinal: ordinal, bytes: payload.count),
      within: weather.slowestAccept)
  }

  private mutating func released(_ end: Int, _ transit: UInt64) {
    if ends[end].roots.remove(transit) == nil {
      problems.append("root \(transit) is released twice")
    }
    if !ends[1 - end].placedOrdinals.contains(Int(transit) - 1) {
      problems.append("root \(transit) is released before its message was placed")
    }
  }
}
