// Who belongs to the cluster.
//
// An id is an incarnation: given once, durable before its owner hears it, never given again. A
// member joins only where no epoch counts yet (idle, prepare): one that joined later would not be
// counted by the detector, and its grey objects would be swept (shortest case: 5 steps). It leaves
// or dies at any time: what was counted with it cannot be counted without it, so the epoch is
// aborted unless its sweep is decided. All survivors are told to discard what the gone one still
// sends, and no cycle stops the world before they have confirmed that.

import GreyBasics
import GreyWire

extension CoordinatorMachine {
  mutating func takeHello(_ hello: Hello, on connection: ConnectionID) {
    if hello.version != configuration.wireVersion || hello.cluster != configuration.cluster {
      return refuse(
        connection,
        "this is cluster \"\(configuration.cluster)\" with wire version "
          + "\(configuration.wireVersion); the process asks for cluster \"\(hello.cluster)\" "
          + "with wire version \(hello.version)")
    }
    if hello.term > durable.term {
      act(.stepDown(hello.term))
      return refuse(
        connection, "a coordinator of term \(hello.term) reigns, this one is of \(durable.term)")
    }
    if hello.node != .none { return takeOver(hello, on: connection) }
    if let known = durable.members.first(where: { $0.isProcess(of: hello) }) {
      // Its welcome was lost on the way: the same process, the same incarnation.
      return welcome(known.member.node, on: connection)
    }
    let waiting = joins.count
    joins.removeAll { $0.connection == connection || $0.hello.isSameProcess(as: hello) }
    joins.append(PendingJoin(connection: connection, hello: hello))
    guard !admitsNow else { return }
    // A sign of life, so that the process does not take itself for an orphan.
    act(.reply(connection, .heartbeat(sequence: heartbeatNumber)))
    if joins.count > waiting { note(.joinQueued(connection, waiting: joins.count)) }
  }

  mutating func refuse(_ connection: ConnectionID, _ reason: String) {
    act(.reply(connection, .refuse(reason: reason)))
    note(.refused(connection, reason: reason))
  }

  /// Its hello waits for the end of a cycle.
  package func isWaiting(_ connection: ConnectionID) -> Bool {
    joins.contains { $0.connection == connection }
  }

  /// Between cycles, before stop 1 fixes the members.
  private var admitsNow: Bool {
    switch phase {
    case .idle, .preparing: true
    case .recovering, .stoppingToArm, .marking, .stoppingToConfirm, .inspecting: false
    }
  }

  /// Lets one waiting process in; false when none may.
  mutating func admitNext() -> Bool {
    guard admitsNow, !joins.isEmpty else { return false }
    let join = joins.removeFirst()
    guard durable.nextNode <= UInt32(UInt16.max) else {
      refuse(
        join.connection,
        "all 65535 node ids of cluster \"\(configuration.cluster)\" were given; ids are never "
          + "reused: start a new cluster")
      return true
    }
    let hello = join.hello
    let node = NodeID(rawValue: UInt16(durable.nextNode))
    let member = DurableMember(
      member: Member(node: node, endpoint: hello.endpoint), host: hello.host, pid: hello.pid,
      processStart: hello.processStart)
    durable.nextNode += 1
    durable.membersVersion += 1
    durable.members.append(member)
    persist()
    members[node] = MemberState(durable: member, isPresent: true, lastHeard: now)
    note(.joined(member))
    welcome(node, on: join.connection)
    tellMembers(except: node)
    if case .preparing(let epoch) = phase { act(.send(to: node, .prepare(epoch: epoch))) }
    return true
  }

  private mutating func tellMembers(except newcomer: NodeID = .none) {
    let message = CoordinatorMessage.members(version: durable.membersVersion, memberList)
    for node in presentMembers where node != newcomer { act(.send(to: node, message)) }
    act(.membersChanged(version: durable.membersVersion, durable.members))
  }

  private mutating func welcome(_ node: NodeID, on connection: ConnectionID) {
    // One that joins while an epoch is prepared takes part in it.
    var past = durable.highestEpoch
    if case .preparing(let epoch) = phase { past = Epoch(rawValue: epoch.rawValue - 1) }
    act(.bind(node, connection))
    act(
      .reply(
        connection,
        .welcome(
          Welcome(
            term: durable.term, node: node, highestEpoch: past,
            membersVersion: durable.membersVersion, members: memberList,
            settings: settings))))
  }

  /// A member on a new connection: after a break of the old one, or in a new term.
  private mutating func takeOver(_ hello: Hello, on connection: ConnectionID) {
    let node = hello.node
    guard let member = members[node] else {
      return refuse(connection, Self.notAMember(node))
    }
    guard member.durable.isProcess(of: hello) else {
      return refuse(connection, "\(node) is another process; \(Self.notAMember(node))")
    }
    let isNew = !member.isPresent
    let heard = now
    members.update(node) {
      $0.isPresent = true
      $0.lastHeard = heard
    }
    if hello.highestEpoch > durable.highestEpoch {
      // Only where the durable state was lost; numbers still must not come back.
      durable.highestEpoch = hello.highestEpoch
      persist()
    }
    welcome(node, on: connection)
    if isNew { note(.takenOver(node)) }
    // Whoever is on its list and not on ours was removed while it did not listen.
    for stranger in hello.members where members[stranger.node] == nil {
      fence(stranger.node, at: [node])
    }
    if hello.highestEpoch != .zero, hello.highestEpoch != attempt?.epoch {
      act(.send(to: node, verdict(on: hello.highestEpoch)))
    }
    if case .preparing(let epoch) = phase, attempt?.prepared.contains(node) == false {
      act(.send(to: node, .prepare(epoch: epoch)))
    }
  }

  /// Death and clean leave: the same to everyone else.
  mutating func remove(_ node: NodeID, reason: String, isClean: Bool) {
    guard members.contains(node) else { return }
    members[node] = nil
    durable.members.removeAll { $0.member.node == node }
    durable.membersVersion += 1
    persist()
    note(isClean ? .left(node) : .fenced(node, reason: reason))
    for fenced in fences.keys { noteFenced(fenced, by: node) }
    if let epoch = phase.undecided {
      abort("\(node) \(isClean ? "left" : "is dead: \(reason)") in epoch \(epoch)")
    }
    if inspection != nil { failInspection("\(node) \(isClean ? "left" : "died")") }
    stepping?.awaited.remove(node)
    noteSweepOver(at: node)
    fence(node, at: presentMembers)
    tellMembers()
  }

  private mutating func fence(_ node: NodeID, at survivors: [NodeID]) {
    guard rules.contains(.fenceDead), !survivors.isEmpty else { return }
    var watch = fences[node] ?? FenceWatch(awaited: SortedSet(), sentAt: now)
    watch.sentAt = now
    for survivor in survivors {
      watch.awaited.insert(survivor)
      act(.send(to: survivor, .fence(node: node)))
    }
    fences[node] = watch
  }

  mutating func takeFenced(_ fenced: NodeID, from node: NodeID) { noteFenced(fenced, by: node) }

  private mutating func noteFenced(_ fenced: NodeID, by node: NodeID) {
    fences.update(fenced) { $0.awaited.remove(node) }
    if fences[fenced]?.awaited.isEmpty == true { fences[fenced] = nil }
  }

  mutating func advanceRecovery() -> Bool {
    guard members.values.allSatisfy(\.isPresent), fences.isEmpty else { return false }
    move(to: .idle, cause: "every member has answered or been fenced")
    note(.recovered(members: members.count))
    return true
  }

  /// Asks those that shall leave to do so; only between cycles.
  mutating func askToLeave() {
    let time = now
    for node in presentMembers {
      guard let member = members[node], member.isToLeave else { continue }
      if let sent = member.leaveSentAt, time < sent + timeouts.resend { continue }
      members.update(node) { $0.leaveSentAt = time }
      act(.send(to: node, .leave))
    }
  }
}

extension DurableMember {
  func isProcess(of hello: Hello) -> Bool {
    host == hello.host && pid == hello.pid && processStart == hello.processStart
  }
}

extension Hello {
  func isSameProcess(as other: Hello) -> Bool {
    host == other.host && pid == other.pid && processStart == other.processStart
  }
}
