// Questions that every node answers: metrics, spans, tasks.
//
// An answer costs a node's I/O thread milliseconds, in which peers and stops wait. So a few
// questions are asked at a time and the others wait for them, in the order in which they came: a
// client that asks without end, and perhaps never reads an answer, delays other clients, and no
// cycle. More than a limit wait for nobody: they are answered `busy`.

import GreyBasics
import GreyEvents
import GreyProtocol
import GreyWire

extension CoordinatorEngine {
  /// Questions that nodes may be answering at a time.
  private static let askedAtOnce = 2
  /// Questions that may be there at a time, asked and waiting.
  private static let gatheringsAtMost = 64

  func gather(
    _ purpose: Gathering.Purpose, of only: NodeID? = nil, client: RoutingName, id: String,
    limit: Duration?
  ) {
    if let only, !memberIDs.contains(only) { return answer(client, id, noSuchNode(only)) }
    guard gatherings.count < Self.gatheringsAtMost else {
      return answer(
        client, id,
        ControlError(
          .busy, "\(Self.gatheringsAtMost) such questions wait for an answer: try again later"))
    }
    let nodes = only.map { [$0] } ?? memberIDs
    _ = pending.add(
      client: client, id: id, now: now, limit: limit ?? configuration.gatherLimit,
      .gather(Gathering(purpose: purpose, missing: nodes)))
    askNext()
  }

  private var gatherings: [(number: UInt64, gathering: Gathering)] {
    pending.all.compactMap { request in
      if case .gather(let gathering) = request.waiting { (request.number, gathering) } else { nil }
    }
  }

  /// Asks the oldest that were not asked yet, as many as there is room for.
  func askNext() {
    let all = gatherings
    guard all.contains(where: { !$0.gathering.isAsked }) else { return }
    let room = Self.askedAtOnce - all.count { $0.gathering.isAsked }
    for (number, gathering) in all.filter({ !$0.gathering.isAsked }).prefix(max(0, room)) {
      // One that needed no answers may have asked the others.
      guard var request = pending[number], case .gather(var current) = request.waiting,
        !current.isAsked
      else { continue }
      current.isAsked = true
      request.waiting = .gather(current)
      pending[number] = request
      let kind: InspectionKind =
        switch gathering.purpose {
        case .metrics: .metrics
        case .spans: .spans
        case .tasks: .tasks
        }
      for node in current.missing {
        send(.inspect(request: number, kind: kind, body: []), to: node)
      }
      finishGathering(number)
    }
  }

  func gathered(_ number: UInt64, from node: NodeID, _ problem: String, _ body: [UInt8]) {
    guard var request = pending[number], case .gather(var gathering) = request.waiting else {
      return
    }
    guard problem.isEmpty else { return fail(number, code: .failed, "\(node): \(problem)") }
    gathering.take(node, body)
    request.waiting = .gather(gathering)
    pending[number] = request
    finishGathering(number)
  }

  /// Its answer will not come.
  func forget(_ node: NodeID, in number: UInt64) {
    guard var request = pending[number], case .gather(var gathering) = request.waiting else {
      return
    }
    gathering.missing.removeAll { $0 == node }
    request.waiting = .gather(gathering)
    pending[number] = request
    finishGathering(number)
  }

  private func finishGathering(_ number: UInt64) {
    guard let request = pending[number], case .gather(let gathering) = request.waiting,
      gathering.isAsked, gathering.missing.isEmpty
    else { return }
    do {
      switch gathering.purpose {
      case .metrics:
        finish(
          request, MetricsResult(own: ownMetrics, nodes: try gathering.answers.map(decoded)))
      case .spans: finish(request, HeapShowResult(nodes: try gathering.answers.map(decoded)))
      case .tasks:
        let lists: [[TaskSummary]] = try gathering.answers.map(decoded)
        let count = memberIDs.reduce(0) { $0 + Int(clamping: statuses[$1]?.tasks ?? 0) }
        finish(
          request,
          PsResult(
            runs: runSummaries, tasks: lists.flatMap { $0.prefix(1_000) },
            taskCount: max(count, lists.reduce(0) { $0 + $1.count })))
      }
    } catch { fail(number, code: .failed, "a node gave an unreadable answer: \(error)") }
  }

  private func decoded<Value: Decodable>(_ answer: (node: NodeID, body: [UInt8])) throws -> Value {
    try JSON(parsing: answer.body).decoded()
  }
}
