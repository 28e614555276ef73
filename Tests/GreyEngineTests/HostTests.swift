// Pids mean something on their own host only: of other hosts' processes none is watched.

import GreyBasics
import GreyEvents
import GreyProtocol
import GreyWire
import Testing

@testable import GreyEngine

@Suite struct HostTests {
  @Test(arguments: ["there", "here/1-2", "her"])
  func whoIsOnAnotherHostIsNotWatched(host: String) throws {
    let reign = try Reign()
    try reign.hello(1)
    try reign.hello(2, host: host)
    #expect(reign.engine.memberNodes == [NodeID(1), NodeID(2)])
    #expect(reign.watched == [1])
    // A process here that happens to have the same pid and start says nothing about it.
    try reign.give(.processEnded(pid: 2, startTicks: 1))
    #expect(reign.engine.memberNodes == [NodeID(1), NodeID(2)])
    try reign.give(.processEnded(pid: 1, startTicks: 1))
    #expect(reign.engine.memberNodes == [NodeID(2)])
    // Nor does a successor watch it.
    let next = try Reign(after: reign.written.last?.bytes)
    try next.pass(seconds: 1)
    #expect(next.watched.isEmpty)
  }

  @Test func aHostIsShownByItsNameAlone() throws {
    let name = HostName.make("lab-3", boot: "5d0e9a7c", namespace: "4026531836")
    #expect(name == "lab-3/5d0e9a7c-4026531836")
    #expect(HostName.shown(name) == "lab-3" && HostName.shown("lab-3") == "lab-3")
    #expect(HostName.make("lab-3", boot: "", namespace: "") == "lab-3")
    let reign = try Reign()
    try reign.hello(1, host: name)
    #expect(reign.engine.status.nodes.map(\.host) == ["lab-3"])
    #expect(
      reign.logged.contains {
        if case .nodeJoined(_, _, "lab-3", _, _) = $0 { true } else { false }
      })
  }
}
