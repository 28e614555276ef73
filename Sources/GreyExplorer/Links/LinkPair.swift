// Two production links and the connection between them, as one value.
//
// The connection is what ZeroMQ gives: frames in order, none lost, until it breaks; then what was
// on it is gone in both directions and both ends hear of a new one. An end's application accepts
// and places what was delivered in any order it likes.
//
// Time. Limits are long beside a frame's way, so one passes only when nothing is under way; what is
// sent twice is what was acknowledged on a connection that broke. A deadline that has come is a
// `tick` far in the future, and one that this tick has set anew a `tick` at the end of time; what
// a link wants to do later still is never due. So there is no clock to count up and the states are
// finite. A new connection, or news from the peer, sets all deadlines anew, from zero. Left out is
// only a third attempt after no news; whoever judges whether a pair is stuck looks at
// `isOutOfTime`.

import GreyBasics
import GreyProtocol
import GreyWire

struct LinkPair: Hashable {
  /// What became of a message, at its receiver.
  struct Message: Hashable {
    /// The receiver's number of it; zero until it is delivered.
    var sequence: UInt64 = 0
    var isAccepted = false
    var isPlaced = false
    /// Its sender has dropped the root.
    var isReleased = false
  }

  struct End: Hashable {
    var link: Link
    /// Frames on their way from here.
    var frames: [LinkFrame] = []
    /// What this end has sent, in order.
    var messages: [Message] = []
    /// How many of them were delivered.
    var delivered = 0
    var left: Int
  }

  enum Step: Hashable {
    case send(Int)
    case arrive(at: Int)
    case accept(at: Int, Int)
    case place(at: Int, Int)
    case tick(Int)
    case breaks
  }

  var ends: [End]
  var breaksLeft: Int
  /// Some limit has passed for the last time: what would be tried once more is not, here.
  var isOutOfTime = false
  /// What must not be, as soon as it is.
  var violation = ""

  private static let farAway = Moment(nanoseconds: 1 << 62)
  private static let endOfTime = Moment(nanoseconds: .max - 1)

  /// `messages`: of the first end and of the second.
  init(messages: [Int], breaks: Int, rules: RuleSet) {
    var configuration = LinkConfiguration()
    // Every message but the last of an end is cut in two, and a window is two frames.
    configuration.frameBytes = 1
    configuration.windowFrames = 2
    // What a quiet link asks for is a new connection, and `breaks` is that.
    configuration.quietAfter = .seconds(1 << 30)
    configuration.severedAfter = .seconds(1 << 30)
    ends = (0..<2).map { index in
      let identity = LinkIdentity(
        local: NodeID(index + 1), peer: NodeID(2 - index), cluster: "explored")
      return End(
        link: Link(
          identity: identity, term: .zero.next, configuration: configuration, rules: rules),
        left: messages[index])
    }
    breaksLeft = breaks
    for index in 0..<2 { feed(index, .reconnected) }
  }

  var isDone: Bool {
    ends.allSatisfy { end in end.left == 0 && end.messages.allSatisfy(\.isReleased) }
  }

  var steps: [Step] {
    var steps: [Step] = []
    let isQuiet = ends.allSatisfy(\.frames.isEmpty)
    for index in 0..<2 {
      let (end, other) = (ends[index], ends[1 - index])
      if end.left > 0 { steps.append(.send(index)) }
      if !other.frames.isEmpty { steps.append(.arrive(at: index)) }
      for (number, message) in other.messages.enumerated() where message.sequence != 0 {
        if !message.isAccepted { steps.append(.accept(at: index, number)) }
        if !message.isPlaced { steps.append(.place(at: index, number)) }
      }
      if isQuiet, end.link.nextDeadline != nil { steps.append(.tick(index)) }
    }
    if breaksLeft > 0 { steps.append(.breaks) }
    return steps
  }

  mutating func take(_ step: Step) {
    switch step {
    case .send(let index):
      let number = ends[index].messages.count + 1
      ends[index].left -= 1
      ends[index].messages.append(Message())
      let bytes = ends[index].left > 0 ? 2 : 1
      let payload = Array(repeating: UInt8(number), count: bytes)
      feed(index, .enqueue(payload: payload, transit: UInt64(number)))
    case .arrive(let index):
      let frame = ends[1 - index].frames.removeFirst()
      feed(index, .frame(frame))
    case .accept(let index, let number):
      ends[1 - index].messages[number].isAccepted = true
      feed(index, .accepted(sequence: ends[1 - index].messages[number].sequence))
    case .place(let index, let number):
      ends[1 - index].messages[number].isPlaced = true
      feed(index, .placed(sequence: ends[1 - index].messages[number].sequence))
    case .tick(let index):
      let due = ends[index].link.nextDeadline ?? .distantFuture
      let now = due <= Self.farAway ? Self.farAway : Self.endOfTime
      if now == Self.endOfTime { isOutOfTime = true }
      feed(index, .tick, at: now)
    case .breaks:
      breaksLeft -= 1
      for index in 0..<2 { ends[index].frames = [] }
      for index in 0..<2 { feed(index, .reconnected) }
    }
  }

  private mutating func feed(_ index: Int, _ input: LinkInput, at now: Moment = .zero) {
    for action in ends[index].link.handle(input, now: now) {
      switch action {
      case .transmit(let frame): ends[index].frames.append(frame)
      case .deliver(let sequence, let payload):
        deliver(to: index, sequence, Int(payload.first ?? 0))
      case .released(let transit): release(index, Int(transit))
      case .windowFull, .windowOpened, .quiet: break
      case .refused(let reason), .refusedByPeer(let reason), .violation(let reason):
        violation = "a link complains of an honest peer: \(reason)"
      }
    }
  }

  private mutating func deliver(to index: Int, _ sequence: UInt64, _ number: Int) {
    let expected = ends[1 - index].delivered + 1
    if number != expected {
      violation =
        number < expected
        ? "message \(number) is delivered twice" : "message \(number) overtakes another"
      return
    }
    ends[1 - index].delivered = expected
    ends[1 - index].messages[number - 1].sequence = sequence
  }

  private mutating func release(_ index: Int, _ number: Int) {
    if !ends[index].messages[number - 1].isPlaced {
      violation = "the root of message \(number) is released, and nothing holds what it carries"
    }
    ends[index].messages[number - 1].isReleased = true
  }
}
