// Whoever is turned away leaves nothing in a coordinator but a count and a few lines.

import GreyBasics
import GreyEvents
import GreyMutator
import GreyProtocol
import GreyWire
import Testing

@testable import GreyEngine

@Suite struct StrangerEngineTests {
  private static func coordinator() throws -> CoordinatorEngine {
    try CoordinatorEngine(
      configuration: CoordinatorConfiguration(
        cluster: "test",
        protocolConfiguration: ProtocolConfiguration(
          cluster: "test", wireVersion: WireVersion.current), host: "here"),
      library: WorkloadLibrary([]), durable: nil, now: .zero)
  }

  private static func hello(of cluster: String, pid: UInt32) throws -> [UInt8] {
    let hello = Hello(
      version: WireVersion.current, cluster: cluster, pid: pid, processStart: 1, host: "here",
      endpoint: "ipc:x", node: .none, term: .zero, highestEpoch: .zero, members: [])
    return try NodeMessage.hello(hello).encoded(
      in: ControlEnvelope(term: .zero, clusterName: cluster))
  }

  @Test func strangersLeaveNoEntryAndFewLines() throws {
    let engine = try Self.coordinator()
    let now = Moment.zero + .seconds(100)
    var lines = 0
    var refusals = 0
    for number in 0..<1_000 {
      let name: RoutingName = [0, UInt8(number >> 8), UInt8(truncatingIfNeeded: number)]
      let frame = number % 2 == 0 ? [1, 2, 3] : try Self.hello(of: "other", pid: UInt32(number))
      for effect in engine.handle(.nodeFrame(connection: name, frame), now: now) {
        switch effect {
        case .log(.malformedFrame, _), .log(.nodeRefused, _): lines += 1
        case .sendToNode: refusals += 1
        default: break
        }
      }
    }
    #expect(engine.numbers.isEmpty && engine.names.isEmpty)
    #expect(engine.malformedFrames == 500)
    #expect(refusals == 500, "each who says hello hears why it is not let in")
    #expect(lines == 20)
  }

  @Test func aMemberKeepsItsEntryUntilItIsGone() throws {
    let engine = try Self.coordinator()
    let now = Moment.zero + .seconds(100)
    let name: RoutingName = [0, 7]
    let frame = try Self.hello(of: "test", pid: 7)
    _ = engine.handle(.nodeFrame(connection: name, frame), now: now)
    #expect(engine.memberNodes == [NodeID(1)] && engine.isKnown(name))
    #expect(engine.numbers.count == 1)
    _ = engine.handle(.processEnded(pid: 7, startTicks: 1), now: now)
    #expect(engine.memberNodes.isEmpty && engine.numbers.isEmpty && engine.names.isEmpty)
  }
}
