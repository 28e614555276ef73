// A cluster without nodes: what cannot be done there is refused with what to do about it.

import GreyBasics
import GreyEvents
import Testing

@testable import GreyEngine

@Suite struct EmptyClusterTests {
  @Test(arguments: [
    ControlVerb.gc(timeoutUs: nil), .verify, .step(action: .begin, quantum: nil),
    .run(
      workload: "waiting", parameters: [:], seed: nil, durationUs: nil, nodes: nil, detach: nil),
  ])
  func theRefusalSaysHowToGetNodes(_ verb: ControlVerb) throws {
    let reign = try Reign()
    try reign.ask(verb)
    guard case .error(let error)? = reign.replies.last?.content else {
      Issue.record("no error: \(reign.replies)")
      return
    }
    #expect(error.message.hasSuffix("start some with: cluster/up --name test --nodes N"))
    #expect(error.code == .failed || error.code == .busy)
  }
}
