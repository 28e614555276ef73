// What is documented is what there is: every event with its fields, every verb, every error code.

import Foundation
import GreyBasics
import GreyEvents
import Testing

@Suite struct DocumentationTests {
  private func page(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let url = root.appending(path: "Sources/GreyEvents/GreyEvents.docc/\(name).md")
    return try String(contentsOf: url, encoding: .utf8)
  }

  @Test func everyEventIsListedWithItsFieldsAndNoOther() throws {
    let rows = try page("Events").split(separator: "\n").filter { $0.hasPrefix("| `") }
    var documented: [String: String] = [:]
    for row in rows {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      documented[cells[0].replacing("`", with: "")] = cells[1].replacing("`", with: "")
    }
    #expect(Set(documented.keys) == Set(Samples.all.map(EventLine.name(of:))))
    let common = ["time", "monotonic_ns", "process", "level", "epoch", "event"]
    for event in Samples.all {
      let name = EventLine.name(of: event)
      if name == "cycle_finished" { continue }
      let line = EventLine.json(Samples.record(event))
      let listed = try #require(documented[name]).split(separator: ", ").map(String.init)
      for key in try #require(line.members).map(\.key) where !common.contains(key) {
        #expect(listed.contains(key), "\(name) has \(key)")
      }
    }
  }

  @Test func everyVerbAndEveryErrorCodeIsExplained() throws {
    let text = try page("Control")
    for verb in ControlRequest.verbs { #expect(text.contains("\n| `\(verb)` |")) }
    for code in ControlError.Code.allCases {
      #expect(text.split(separator: "## Error codes").last?.contains("`\(code.rawValue)`") == true)
    }
    for schema in [
      GcResult.schema, StepResult.schema, RunResult.schema, PsResult.schema, CancelResult.schema,
      SetResult.schema, StatusResult.schema, MetricsResult.schema, VerifyResult.schema,
      HeapShowResult.schema, LeaveResult.schema, DownResult.schema,
    ] { #expect(text.contains("`\(schema)`")) }
  }
}
