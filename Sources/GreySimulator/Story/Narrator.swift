// Tells what happens in a world, a line for each thing that somebody would want to know.
//
// What tasks do is told by themselves (`Deed`); what travels is read off the wire; the rest (who
// marks, what is shaded, scanned, freed, forgotten) is seen by comparing the world before and after
// each turn (`ProcessGlance`). A turn in which nothing of this shows leaves no line: most turns of
// a run only carry messages of the coordinator.

import GreyBasics
import GreyCollector
import GreyEngine
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire

/// One line, and the objects that it is about.
struct StoryLine {
  var text: String
  var references: [Reference] = []
  /// Of these only the ones that matter are named, between the text and the end.
  var list: [Reference]?
  var end = ""
  /// What becomes of epochs and processes, whatever objects there are.
  var isPhase = false
  /// Something breaks, or is mended.
  var isFault = false
  /// A node is through with an epoch: what was told of it before is over.
  var endsEpoch = false
  /// Roots that were scanned in this turn: several turns in a row are one line.
  var scan: (node: String, words: Int)?
  /// It has left or arrived before.
  var isAgain = false
}

final class Narrator: WireListener {
  private let cluster: SimulatedCluster
  private(set) var lines: [StoryLine] = []
  private var glances: [ProcessGlance] = []
  private var phase: CoordinatorPhase
  private var decided: Epoch
  /// Arrived and not yet placed, oldest first, by process and worker.
  private var arrived: [Place: [(from: NodeID, message: MutatorMessage)]] = [:]
  private var seen: Set<Seen> = []
  /// What the wire said in this turn.
  private var wire: [StoryLine] = []

  private struct Place: Hashable {
    let process: Int
    let worker: Int
  }
  private struct Seen: Hashable {
    let channel: Channel
    let sequence: UInt64
    let isArrival: Bool
  }

  init(_ cluster: SimulatedCluster) {
    self.cluster = cluster
    phase = cluster.view.phase
    decided = cluster.view.decided
    glances = cluster.processes.map(ProcessGlance.init)
    cluster.listener = self
    cluster.draws.deeds = []
  }

  // MARK: Names

  func name(_ reference: Reference) -> String {
    if reference.isNull { return "nil" }
    if reference.rawValue == HeapLayout.poison { return "a word of a freed slot" }
    let core = cluster.processes.lazy.compactMap(\.engine.core).first { $0.node == reference.node }
    return core?.heap.name(of: reference) ?? "\(reference)"
  }

  private func names(_ references: [Reference]) -> String {
    var named: [String] = []
    for text in references.map(name) where !named.contains(text) { named.append(text) }
    return named.joined(separator: " and ")
  }

  private func node(_ process: Int) -> String {
    let core = cluster.processes[process].engine.core
    return core.map { "\($0.node)" } ?? "process \(process)"
  }

  private func field(_ object: Reference, _ word: Int) -> Reference? {
    guard
      let core = cluster.processes.lazy.compactMap(\.core).first(where: { $0.node == object.node }),
      let location = core.heap.exactObject(containing: object.address),
      (word + 1) * 8 <= location.bytes,
      let memory = UnsafeMutableRawPointer(bitPattern: location.base)
    else { return nil }
    return Reference(rawValue: (memory + word * 8).relaxedWord)
  }

  private func say(_ text: String, _ references: [Reference]) {
    lines.append(StoryLine(text: text, references: references.filter { !$0.isNull }))
  }

  private func sayPhase(_ text: String, endsEpoch: Bool = false) {
    lines.append(StoryLine(text: text, isPhase: true, endsEpoch: endsEpoch))
  }

  private func sayAll(_ text: String, _ list: [Reference], _ end: String = "") {
    if list.isEmpty { return }
    lines.append(StoryLine(text: text, references: list, list: list, end: end))
  }

  // MARK: Turns

  func stepped(_ actor: Actor, in cluster: SimulatedCluster) {
    if case .fault(let fault) = actor {
      lines.append(StoryLine(text: text(of: fault), isPhase: true, isFault: true))
    }
    if cluster.view.decided > decided {
      decided = cluster.view.decided
      sayPhase("the coordinator finds marking complete: epoch \(decided) may be swept")
    }
    for index in cluster.processes.indices {
      let before = index < glances.count ? glances[index] : ProcessGlance()
      let after = ProcessGlance(cluster.processes[index])
      if index < glances.count { glances[index] = after } else { glances.append(after) }
      tellPlaced(index, before, after)
      compare(index, before, after, actor)
    }
    lines += wire
    wire = []
    if cluster.view.phase != phase {
      if cluster.view.phase.undecided == nil, phase.undecided != nil,
        phase.undecided.map({ $0 > decided }) ?? false
      {
        sayPhase("the coordinator gives epoch \(phase.undecided ?? .zero) up")
      }
      phase = cluster.view.phase
    }
  }

  private func compare(
    _ index: Int, _ before: ProcessGlance, _ after: ProcessGlance, _ actor: Actor
  ) {
    let node = node(index)
    if before.isAlive, !after.isAlive { return sayPhase("\(node) is gone") }
    if before.armed == .zero, after.armed != .zero {
      sayPhase("\(node) turns its barrier on and begins to mark epoch \(after.armed)")
    }
    if after.rootsScanned > before.rootsScanned {
      lines.append(
        StoryLine(text: "", isPhase: true, scan: (node, after.rootsScanned - before.rootsScanned)))
    }
    let deeds = cluster.draws.deeds ?? []
    cluster.draws.deeds = deeds.filter { $0.node != after.node }
    let own = deeds.filter { $0.node == after.node }
    tellObjects(node, before, after, own.first)
    for deed in own {
      guard let text = deed.text(name, field: field) else { continue }
      say("\(node), task \(deed.task.rawValue >> 6): \(text)", deed.references)
    }
    if case .worker(index, _) = actor, cluster.midQuantum?.progress != nil {
      sayPhase(
        "\(node) makes room for objects: between its load of a word of mark bits and its store a "
          + "marker has a turn")
    }
    tellMarks(node, before, after, actor)
    let forgotten = missing(before.transit, from: after.transit)
    sayAll(
      "\(node) hears that its message was placed, which keeps ", forgotten, " alive no longer")
    let taken = missing(before.mailboxes, from: after.mailboxes)
    sayAll("\(node): a task takes ", taken, " from its mailbox")
    if before.armed != .zero, after.armed == .zero {
      sayPhase(
        before.armed <= decided
          ? "\(node) begins to sweep epoch \(before.armed)"
          : "\(node) gives epoch \(before.armed) up and turns its barrier off", endsEpoch: true)
    }
  }

  private func tellObjects(
    _ node: String, _ before: ProcessGlance, _ after: ProcessGlance, _ deed: Deed?
  ) {
    for object in after.objects where before.mark(of: object.reference) == nil {
      let who = deed.map { "\(node), task \($0.task.rawValue >> 6)," } ?? node
      let colour = after.armed == .zero ? "" : object.isMarked ? ", born black" : ", born white"
      let fields = (0..<2).compactMap { word in field(object.reference, word) }
        .filter { !$0.isNull && $0.rawValue != HeapLayout.poison }
      let to = fields.isEmpty ? "" : ", which refers to \(names(fields))"
      say("\(who) makes \(name(object.reference))\(to)\(colour)", [object.reference] + fields)
    }
    let freed = before.objects.map(\.reference).filter { after.mark(of: $0) == nil }
    sayAll("\(node) sweeps and frees ", freed)
  }

  private func tellMarks(
    _ node: String, _ before: ProcessGlance, _ after: ProcessGlance, _ actor: Actor
  ) {
    guard after.armed != .zero, after.armed == before.armed else { return }
    let marked = after.objects.filter { $0.isMarked && before.mark(of: $0.reference) == false }
      .map(\.reference)
    if case .collector = actor {
      sayAll("\(node) scans what is grey, and marks ", marked)
    } else {
      sayAll("\(node) shades ", marked)
    }
  }

  // MARK: Messages

  func left(_ bytes: [UInt8], on channel: Channel) { read(bytes, channel, isArrival: false) }
  func arrived(_ bytes: [UInt8], on channel: Channel) { read(bytes, channel, isArrival: true) }

  private func read(_ bytes: [UInt8], _ channel: Channel, isArrival: Bool) {
    guard case .process(let from) = channel.from, case .process(let to) = channel.to,
      case .data(let sequence, _, _, let payload)? = try? LinkFrame.decode(bytes).frame,
      let message = try? PeerMessage.decode(payload)
    else { return }
    let isFirst = seen.insert(
      Seen(channel: channel, sequence: sequence, isArrival: isArrival)
    ).inserted
    switch message {
    case .grey(let epoch, let batch):
      let owner = cluster.processes[to].engine.core?.node ?? .none
      let references = batch.references(of: owner).map(Reference.init)
      let again = isFirst ? "" : " again"
      wire.append(
        StoryLine(
          text: isArrival
            ? "a grey batch of epoch \(epoch) from \(node(from)) arrives at \(node(to))\(again): "
            : "\(node(from)) sends \(node(to)) a grey batch of epoch \(epoch)\(again): ",
          references: references, list: references, isAgain: !isFirst))
    case .mutator(let message):
      if isArrival {
        guard isFirst, let core = cluster.processes[to].core else { return }
        let place = Place(process: to, worker: message.worker(of: core.workers.count))
        let sender = cluster.processes[from].engine.core?.node ?? .none
        arrived[place, default: []].append((sender, message))
      } else if let text = content(of: message) {
        let stamp = message.stamp == .zero ? "without a stamp" : "stamped \(message.stamp)"
        wire.append(
          StoryLine(
            text: "\(text.text) leaves \(node(from)) for \(node(to))\(isFirst ? "" : " again"), "
              + stamp, references: text.references, isAgain: !isFirst))
      }
    }
  }

  /// Of a message that carries references; others matter by what they bring about.
  private func content(of message: MutatorMessage) -> StoryLine? {
    var references: [Reference] = []
    message.forEachReference { references.append(Reference(rawValue: $0)) }
    if references.isEmpty { return nil }
    let kind =
      switch message.body {
      case .answer: "the answer"
      case .write: "the store of"
      case .call, .spawn: "the start of a task with"
      case .deliver: "the message with"
      case .allocate, .read, .failure: "a request with"
      }
    return StoryLine(text: "\(kind) \(names(references))", references: references)
  }

  private func tellPlaced(_ index: Int, _ before: ProcessGlance, _ after: ProcessGlance) {
    for (worker, count) in after.placed.enumerated() {
      let new = count - (worker < before.placed.count ? before.placed[worker] : 0)
      let place = Place(process: index, worker: worker)
      for _ in 0..<max(0, new) {
        guard let item = arrived[place]?.first else { break }
        arrived[place]?.removeFirst()
        if let line = placement(of: item.message, at: node(index), from: item.from) {
          lines.append(line)
        }
      }
    }
  }

  private func placement(
    of message: MutatorMessage, at node: String, from: NodeID
  ) -> StoryLine? {
    var references: [Reference] = []
    message.forEachReference { references.append(Reference(rawValue: $0)) }
    switch message.body {
    case .read(let object, let word, _):
      let value = field(object, Int(word)).map { ", which is \(name($0))" } ?? ""
      return StoryLine(
        text: "\(node) loads field \(word) of \(name(object)) for \(from)\(value)",
        references: [object])
    case .write(let object, let word, let value):
      let stored = Reference(rawValue: value.bits)
      return StoryLine(
        text: "\(node) stores \(name(stored)) into field \(word) of \(name(object)) for \(from)",
        references: references + [object])
    case .answer:
      if references.isEmpty { return nil }
      return StoryLine(
        text: "\(node) places the answer \(names(references)) into a frame", references: references)
    case .call, .spawn:
      if references.isEmpty { return nil }
      return StoryLine(
        text: "\(node) starts the task for \(from), with \(names(references)) in its frame",
        references: references)
    case .deliver:
      if references.isEmpty { return nil }
      return StoryLine(
        text: "\(node) places the message with \(names(references))", references: references)
    case .allocate, .failure: return nil
    }
  }

  // MARK: Faults

  private func text(of fault: Fault) -> String {
    func party(_ party: Party) -> String {
      switch party {
      case .coordinator: "the coordinator"
      case .process(let index): cluster.processes.indices.contains(index) ? node(index) : "nobody"
      case .client: "a client"
      case .line(let index):
        "the stop line of \(cluster.processes.indices.contains(index) ? node(index) : "nobody")"
      }
    }
    func between(_ channel: Channel) -> String {
      "from \(party(channel.from)) to \(party(channel.to))"
    }
    return switch fault {
    case .disconnect(let a, let b): "the connection of \(party(a)) and \(party(b)) breaks"
    case .duplicate(let channel): "a frame \(between(channel)) comes twice"
    case .drop(let channel): "a frame \(between(channel)) is lost"
    case .clog(let channel): "nothing gets \(between(channel)) any more"
    case .unclog(let channel): "messages \(between(channel)) get through again"
    case .kill(let index): "\(party(.process(index))) is killed, and nobody sees it"
    case .crash(let index): "\(party(.process(index))) is killed"
    case .restart(let index): "\(party(.process(index))) is killed and started again"
    case .stall(let index): "\(party(.process(index))) stands still"
    case .wake(let index): "\(party(.process(index))) goes on"
    case .leave(let index): "\(party(.process(index))) is asked to leave"
    case .join: "another process joins"
    case .restartCoordinator: "the coordinator is killed and started again"
    case .restartCoordinatorBetweenPhases:
      "the coordinator is killed as it comes to another phase, and started again"
    case .killCoordinator: "the coordinator is killed"
    case .reviveCoordinator: "another coordinator starts"
    case .killCoordinatorInTurn: "the coordinator will be killed in the midst of what it does next"
    case .stallCoordinator: "the coordinator stands still"
    case .wakeCoordinator: "the coordinator goes on"
    case .partition(let partition):
      switch partition.way {
      case .both: "the processes from \(partition.first) on are cut off from all others"
      case .into: "the processes from \(partition.first) on hear nothing of all others"
      case .out: "the processes from \(partition.first) on are heard by no other"
      }
    case .heal: "everybody hears everybody again"
    case .cancelRun: "somebody cancels the run"
    }
  }
}
