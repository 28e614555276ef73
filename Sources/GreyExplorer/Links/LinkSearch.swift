// All states of two links and a connection that breaks.
//
// Exactly one delivery, in order, of every message; a root that is released only once its message
// is placed; and, when nothing is left to do before time has run out, every message delivered and
// every root released. The states are few (thousands), so each is kept as it is.

import GreyBasics
import GreyProtocol
import GreyWire

package struct LinkSearch {
  private struct Node {
    var pair: LinkPair
    var origin: Int
    var step: LinkPair.Step?
  }

  /// What is walked by default, in words.
  package static let scope = "2 links, 2 messages, 1 broken connection"

  /// What a link knows of; nothing of any other rule is in it.
  package static let rules = [Rule.linkSequence, .placedAfterPlacement]

  private let first: LinkPair

  /// - Parameters:
  ///   - messages: that each of the two ends sends.
  ///   - breaks: how often the connection breaks.
  package init(messages: [Int] = [2, 0], breaks: Int = 1, rules: RuleSet = .all) {
    first = LinkPair(messages: messages, breaks: breaks, rules: rules)
  }

  package func run(
    limits: SearchLimits = SearchLimits(), goesOn: (SearchProgress) -> Bool = { _ in true }
  ) -> Finding {
    var progress = SearchProgress()
    var nodes = [Node(pair: first, origin: 0, step: nil)]
    var seen: Set<LinkPair> = [first]
    var next = 0
    var layerEnd = 1
    while next < nodes.count {
      let pair = nodes[next].pair
      let steps = pair.steps
      for step in steps {
        var after = pair
        after.take(step)
        progress.transitions += 1
        guard seen.insert(after).inserted else { continue }
        nodes.append(Node(pair: after, origin: next, step: step))
        if !after.violation.isEmpty {
          progress.states = nodes.count
          return told(.lost, nodes, nodes.count - 1, after.violation, progress)
        }
      }
      progress.states = nodes.count
      if !pair.isDone, !pair.isOutOfTime, steps.allSatisfy({ $0 == .breaks }) {
        let what = "a message is not delivered, or its root not released, and nothing is due"
        return told(.stuck, nodes, next, what, progress)
      }
      next += 1
      if next == layerEnd, next < nodes.count {
        progress.depth += 1
        layerEnd = nodes.count
      }
      if next & 1023 == 0 {
        progress.waiting = nodes.count - next
        if nodes.count >= limits.states { return unfinished(progress, "states") }
        if !goesOn(progress) { return unfinished(progress, "time") }
      }
    }
    return Finding(verdict: .safe, progress: progress)
  }

  private func unfinished(_ progress: SearchProgress, _ limit: String) -> Finding {
    Finding(verdict: .unfinished, progress: progress, limit: limit)
  }

  private func told(
    _ verdict: Finding.Verdict, _ nodes: [Node], _ last: Int, _ what: String,
    _ progress: SearchProgress
  ) -> Finding {
    var path: [Int] = []
    var index = last
    while index != 0 {
      path.append(index)
      index = nodes[index].origin
    }
    path.reverse()
    let lines = path.map { index in
      nodes[index].step.map { Self.words($0, before: nodes[nodes[index].origin].pair) } ?? ""
    }
    return Finding(verdict: verdict, progress: progress, story: lines, outcome: what)
  }

  private static func words(_ step: LinkPair.Step, before pair: LinkPair) -> String {
    switch step {
    case .send(let end): "node \(end + 1) sends message \(pair.ends[end].messages.count + 1)"
    case .arrive(let end):
      "node \(end + 1) receives " + words(pair.ends[1 - end].frames.first)
    case .accept(let end, let number): "node \(end + 1) takes message \(number + 1)"
    case .place(let end, let number): "node \(end + 1) places message \(number + 1)"
    case .tick(let end): "a limit of node \(end + 1) has passed"
    case .breaks: "the connection breaks, and is made anew"
    }
  }

  private static func words(_ frame: LinkFrame?) -> String {
    switch frame {
    case .hello: "a hello"
    case .data(let sequence, _, let acknowledgement, _):
      "frame \(sequence)" + (acknowledgement.map { ", and " + words($0) } ?? "")
    case .acknowledge(let acknowledgement): words(acknowledgement)
    case .query: "a question"
    case .refuse: "a refusal"
    case nil: "nothing"
    }
  }

  private static func words(_ said: Acknowledgement) -> String {
    "received \(said.received)"
      + (said.placed.isEmpty
        ? "" : ", placed \(said.placed.map(String.init).joined(separator: ", "))")
  }
}
