// Parameters of workloads: what is taken, what is refused and how.

import GreyBasics
import GreyMutator
import Testing

private let descriptions: [ParameterDescription] = [
  .integer("depth", default: 16, in: 1...30, help: "depth of the trees"),
  .real("share", default: 0.25, in: 0...1, help: "share of remote edges"),
  .boolean("check", default: true, help: "check the result"),
  .text("file", default: "", help: "what to read"),
  .choice("partition", default: "hash", among: ["hash", "contiguous", "bfs"], help: "how"),
]

@Suite struct ParameterTests {
  private func refusal(_ key: String, _ value: String) -> ParameterError? {
    do {
      _ = try ParameterValues([(key, value)], for: descriptions)
      return nil
    } catch {
      return error
    }
  }

  @Test func whatIsNotGivenHasItsDefault() throws {
    let values = try ParameterValues([("share", "0.5"), ("depth", "1_0")], for: descriptions)
    #expect(values.integer("depth") == 10)
    #expect(values.real("share") == 0.5)
    #expect(values.boolean("check"))
    #expect(values.text("partition") == "hash")
    #expect(values.all.map(\.key) == ["depth", "share", "check", "file", "partition"])
    #expect(try ParameterValues(values.all, for: descriptions) == values)
  }

  @Test func refusalsNameTheNearestThatIsValid() {
    #expect(refusal("dept", "3")?.description.contains("'depth'") == true)
    #expect(refusal("zebra", "3")?.description.contains("depth, share") == true)
    #expect(refusal("depth", "31")?.description.contains("the nearest is '30'") == true)
    #expect(refusal("depth", "7.6")?.description.contains("the nearest is '8'") == true)
    #expect(refusal("depth", "deep")?.description.contains("from 1 to 30") == true)
    #expect(refusal("share", "-1")?.description.contains("'0.0'") == true)
    #expect(refusal("share", "nan") != nil)
    #expect(refusal("check", "treu")?.description.contains("'true'") == true)
    #expect(refusal("partition", "hsah")?.description.contains("'hash'") == true)
    #expect(refusal("partition", "bfs") == nil && refusal("check", "off") == nil)
    #expect(throws: ParameterError.repeatedKey(key: "depth")) {
      try ParameterValues([("depth", "1"), ("depth", "2")], for: descriptions)
    }
  }

  @Test func theLibraryFindsAndSuggests() throws {
    let library = WorkloadLibrary([PuppetWorkload.self, ChaosWorkload.self])
    #expect(try library.find("chaos").name == "chaos")
    #expect(throws: WorkloadError("no workload 'chaso': did you mean 'chaos'?")) {
      try library.find("chaso")
    }
    #expect(throws: ParameterError.self) {
      try library.make("chaos", parameters: [("steps", "0")])
    }
  }
}
