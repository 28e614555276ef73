// Every line of a log belongs to one attempt, also where one ends and the next begins at once.

import GreyBasics
import GreyEvents
import GreyProtocol
import GreyWire
import Testing

@testable import GreyEngine

@Suite struct EpochTests {
  /// What `logs --cycle` would show of the coordinator's lines.
  private func transitions(of cycle: Int, in reign: Reign) -> [String] {
    var sieve = CycleSieve(cycle: cycle)
    return zip(reign.logged, reign.epochs).flatMap { event, epoch in
      sieve.take(
        EventRecord(
          time: WallTime(nanoseconds: 0), moment: .zero, process: .coordinator, epoch: epoch,
          event: event))
    }.compactMap { record in
      guard case .phaseTransition(let from, let to, _, _) = record.event else { return nil }
      return "\(from.rawValue)>\(to.rawValue)"
    }
  }

  @Test func backToBackCyclesHaveLinesOfTheirOwn() throws {
    let reign = try Reign()
    try reign.hello(1)
    try reign.ask(.gc(timeoutUs: nil))
    let first = reign.engine.machine.durable.highestEpoch
    // A stop that is not answered: from here on epochs are ahead of cycles.
    try reign.say(.prepared(epoch: first), from: [1])
    try reign.pass(seconds: 3)
    #expect(reign.engine.machine.durable.highestEpoch > first)
    // Wanted while one is under way, it begins as soon as that is over: with the same input.
    try reign.finishCycle([1]) { try reign.ask(.gc(timeoutUs: nil)) }
    #expect(reign.engine.machine.durable.highestEpoch.rawValue == first.rawValue + 2)
    try reign.finishCycle([1])
    let common = ["idle>prepare", "prepare>stop1", "stop1>mark", "mark>stop2", "stop2>sweep"]
    // The second is prepared while the first's garbage is still being freed.
    #expect(transitions(of: 1, in: reign) == common + ["sweep>prepare"])
    #expect(transitions(of: 2, in: reign) == common + ["sweep>idle"])
  }
}
