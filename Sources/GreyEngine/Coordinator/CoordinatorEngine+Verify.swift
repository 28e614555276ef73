// `verify`: driving the oracles of all nodes through their rounds.

import GreyBasics
import GreyEvents
import GreyProtocol
import GreyWire

extension CoordinatorEngine {
  func beginVerify(client: RoutingName, id: String, limit: Duration) {
    guard !pending.all.contains(where: { if case .verify = $0.waiting { true } else { false } })
    else { return answer(client, id, .init(.busy, "another `verify` is at work: try again")) }
    let number = pending.add(
      client: client, id: id, now: now, limit: limit, .verify(Verification()))
    for node in memberIDs { ask(node, number, .watch) }
    feed(.collect(.command(request: number), stepped: false))
  }

  /// One that joins before the cycle begins takes part in it.
  func verifyHears(of node: NodeID) {
    for request in pending.all {
      if case .verify(let verification) = request.waiting, verification.step == .cycle {
        ask(node, request.number, .watch)
      }
    }
  }

  /// However it ends: nobody keeps anything for it any more.
  func verifyEnds(_ number: UInt64) {
    for node in memberIDs { ask(node, number, .unwatch) }
    feed(.inspectionDone(request: number))
  }

  /// The cycle is over: stop the world.
  func verifyStops(_ number: UInt64) {
    updateVerification(number) { $0.step = .stop }
    feed(.inspect(request: number, lease: configuration.inspectionLease))
  }

  func verifyBegins(_ number: UInt64, _ nodes: [NodeID]) {
    guard case .verify = pending[number]?.waiting else {
      return feed(.inspectionDone(request: number))
    }
    updateVerification(number) {
      $0.step = .search
      $0.stoppedAt = now
      $0.nodes = nodes
      $0.missing = nodes
    }
    for node in nodes { ask(node, number, .begin) }
  }

  func verifyAnswered(_ number: UInt64, by node: NodeID, _ problem: String, _ body: [UInt8]) {
    guard problem.isEmpty else {
      return fail(number, code: .failed, "\(node) could not check its heap: \(problem)")
    }
    let reply: ReachAnswer
    do { reply = try ReachAnswer(decoding: body) } catch {
      return fail(number, code: .failed, "\(node) gave an unreadable answer: \(error)")
    }
    updateVerification(number) { verification in
      verification.missing.removeAll { $0 == node }
      switch reply {
      case .found(let references, let hasMore):
        for reference in references {
          verification.found[reference.node, default: []].append(reference)
        }
        if hasMore { verification.withMore.append(node) }
      case .counts(let counts): verification.counts.append((node, counts))
      }
    }
    goOn(number)
  }

  /// When a round is complete: the next one, the counting, or the end.
  private func goOn(_ number: UInt64) {
    guard case .verify(let verification) = pending[number]?.waiting, verification.missing.isEmpty
    else { return }
    switch verification.step {
    case .cycle, .stop: return
    case .search: searchOn(number, verification)
    case .count: finishVerify(number, verification)
    }
  }

  private func searchOn(_ number: UInt64, _ verification: Verification) {
    var questions: [(NodeID, [Reference])] = []
    var rest: [NodeID: [Reference]] = [:]
    // What belongs to a node that is gone is nobody's object any more.
    for node in verification.nodes {
      let references = verification.found[node] ?? []
      if references.isEmpty, !verification.withMore.contains(node) { continue }
      questions.append((node, Array(references.prefix(ReachQuestion.referencesAtOnce))))
      if references.count > ReachQuestion.referencesAtOnce {
        rest[node] = Array(references.dropFirst(ReachQuestion.referencesAtOnce))
      }
    }
    let isDone = questions.isEmpty
    updateVerification(number) {
      $0.found = rest
      $0.withMore = []
      $0.step = isDone ? .count : .search
      $0.missing = isDone ? $0.nodes : questions.map(\.0)
    }
    if isDone {
      for node in verification.nodes { ask(node, number, .finish) }
    } else {
      for (node, references) in questions { ask(node, number, .more(references)) }
    }
  }

  /// What was white is known of the last cycle, by every node; or garbage cannot be told from what
  /// floats. That something was lost is a finding all the same.
  private func finishVerify(_ number: UInt64, _ verification: Verification) {
    guard let request = pending[number], let cycle = lastCycle else { return }
    let sorted = verification.counts.sorted { $0.node < $1.node }
    let unaware = sorted.filter { $0.counts.watchedEpoch != cycle.epoch.rawValue }
    if !unaware.isEmpty, sorted.allSatisfy({ $0.counts.lostCount == 0 }) {
      let names = unaware.map(\.node.description).joined(separator: ", ")
      return fail(
        number, code: .failed,
        "\(names) had no part in cycle \(cycle.cycle), so nobody knows what it should have freed "
          + "there: try again")
    }
    feed(.inspectionDone(request: number))
    let result = VerifyResult(
      cycle: cycle.cycle, epoch: cycle.epoch,
      stoppedUs: Int((now - verification.stoppedAt).microseconds),
      nodes: sorted.map { node, counts in
        var entry = VerifyResult.Node(node: node)
        entry.reachableObjects = Int(clamping: counts.reachable)
        entry.reachableBytes = Int(clamping: counts.reachableBytes)
        entry.lostObjects = Int(clamping: counts.lostCount)
        entry.garbageObjects = Int(clamping: counts.garbage)
        entry.floatingObjects = Int(clamping: counts.floating)
        entry.transitEntries = Int(clamping: counts.transitEntries)
        return entry
      },
      lost: sorted.flatMap { node, counts in
        zip(counts.lost, counts.holders).map { object, holder in
          VerifyResult.Loss(
            object: ObjectName(node: node, offset: UInt64(object.address)),
            heldBy: holder.isNull
              ? "a root, or an object of another node"
              : ObjectName(node: node, offset: UInt64(holder.address)).description)
        }
      })
    finish(request, result)
  }

  private func ask(_ node: NodeID, _ number: UInt64, _ question: ReachQuestion) {
    do {
      send(.inspect(request: number, kind: .reach, body: try question.encoded()), to: node)
    } catch { log(.remark(text: "\(node) is not asked: \(error)")) }
  }

  private func updateVerification(_ number: UInt64, _ change: (inout Verification) -> Void) {
    guard var request = pending[number], case .verify(var verification) = request.waiting else {
      return
    }
    change(&verification)
    request.waiting = .verify(verification)
    pending[number] = request
  }
}
