// Control requests that wait for something: a cycle, a run, answers from every node.
//
// Each has a number of its own, which the machine and the nodes give back, and a limit: nobody
// waits for ever, and a limit that passes says what was waited for.

import GreyBasics
import GreyEvents

struct PendingRequest {
  enum Waiting {
    case cycle
    case step
    case run(RunID)
    case gather(Gathering)
    case verify(Verification)
    case leave(NodeID)
  }

  let number: UInt64
  let client: RoutingName
  let id: String
  let startedAt: Moment
  let deadline: Moment
  var waiting: Waiting

  var waitedFor: String {
    switch waiting {
    case .cycle: "a full cycle"
    case .step: "the next phase of the cycle"
    case .run(let run): "run \(run.rawValue) to end"
    case .gather(let gathering):
      "an answer from " + gathering.missing.map(\.description).joined(separator: ", ")
    case .verify(let verification): verification.waitedFor
    case .leave(let node): "\(node) to leave"
    }
  }
}

/// The same question put to every node.
struct Gathering {
  enum Purpose {
    case metrics
    case spans
    case tasks
  }
  let purpose: Purpose
  var missing: [NodeID]
  /// The nodes know of it.
  var isAsked = false
  /// In the order of the nodes' ids.
  var answers: [(node: NodeID, body: [UInt8])] = []

  mutating func take(_ node: NodeID, _ body: [UInt8]) {
    missing.removeAll { $0 == node }
    let place = answers.firstIndex { $0.node > node } ?? answers.count
    answers.insert((node, body), at: place)
  }
}

struct PendingRequests {
  private var requests: [PendingRequest] = []
  private var next: UInt64 = 1

  subscript(_ number: UInt64) -> PendingRequest? {
    get { requests.first { $0.number == number } }
    set {
      guard let index = requests.firstIndex(where: { $0.number == number }) else { return }
      if let newValue { requests[index] = newValue } else { requests.remove(at: index) }
    }
  }

  var all: [PendingRequest] { requests }
  var nextDeadline: Moment { requests.map(\.deadline).min() ?? .distantFuture }

  mutating func add(
    client: RoutingName, id: String, now: Moment, limit: Duration, _ waiting: PendingRequest.Waiting
  ) -> UInt64 {
    let number = next
    next += 1
    requests.append(
      PendingRequest(
        number: number, client: client, id: id, startedAt: now, deadline: now + limit,
        waiting: waiting))
    return number
  }

  mutating func takeExpired(now: Moment) -> [PendingRequest] {
    let expired = requests.filter { $0.deadline <= now }
    requests.removeAll { $0.deadline <= now }
    return expired
  }
}
