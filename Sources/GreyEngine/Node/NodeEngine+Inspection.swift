// Looking into a node: the oracle's rounds (stopped), and spans, figures and tasks (running).
//
// The oracle runs on the I/O thread while every worker is parked: nobody else touches frames,
// mailboxes or objects then, and what they wrote is visible, because parking released it.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire

/// One search, from its first question to its counts.
struct ReachSession {
  let request: UInt64
  var oracle: ReachabilityOracle
  /// Found and not yet told.
  var untold: [Reference] = []
}

/// What is white when a cycle is decided must be gone when it is swept. Whoever is to judge that
/// has to know what was white, and the marks do not last: the sweep turns them into allocation
/// bits. So a check is announced before its cycle, and at the decision the heap keeps a copy.
struct Watch {
  let request: UInt64
  /// The cycle whose decision was watched last; zero before the first.
  var epoch = Epoch.zero
}

extension NodeEngine {
  func inspect(_ request: UInt64, _ kind: InspectionKind, _ body: [UInt8]) {
    guard let core else { return answer(request, problem: "this node has no heap yet") }
    switch kind {
    case .reach: reach(request, body, core)
    case .spans: answer(request, spans(core))
    case .metrics: answer(request, metrics(core))
    case .tasks:
      taskRequests[request] = TaskRequest(workersLeft: core.workers.count)
      tellWorkers(.describeTasks(request: request))
    case .finishSweep:
      if core.heap.isSweeping { sweepWaiters.append(request) } else { answerSwept(request) }
    }
  }

  private func answer(_ request: UInt64, problem: String) {
    send(.inspection(request: request, problem: problem, body: []))
  }

  private func answer(_ request: UInt64, _ value: some Encodable) {
    guard let json = try? JSON(encoding: value) else {
      return answer(request, problem: "the answer does not encode")
    }
    var bytes: [UInt8] = []
    json.write(to: &bytes)
    guard bytes.count <= WireLimits.inspectionBytes else {
      return answer(request, problem: "the answer has \(bytes.count) bytes, which is too many")
    }
    send(.inspection(request: request, problem: "", body: bytes))
  }

  func answerSwept(_ request: UInt64) {
    send(.inspection(request: request, problem: "", body: []))
  }

  // MARK: The oracle

  private func reach(_ request: UInt64, _ body: [UInt8], _ core: NodeCore) {
    // Neither needs a stop, and nobody waits for an answer: the counts tell whether it was heard.
    switch try? ReachQuestion(decoding: body) {
    case .watch: return watch = Watch(request: request)
    case .unwatch: return watch?.request == request ? endWatch() : ()
    case .begin, .more, .finish, nil: break
    }
    // As it was when the stop was answered: one that rested may be parking at this moment.
    guard pause?.isTold == true else {
      return answer(request, problem: "its workers are not stopped (its lease may have ended)")
    }
    do {
      switch try ReachQuestion(decoding: body) {
      case .begin:
        reach = ReachSession(request: request, oracle: ReachabilityOracle(heap: core.heap))
        var roots: [Reference] = []
        for worker in core.workers {
          worker.forEachRoot { _, root in roots.append(root) }
        }
        try tellFound(request, from: roots)
      case .more(let references): try tellFound(request, from: references)
      case .finish: try tellCounts(request, core)
      case .watch, .unwatch: break
      }
    } catch { answer(request, problem: "\(error)") }
  }

  private func tellFound(_ request: UInt64, from references: [Reference]) throws(WireError) {
    guard var session = reach, session.request == request else {
      return answer(request, problem: "no search of this number has begun here")
    }
    session.untold += session.oracle.reach(references)
    let told = Array(session.untold.prefix(ReachQuestion.referencesAtOnce))
    session.untold.removeFirst(told.count)
    let reply = ReachAnswer.found(told, hasMore: !session.untold.isEmpty)
    reach = session
    send(.inspection(request: request, problem: "", body: try reply.encoded()))
  }

  private func tellCounts(_ request: UInt64, _ core: NodeCore) throws(WireError) {
    guard let session = reach, session.request == request else {
      return answer(request, problem: "no search of this number has begun here")
    }
    var counts = ReachCounts()
    core.heap.forEachObject { object, _ in
      if session.oracle.contains(object.base) {
        counts.reachable += 1
        counts.reachableBytes += UInt64(object.bytes)
      } else if core.heap.wasWhite(object) {
        counts.garbage += 1
      } else {
        counts.floating += 1
      }
    }
    counts.watchedEpoch = watch?.epoch.rawValue ?? 0
    counts.lostCount = UInt64(session.oracle.lost.count)
    counts.transitEntries = UInt64(core.workers.reduce(0) { $0 + $1.figures.transitEntries })
    func named(_ address: UInt) -> Reference {
      Reference(node: core.node, address: UInt(core.heap.view.offset(of: address)))
    }
    counts.lost = session.oracle.lost.prefix(10).map { named(Reference(rawValue: $0).address) }
    counts.holders = session.oracle.holders.prefix(10).map { $0 == 0 ? .null : named($0) }
    reach = nil
    endWatch()
    send(.inspection(request: request, problem: "", body: try ReachAnswer.counts(counts).encoded()))
  }

  func endWatch() {
    watch = nil
    core?.heap.forgetWhite()
  }

  // MARK: Running

  /// What one answer tells of at most: it has to fit the limit of the wire, some hundred bytes
  /// each.
  private static var spansTold: Int { 65_536 }
  private static var tasksTold: Int { 1_000 }

  func spans(_ core: NodeCore) -> HeapShowResult.Node {
    var spans: [HeapShowResult.Span] = []
    var leftOut = 0
    core.heap.forEachSpan { span in
      guard spans.count < Self.spansTold else { return leftOut += 1 }
      spans.append(
        HeapShowResult.Span(
          firstPage: span.firstPage, pages: span.pages,
          state: HeapShowResult.Span.State(span),
          elementBytes: span.slotBytes ?? 0, isNoscan: span.isNoscan, usedSlots: span.usedSlots,
          slots: span.totalSlots))
    }
    return HeapShowResult.Node(
      node: core.node, pageBytes: HeapLayout.pageBytes, heapBytes: core.heap.objectBytes,
      goalBytes: HeapBound.told(pace.pacer.goal), spans: spans, spansLeftOut: leftOut)
  }

  /// A worker told what its tasks are doing; when the last one has, the answer goes out.
  func toldTasks(_ request: UInt64, _ summaries: [GreyMutator.TaskSummary]) {
    guard let core, var waiting = taskRequests[request] else { return }
    // The coordinator counts all of them by the heartbeats.
    waiting.summaries += summaries.prefix(Self.tasksTold - waiting.summaries.count).map {
      GreyEvents.TaskSummary(
        node: core.node, task: $0.task, run: $0.run, function: $0.function, state: $0.state,
        frames: $0.frames, mailbox: $0.mailbox)
    }
    waiting.workersLeft -= 1
    taskRequests[request] = waiting.workersLeft > 0 ? waiting : nil
    if waiting.workersLeft == 0 { answer(request, waiting.summaries) }
  }
}

/// A `tasks` inspection on its way through the workers.
struct TaskRequest {
  var workersLeft: Int
  var summaries: [GreyEvents.TaskSummary] = []
}

extension HeapShowResult.Span.State {
  init(_ span: SpanSummary) {
    if span.isScavenged {
      self = .scavenged
    } else if span.state == .free {
      self = .free
    } else if !span.isSwept {
      self = .unswept
    } else if span.state == .quarantined {
      self = .quarantined
    } else {
      self = span.slotBytes == nil ? .large : .inUse
    }
  }
}
