// Carrying out what the machines want, and telling them what became true.

import GreyBasics
import GreyProtocol

extension World {
  func nodeDid(_ node: Int, _ outcome: Int) {
    let result = plane.nodeOutcomes[outcome]
    next.setNumber(partAt(node), result.next)
    var wantsSample = false
    for effect in result.effects {
      switch effect {
      case .up(let item):
        // Where a candidate may come at any time, nobody listens to what leads to one.
        if next.number(0) == plane.silent { continue }
        if scope.candidates == .any, plane.itemFacts[Int(item)].kind == .report { continue }
        next.setNumber(upAt(node), plane.push(item, on: next.number(upAt(node))))
      case .arm: arm(node)
      case .early(let from, let object): takeBatch(at: node, from: Int(from), cell: Int(object))
      case .sweep: sweep(node)
      case .abort: abort(node)
      case .clear: clearMarks(node)
      case .sample: wantsSample = true
      case .fence(let other): fence(Int(other), at: node)
      case .exit: die(node)
      }
    }
    if wantsSample { tellMarkState(node, isIdle: isIdle(node)) }
  }

  func coordinatorDid(_ outcome: Int) {
    let result = plane.coordinatorOutcomes[outcome]
    next.setNumber(0, result.next)
    for (to, item) in result.sends where !isDead(next, Int(to)) {
      let at = downAt(Int(to))
      next.setNumber(at, plane.push(item, on: next.number(at)))
    }
    demandNext()
  }

  /// A demand may come at any time; one that comes later than it could is one whose PREPARE takes
  /// longer to arrive. So it comes at once.
  func demandNext() {
    let left = budgetAt(.cycles)
    guard next[left] > 0, coordinatorFacts(next).couldBegin else { return }
    next[left] -= 1
    coordinatorDid(plane.collect(next.number(0)))
  }

  // MARK: the state of marking

  func isIdle(_ node: Int) -> Bool {
    var scanned = Flag.transitScanned
    if scope.hasGlobals { scanned |= Flag.globalScanned }
    for task in 0..<layout.tasks { scanned |= Flag.taskScanned << UInt8(task) }
    guard next[flagsAt(node)] & scanned == scanned else { return false }
    for cell in 0..<layout.cells {
      if owners[cell] == node {
        if next[colourAt(cell)] == Colour.grey { return false }
      } else if next[greyAt(node, cell)] & (Grey.edge | Grey.unsent) != 0 {
        return false
      }
    }
    return true
  }

  func tellMarkState(_ node: Int, isIdle: Bool) {
    var counts: UInt64 = 0
    for other in 0..<layout.nodes {
      counts |= UInt64(next[countAt(node, other)]) << UInt64(8 * other)
    }
    if isIdle {
      next[flagsAt(node)] |= Flag.toldIdle
    } else {
      next[flagsAt(node)] &= ~Flag.toldIdle
    }
    nodeDid(node, plane.markState(next.number(partAt(node)), isIdle: isIdle, counts: counts))
  }

  /// As a node's engine does after every input: the machine hears that marking came to rest, that
  /// the counts of an idle node changed, or that it marks again.
  func settle() {
    var left = touched
    while left != 0 {
      let node = left.trailingZeroBitCount
      left &= left - 1
      guard facts(next, node).armed != 0 else { continue }
      let idle = isIdle(node)
      if idle || next[flagsAt(node)] & Flag.toldIdle != 0 { tellMarkState(node, isIdle: idle) }
    }
  }

  // MARK: control messages that nobody waits for

  /// Delivers at once what changes nothing that tasks and collectors see, and what the coordinator
  /// takes in any order with the same result: PREPARE at a node that has nothing to clear, changes
  /// of membership, and what answers PREPARE and SWEEP; answers to a stop as well, where no limit
  /// and no death can come between. Delivering them later leads to no other state of heap, tasks
  /// and collectors: what follows from them (a STOP, the next PREPARE) is delivered as late as one
  /// likes.
  func followSilently() {
    var goesOn = true
    while goesOn {
      goesOn = false
      for node in 0..<layout.nodes where !isDead(next, node) {
        if deliversSilently(down: node) || deliversSilently(up: node) { goesOn = true }
      }
    }
  }

  private func deliversSilently(down node: Int) -> Bool {
    for index in 0..<2 {
      guard let lane = lane(index, of: next.number(downAt(node))) else { break }
      switch plane.itemFacts[Int(lane.head)].kind {
      case .prepare: guard facts(next, node).isUntouchedByPrepare else { continue }
      case .members: break
      default: continue
      }
      deliver(lane, down: node)
      return true
    }
    return false
  }

  private func deliversSilently(up node: Int) -> Bool {
    for index in 0..<2 {
      guard let lane = lane(index, of: next.number(upAt(node))) else { break }
      switch plane.itemFacts[Int(lane.head)].kind {
      case .swept, .fenced: break
      // Somebody may join until the last one is prepared.
      case .prepared: if scope.joins > 0 { continue }
      case .stopped: if scope.hasFaults { continue }
      case .report: if scope.candidates != .atOnce { continue }
      case .stopReport: if scope.candidates == .delayed || scope.hasFaults { continue }
      default: continue
      }
      deliver(lane, up: node)
      return true
    }
    return false
  }

  /// What could be delivered next over a channel, on its first lane and on its second.
  func lane(_ index: Int, of channel: UInt32) -> ChannelFacts.Lane? {
    if channel == 0 { return nil }
    return index == 0
      ? plane.channelFacts[Int(channel)].first : plane.channelFacts[Int(channel)].second
  }

  func deliver(_ lane: ChannelFacts.Lane, down node: Int) {
    next.setNumber(downAt(node), lane.rest)
    nodeDid(node, plane.deliver(lane.head, to: next.number(partAt(node))))
  }

  func deliver(_ lane: ChannelFacts.Lane, up node: Int) {
    next.setNumber(upAt(node), lane.rest)
    coordinatorDid(plane.deliver(lane.head, from: node, to: next.number(0)))
  }
}
