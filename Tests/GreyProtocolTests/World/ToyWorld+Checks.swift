// What must hold in the toy world, checked with every action of every machine.

import GreyBasics
import GreyWire

@testable import GreyProtocol

extension ToyWorld {
  func check(_ action: CoordinatorAction) throws {
    switch action {
    case .persist(let state):
      if let old = durable {
        guard state.term >= old.term, state.highestEpoch >= old.highestEpoch,
          state.nextNode >= old.nextNode, state.decidedEpoch >= old.decidedEpoch
        else { throw violated("durable state went back: \(old) to \(state)") }
      }
      if state.decidedEpoch > durable?.decidedEpoch ?? .zero {
        decided.insert(state.decidedEpoch)
        try checkDecision(state.decidedEpoch)
      }
    case .reply(_, .welcome(let welcome)):
      guard durable?.members.contains(where: { $0.member.node == welcome.node }) == true else {
        throw violated("\(welcome.node) welcomed before it is durable")
      }
    case .bind(let node, let connection):
      let process = Int(connection.rawValue)
      if let owner = owners[node], owner != process {
        throw violated("\(node) given to processes \(owner) and \(process)")
      }
      owners[node] = process
    case .send(_, .prepare(let epoch)):
      guard let durable, durable.highestEpoch >= epoch else {
        throw violated("epoch \(epoch) used before it is durable")
      }
      if aborted.contains(epoch) { throw violated("burnt epoch \(epoch) is used again") }
    case .send(_, .stopAndArm(let epoch, _, _, _)):
      started.insert(epoch)
      if aborted.contains(epoch) { throw violated("burnt epoch \(epoch) is armed again") }
    case .send(_, .sweep(let epoch)):
      guard durable?.decidedEpoch == epoch else {
        throw violated("sweep of epoch \(epoch) before its decision is durable")
      }
    case .send(_, .abort(let epoch)):
      if decided.contains(epoch) { throw violated("decided epoch \(epoch) is aborted") }
      aborted.insert(epoch)
    case .inspectionReady(_, _, let members):
      for node in members {
        if let process = owners[node], nodes[process].isAlive, !nodes[process].isParked {
          throw violated("inspection while \(node) runs")
        }
      }
    default: break
    }
  }

  /// Nothing grey is left anywhere in the cluster, and nobody can make any.
  private func checkDecision(_ epoch: Epoch) throws {
    for (node, process) in owners.sorted(by: { $0.key < $1.key }) {
      let toy = nodes[process]
      let isMember = durable?.members.contains { $0.member.node == node } ?? false
      guard toy.isAlive, isMember else { continue }
      if toy.abortedEver.contains(epoch) {
        throw violated("epoch \(epoch) decided although \(node) had aborted it")
      }
      guard toy.armed == epoch else {
        throw violated("epoch \(epoch) decided while \(node) is armed with \(toy.armed)")
      }
      guard toy.isParked else { throw violated("epoch \(epoch) decided while \(node) runs") }
      guard toy.isToyIdle, toy.buffered == 0 else {
        throw violated("epoch \(epoch) decided while \(node) has something grey")
      }
    }
    let flying = queue.count {
      if case .batch(let process, let batch) = $0 {
        return batch.epoch == epoch && self.nodes[process].isAlive
          && self.isCounted(batch.from) && self.isCounted(self.nodes[process].id)
      }
      return false
    }
    if flying > 0 { throw violated("epoch \(epoch) decided with \(flying) batches in flight") }
  }

  private func isCounted(_ node: NodeID) -> Bool {
    durable?.members.contains { $0.member.node == node } ?? false
  }

  func check(_ action: NodeAction, at process: Int) throws {
    let toy = nodes[process]
    switch action {
    case .stopWorkers where toy.pause != nil:
      throw violated("\(toy.id) stops its workers twice")
    case .resumeWorkers:
      guard toy.pause != nil else { throw violated("\(toy.id) resumes workers that run") }
      try checkPause(of: process)
    case .arm(let epoch, _):
      guard toy.isParked else { throw violated("\(toy.id) arms while its workers run") }
      if toy.hasMarks { throw violated("\(toy.id) arms epoch \(epoch) over old marks") }
      if toy.armedEver.contains(epoch) {
        throw violated("\(toy.id) arms epoch \(epoch) a second time")
      }
    case .startMarking(let epoch):
      guard toy.armed == epoch else { throw violated("\(toy.id) marks without its barrier") }
      try checkBarriers(epoch, of: toy)
    case .disarmAndSweep(let epoch):
      guard decided.contains(epoch) else {
        throw violated("\(toy.id) sweeps epoch \(epoch), which was never decided")
      }
      guard toy.isParked else { throw violated("\(toy.id) disarms while its workers run") }
      guard toy.armed == epoch else {
        throw violated("\(toy.id) sweeps epoch \(epoch), armed is \(toy.armed)")
      }
    case .abortMarking(let epoch):
      guard toy.armed == epoch else {
        throw violated("\(toy.id) aborts epoch \(epoch), armed is \(toy.armed)")
      }
    default: break
    }
  }

  /// A node begins to mark an epoch that may still be swept: the barrier is on everywhere. (Where
  /// a member has dropped the epoch, nobody can confirm it any more.)
  private func checkBarriers(_ epoch: Epoch, of toy: ToyNode) throws {
    for peer in toy.peers {
      guard let process = owners[peer], nodes[process].isAlive else { continue }
      let other = nodes[process]
      guard other.armed == epoch || other.abortedEver.contains(epoch) else {
        throw violated("\(toy.id) marks epoch \(epoch) while \(peer) has no barrier")
      }
    }
  }

  /// No task waits for long, whatever happens to the others: one lease, or two where a second
  /// stop replaced a first one whose end was lost, and what parking took.
  func checkPause(of process: Int) throws {
    let toy = nodes[process]
    guard toy.pause != nil, toy.frozenUntil <= now else { return }
    let began = max(toy.pausedSince, toy.frozenUntil)
    let limit: Duration = .seconds(20)
    if now - began > limit {
      throw violated("\(toy.id) has been stopped for \(now - began)")
    }
  }
}
