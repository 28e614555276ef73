// Termination by Mattern's four counters ("Algorithms for distributed termination detection",
// 1987): two waves, each summing what all members sent and received.
//
//   wave 1 → S1, R1        wave 2, begun when wave 1 is complete → S2, R2
//   candidate when every answer is idle and R1 = S2
//
// Why two: within one wave the answers are of different moments, and a batch received after its
// receiver's answer, whose sending was not counted either, makes the sums equal by accident. Sums
// only rise, and received ≤ sent at any one moment. R1 was reached before wave 2 began, S2 after
// wave 1 ended; so R1 = S2 means that nothing was sent or received between the two waves, and
// that at any moment between them nothing was on its way.
//
// A pair of waves begins when all members have reported idle. Where it fails, the next begins at
// the next change that a member reports by itself (whatever was on its way changes its receiver's
// counts), so waves do not run in circles while one batch is slow.

import GreyBasics
import GreyWire

package struct FourCounters: TerminationDetector {
  private struct Sums: Hashable {
    var sent: UInt64
    var received: UInt64
  }

  private let members: [NodeID]
  private let rules: RuleSet
  /// Who said by itself that it is idle, since the last `forget`.
  private var idle = SortedSet<NodeID>()
  private var wave: UInt64 = 0
  private var isWaveOut = false
  private var answers = SortedMap<NodeID, MarkReport>()
  /// Of the first wave, while the second is out.
  private var first: Sums?
  /// A member reported by itself since the pair of waves began.
  private var hasChanged = false

  package init(members: [NodeID], rules: RuleSet) {
    self.members = countedMembers(members, rules: rules)
    self.rules = rules
  }

  package mutating func note(_ report: MarkReport, from node: NodeID) -> Finding {
    if report.wave == 0 {
      if report.isIdle { idle.insert(node) } else { idle.remove(node) }
      hasChanged = true
      return isWaveOut ? .nothing : beginIfAllIdle()
    }
    guard isWaveOut, report.wave == wave else { return .nothing }
    if report.isIdle { idle.insert(node) } else { idle.remove(node) }
    answers[node] = report
    guard members.allSatisfy({ answers.contains($0) }) else { return .nothing }
    isWaveOut = false
    return judge()
  }

  /// The wave is complete.
  private mutating func judge() -> Finding {
    let isAllIdle = members.allSatisfy { answers[$0]?.isIdle ?? false }
    var sums = Sums(sent: 0, received: 0)
    for member in members {
      let total = answers[member]?.total(with: members) ?? (sent: 0, received: 0)
      sums.sent &+= total.sent
      sums.received &+= total.received
    }
    if isAllIdle, let first {
      self.first = nil
      if first.received == sums.sent || !rules.contains(.countBatches) { return .candidate }
    } else if isAllIdle, sums.received == sums.sent || !rules.contains(.countBatches) {
      first = sums
      return ask()
    }
    first = nil
    return hasChanged ? beginIfAllIdle() : .nothing
  }

  private mutating func beginIfAllIdle() -> Finding {
    guard members.allSatisfy({ idle.contains($0) }) else { return .nothing }
    hasChanged = false
    first = nil
    return ask()
  }

  private mutating func ask() -> Finding {
    wave += 1
    isWaveOut = true
    answers.removeAll()
    return .ask(wave: wave)
  }

  package mutating func askAgain() -> Finding {
    first = nil
    hasChanged = false
    return ask()
  }

  package var reports: SortedMap<NodeID, MarkReport> { answers }

  package mutating func forget() {
    idle = SortedSet()
    answers.removeAll()
    first = nil
    isWaveOut = false
    hasChanged = false
  }
}
