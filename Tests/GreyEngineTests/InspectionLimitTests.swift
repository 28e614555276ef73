// What does not fit into one answer is left out and counted; the answer is never refused for it.

import GreyBasics
import GreyEvents
import GreyHeap
import GreyWire
import Testing

@testable import GreyEngine
@testable import GreyMutator

@Suite struct InspectionLimitTests {
  @Test func moreTasksThanFitAreLeftOut() throws {
    let node = try LoneNode(rules: .all)
    let summary = GreyMutator.TaskSummary(
      task: TaskID(rawValue: 64), run: RunID(rawValue: 1),
      function: String(repeating: "f", count: 200), state: "runnable", frames: 1, stackBytes: 64,
      mailbox: 0)
    node.engine.taskRequests[7] = TaskRequest(workersLeft: 2)
    for _ in 0..<2 { node.engine.toldTasks(7, Array(repeating: summary, count: 100_000)) }
    let answers = try node.engine.effects.compactMap { effect -> NodeMessage? in
      guard case .sendToCoordinator(let bytes, _) = effect else { return nil }
      return try NodeMessage.open(bytes).message
    }
    guard case .inspection(7, let problem, let body)? = answers.last else {
      Issue.record("no answer: \(answers)")
      return
    }
    #expect(problem.isEmpty, "\(problem)")
    let tasks: [GreyEvents.TaskSummary] = try JSON(parsing: body).decoded()
    #expect(tasks.count == 1_000)
  }

  @Test func moreSpansThanFitAreLeftOutAndCounted() throws {
    let node = try LoneNode(rules: .all, arenaBytes: 8 << 30)
    let heap = try node.heap
    let type = try heap.types.append(
      TypeDescription(name: "block", words: 1, referenceWords: []))
    let cache = heap.makeCache()
    for _ in 0..<70_000 { _ = try cache.allocate(type: type, count: 4_200) }
    let told = node.engine.spans(try #require(node.engine.core))
    #expect(told.spans.count == 65_536)
    #expect(told.spans.count + told.spansLeftOut >= 70_000)
    let widest = HeapShowResult.Span(
      firstPage: 8_388_607, pages: 8_388_607, state: .quarantined, elementBytes: 1 << 40,
      isNoscan: false, usedSlots: 99_999, slots: 99_999)
    var bytes: [UInt8] = []
    try JSON(encoding: widest).write(to: &bytes)
    #expect((bytes.count + 1) * told.spans.count < WireLimits.inspectionBytes)
  }
}
