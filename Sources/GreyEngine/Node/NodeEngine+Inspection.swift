// Looking into a node that runs: spans, figures, tasks. The oracle, which stops it, is in
// `NodeEngine+Reach.swift`.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire

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

  func answer(_ request: UInt64, problem: String) {
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
