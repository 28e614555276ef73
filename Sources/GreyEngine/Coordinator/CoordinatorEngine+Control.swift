// The control interface: one request in JSON, perhaps events, exactly one final reply.

import GreyBasics
import GreyEvents
import GreyProtocol
import GreyWire

extension CoordinatorEngine {
  func control(_ client: RoutingName, _ bytes: [UInt8]) {
    let request: ControlRequest
    do { request = try ControlRequest(parsing: bytes) } catch {
      return answer(client, error.id, error.error)
    }
    guard !isShuttingDown else {
      return answer(client, request.id, .init(.closing, "the cluster goes down"))
    }
    carryOut(
      request.verb, client: client, id: request.id,
      timeout: request.timeoutUs.map { .microseconds(Int64($0)) })
  }

  private func carryOut(
    _ verb: ControlVerb, client: RoutingName, id: String, timeout: Duration?
  ) {
    let limit = timeout ?? configuration.requestLimit
    switch verb {
    case .gc(let timeoutUs):
      let limit = timeoutUs.map { Duration.microseconds(Int64($0)) } ?? limit
      let number = pending.add(client: client, id: id, now: now, limit: limit, .cycle)
      feed(.collect(.command(request: number), stepped: false))
    case .step(let action, let quantum):
      step(action, quantum: quantum, client: client, id: id, limit: limit)
    case .run(let workload, let parameters, let seed, let durationUs, let nodes, let detach):
      startRun(
        RunOrder(
          workload: workload, parameters: parameters ?? [:], seed: seed,
          durationUs: durationUs ?? 0, nodes: nodes, isDetached: detach ?? false),
        client: client, id: id)
    case .ps: gather(.tasks, client: client, id: id, limit: timeout)
    case .cancel(let run): cancel(run, client: client, id: id)
    case .set(let key, let value): set(key, value, client: client, id: id)
    case .status: answer(client, id, status)
    case .metrics: gather(.metrics, client: client, id: id, limit: timeout)
    case .verify: beginVerify(client: client, id: id, limit: limit)
    case .heapShow(let node): gather(.spans, of: node, client: client, id: id, limit: timeout)
    case .leave(let node): leave(node, client: client, id: id, limit: limit)
    case .down:
      answer(client, id, DownResult(name: configuration.cluster, nodes: memberIDs))
      beginShutDown(cause: "somebody asked for it")
    }
  }

  // MARK: Replies

  /// Every reply goes through here, and says which rules are off.
  private func reply(_ client: RoutingName, _ reply: ControlReply) {
    var reply = reply
    reply.withoutRules = withoutRules
    effects.append(.reply(client: client, Array(reply.line.utf8)))
  }

  var withoutRules: [String] {
    configuration.protocolConfiguration.rules.switchedOff.map(\.rawValue)
  }

  func answer(_ client: RoutingName, _ id: String, _ error: ControlError) {
    reply(client, ControlReply(id: id, error: error))
  }

  func answer(_ client: RoutingName, _ id: String, _ result: some ControlResult) {
    reply(client, ControlReply(id: id, result: result))
  }

  /// An event on the way to the final reply.
  func tell(_ request: PendingRequest, _ event: Event) {
    let record = EventRecord(
      time: wall, moment: now, process: .coordinator,
      isUnsafe: !configuration.protocolConfiguration.rules.isComplete, event: event)
    reply(request.client, ControlReply(id: request.id, event: record))
  }

  func finish(_ request: PendingRequest, _ result: some ControlResult) {
    pending[request.number] = nil
    answer(request.client, request.id, result)
    askNext()
  }

  func fail(_ number: UInt64, code: ControlError.Code, _ message: String) {
    guard let request = pending[number] else { return }
    pending[number] = nil
    if case .verify = request.waiting { verifyEnds(number) }
    answer(request.client, request.id, ControlError(code, message))
    askNext()
  }

  func expireRequests() {
    for request in pending.takeExpired(now: now) {
      if case .verify = request.waiting { verifyEnds(request.number) }
      let waited = (now - request.startedAt).microseconds / 1_000
      answer(
        request.client, request.id,
        ControlError(.timeout, "waited \(waited) ms for \(request.waitedFor)\(heldUpBy)"))
    }
    askNext()
  }

  /// Whoever the machine waits for, in whatever phase; a person, where a cycle is walked by hand.
  private var heldUpBy: String {
    let names = walkerWaitedFor ?? machine.heldUpBy
    return names.isEmpty ? "" : ", and that for \(names)"
  }

  // MARK: Cycles

  func gcFinished(_ number: UInt64, _ figures: CycleFigures) {
    guard let request = pending[number] else { return }
    switch request.waiting {
    case .cycle: finish(request, GcResult(figures: figures))
    case .verify: verifyStops(number)
    default: break
    }
  }

  // MARK: Nodes

  /// What to do about a cluster without nodes.
  var moreNodes: String {
    let named = configuration.cluster == "local" ? "" : " --name \(configuration.cluster)"
    return "start some with: cluster/up\(named) --nodes N"
  }

  func noSuchNode(_ node: NodeID) -> ControlError {
    let known = memberIDs.map { String($0.rawValue) }.joined(separator: ", ")
    return ControlError(.noSuchNode, "there is no node \(node.rawValue); there are \(known)")
  }

  /// Somebody asked for it here, or there; it takes nothing new.
  func isLeaving(_ node: NodeID) -> Bool {
    machine.members[node]?.isToLeave == true || statuses[node]?.isLeaving == true
  }

  private func leave(_ node: NodeID, client: RoutingName, id: String, limit: Duration) {
    guard memberIDs.contains(node) else { return answer(client, id, noSuchNode(node)) }
    _ = pending.add(client: client, id: id, now: now, limit: limit, .leave(node))
    feed(.removeMember(node))
  }

  /// A node is gone, one way or another: who waited for it is answered.
  func memberGone(_ node: NodeID) {
    for request in pending.all {
      switch request.waiting {
      case .leave(node): finish(request, LeaveResult(node: node, members: memberIDs))
      case .gather: forget(node, in: request.number)
      case .verify(let verification) where verification.nodes.contains(node):
        fail(request.number, code: .failed, "\(node) was lost during the check: try again")
      default: break
      }
    }
    runsLost(node)
  }
}
