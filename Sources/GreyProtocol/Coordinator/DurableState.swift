// What a coordinator must not forget when it dies: written before what it allows is used.
//
//   term            before anything is sent under it
//   highestEpoch    before its PREPARE: an epoch's number is never used for two attempts
//   decidedEpoch    before the first SWEEP: whoever comes next sweeps it, and aborts all others
//   nextNode        before a WELCOME: an id is never given twice
//   members         before they hear of a change: a successor waits for everyone on anybody's list

import GreyBasics
import GreyWire

package struct DurableMember: Hashable, Sendable {
  package var member: Member
  package var host: String
  package var pid: UInt32
  package var processStart: UInt64
  package init(member: Member, host: String, pid: UInt32, processStart: UInt64) {
    self.member = member
    self.host = host
    self.pid = pid
    self.processStart = processStart
  }
}

package struct DurableState: Hashable, Sendable {
  package var term: Term = .zero
  package var highestEpoch: Epoch = .zero
  package var decidedEpoch: Epoch = .zero
  /// The next incarnation's id. Wider than an id: 65 536 means that they have run out.
  package var nextNode: UInt32 = 1
  package var membersVersion: UInt64 = 0
  /// Ascending by id.
  package var members: [DurableMember] = []
  /// Completed cycles.
  package var cycles: UInt64 = 0
  package init() {}
}
