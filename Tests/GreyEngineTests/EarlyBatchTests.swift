// A batch that comes before its epoch is armed: the rule `hold-early`, at the node's engine.
//
// Stop 1 ends only when everybody is armed, so a batch comes early only where something else has
// gone wrong too (a member that the coordinator does not wait for; a lease that ended). Its sender
// counts what is in it as known to be shaded and never sends it again. The rule is what makes a
// node safe by itself: here the engine is real, and the test is its coordinator and its peer.

import GreyBasics
import GreyEngine
import GreyHeap
import GreyProtocol
import GreyWire
import Testing

@Suite struct EarlyBatchTests {
  private let epoch = Epoch(rawValue: 1)
  private let first = StopNumber(rawValue: 1)
  private let second = StopNumber(rawValue: 2)

  /// Node 2's only reference to an object of node 1 is in a batch that comes before stop 1; whether
  /// the object outlives the cycle that is decided afterwards.
  private func outlives(_ rules: RuleSet, early: Bool) throws -> Bool {
    let node = try LoneNode(rules: rules)
    let heap = try node.heap
    let type = try heap.types.append(
      TypeDescription(name: "pair", words: 2, referenceWords: [0, 1]))
    let cache = heap.makeCache()
    let object = try cache.allocate(type: type)
    let garbage = try cache.allocate(type: type)
    cache.dropRuns()

    try node.say(.prepare(epoch: epoch))
    if early { try node.hearGrey(epoch, [object]) }
    let members = [NodeID(1), NodeID(2)]
    try node.say(
      .stopAndArm(epoch: epoch, stop: first, members: members, lease: .seconds(60)))
    #expect(node.isStopped)
    try node.say(.resume(stop: first))
    if !early { try node.hearGrey(epoch, [object]) }
    try node.turn()
    try node.say(.stopAndConfirm(epoch: epoch, stop: second, lease: .seconds(60)))
    try node.say(.sweep(epoch: epoch))
    try node.turn()
    #expect(!heap.isAllocated(address: garbage.address), "the cycle was completed")
    return heap.isAllocated(address: object.address)
  }

  @Test func whatIsInABatchThatComesEarlyLives() throws {
    #expect(try outlives(.all, early: false))
    #expect(try outlives(.all, early: true))
  }

  @Test func withoutTheRuleItIsLost() throws {
    let rules = RuleSet(without: [.holdEarly])
    #expect(try outlives(rules, early: false))
    #expect(try !outlives(rules, early: true))
  }
}
