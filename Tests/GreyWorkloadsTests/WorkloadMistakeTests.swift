// Self-checks that can fail: objects are damaged under a running workload, which must notice.

import GreyBasics
import GreyWorkloads
import Testing

/// From some round on, before every round: a word of every object of a type gets a value.
struct Damage: CustomTestStringConvertible, Sendable {
  let run: SmallRun
  /// The type's place among the workload's.
  let type: Int
  let words: [Int]
  let value: UInt64
  let afterRound: Int
  /// Part of the message with which the run must fail.
  let message: String
  var testDescription: String { "\(run.workload): word \(words) of type \(type)" }

  init(
    _ workload: String, type: Int = 0, words: [Int], value: UInt64, after round: Int = 30,
    message: String
  ) {
    run = SmallRun.named(workload)
    self.type = type
    self.words = words
    self.value = value
    afterRound = round
    self.message = message
  }

  static let all = [
    Damage("binary-trees", words: [0, 1], value: 0, message: "nodes counted"),
    Damage("gcbench", words: [0, 1], value: 0, after: 12, message: "nodes counted"),
    Damage("gcbench", words: [2], value: 5, after: 12, message: "data in a node"),
    Damage("gcbench", type: 1, words: [700], value: 5, after: 12, message: "array[700]"),
    Damage("rings", words: [1], value: 99, message: "of ring 99"),
    Damage("rings", words: [2], value: 2, message: "place 2"),
    Damage("list-across", words: [3], value: 77, message: "says that it is element 77"),
    Damage("list-across", words: [2], value: 9, message: "of list 9"),
    Damage("churn", type: 2, words: [0], value: 1, message: "begins with 1"),
    Damage("churn", type: 2, words: [2], value: 1, message: "ends with 1"),
    Damage("graph", type: 1, words: [2], value: 1, message: "the stamp 1"),
    Damage("hot-potato", words: [1], value: 1000, message: "stops, its messages"),
    Damage("hot-potato", words: [2], value: 3, message: "no potato"),
    Damage("kv", type: 1, words: [2], value: 500, message: "version 500"),
    Damage("kv", type: 1, words: [1], value: 500, message: "value of key 500"),
    Damage("kv", type: 2, words: [0], value: 500, message: "is another object"),
  ]
}

@Suite("The self-check of a workload")
struct WorkloadMistakeTests {
  @Test("notices damaged objects", arguments: Damage.all)
  func damage(_ damage: Damage) throws {
    let cluster = try TestCluster(nodes: 2, roundsBetweenCycles: nil)
    let ending = cluster.run(damage.run.workload, damage.run.parameters) { cluster in
      guard cluster.round > damage.afterRound else { return }
      cluster.forEachObject(ofType: damage.type) { _, words, count in
        for word in damage.words where word < count { words[word] = damage.value }
      }
    }
    let end = try #require(ending, "it does not end")
    #expect(!end.ok)
    #expect(end.message.contains(damage.message), "\(end.message)")
  }

  @Test("notices a chain of a ring, list or map that leads nowhere")
  func brokenChains() throws {
    for (workload, type, word) in [("rings", 0, 0), ("churn", 1, 2), ("hot-potato", 0, 0)] {
      let run = SmallRun.named(workload)
      let cluster = try TestCluster(nodes: 2, roundsBetweenCycles: nil)
      let end = try #require(
        cluster.run(run.workload, run.parameters) { cluster in
          guard cluster.round > 50 else { return }
          cluster.forEachObject(ofType: type) { _, words, _ in words[word] = 0 }
        }, "\(workload) does not end")
      #expect(!end.ok, "\(workload)")
    }
  }
}
