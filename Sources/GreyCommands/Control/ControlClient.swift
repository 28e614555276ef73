// One request to a coordinator and everything that comes back until it is done.
//
// Replies of other requests (an earlier one that timed out) are recognised by their id and dropped.
// While waiting, the caller hears of events, and about once a second that nothing happened, so that
// it can say so and look whether Ctrl-C was pressed.
//
// The first reply of a cluster with rules switched off makes the client say so, once: every command
// talks through here, so that none shows a figure of such a cluster as if it were of a sound one.

import GreyBasics
import GreyEvents
import GreyRuntime

package struct ControlClient {
  private let channel: any ControlChannel
  private let clock: WaitingClock
  private let note: (String) -> Void
  private var nextID = 1
  /// Rules that are off in this cluster, as its replies say; empty before the first one.
  package private(set) var withoutRules: [String] = []

  /// - Parameter note: takes a line for stderr.
  package init(
    _ channel: any ControlChannel, clock: WaitingClock, note: @escaping (String) -> Void
  ) {
    self.channel = channel
    self.clock = clock
    self.note = note
  }

  /// What to do when nothing came for a while.
  package enum Patience: Sendable { case wait, giveUp }

  /// - Parameters:
  ///   - limit: nil waits for as long as it takes.
  ///   - onQuiet: called with the time since the request, often enough for a progress line.
  package mutating func request<Result: ControlResult>(
    _ verb: ControlVerb, as type: Result.Type = Result.self, limit: Duration?,
    onEvent: (EventRecord) -> Void = { _ in }, onQuiet: (Duration) -> Patience = { _ in .wait }
  ) throws -> Result {
    let id = "\(nextID)"
    nextID += 1
    // The coordinator's own limit is a little shorter: it knows whom it waits for, and says so.
    let inner = limit.map { Int(($0 - min($0 / 10, .seconds(1))).microseconds) }
    try channel.send(ControlRequest(id: id, verb: verb, timeoutUs: inner).line)
    let start = clock.now()
    let deadline = limit.map { start + $0 } ?? .distantFuture
    while true {
      let left = deadline - clock.now()
      guard left > .zero else {
        throw CommandFailure(
          .timeout,
          "the coordinator did not answer '\(name(of: verb))' within "
            + Text.microseconds(Int((limit ?? .zero).microseconds)))
      }
      guard let bytes = try channel.receive(upTo: min(left, .milliseconds(250))) else {
        if onQuiet(clock.now() - start) == .giveUp {
          throw CommandFailure(.timeout, "given up waiting for '\(name(of: verb))'")
        }
        continue
      }
      let reply = try ControlReply(parsing: bytes)
      // An id that is empty answers a request that could not even be read.
      guard reply.id == id || reply.id.isEmpty else { continue }
      mark(reply.withoutRules)
      switch reply.content {
      case .event(let record): onEvent(record)
      case .error(let error): throw CommandFailure(error)
      case .result(let json): return try Result(json)
      }
    }
  }

  /// Asks without waiting for the answer; those to earlier ones are dropped here.
  package mutating func say(_ verb: ControlVerb) {
    let id = "\(nextID)"
    nextID += 1
    while case .some = try? channel.receive(upTo: .zero) {}
    // Whether anybody is there, the next request that is waited for finds out.
    try? channel.send(ControlRequest(id: id, verb: verb).line)
  }

  private mutating func mark(_ rules: [String]) {
    guard withoutRules.isEmpty, !rules.isEmpty else { return }
    withoutRules = rules
    note("UNSAFE: rules switched off: \(rules.joined(separator: ", ")); objects may be lost")
  }

  private func name(of verb: ControlVerb) -> String {
    (try? JSON(encoding: verb))?.members?.first?.key ?? "request"
  }
}
