// What a node is told of the way to its coordinator, and what follows from it.

import GreyBasics
import GreyCommands
import GreyEvents
import GreyRuntime
import Testing

@Suite struct JoiningTests {
  private func launched(_ arguments: [String]) throws -> (CommandStatus, ProcessLaunch?, World) {
    var world = try World()
    let launch = Guarded<ProcessLaunch?>(nil)
    world.context.runtime.node = { taken in
      launch.withLock { $0 = taken }
      return .ok
    }
    let command = try GreywaveCommand.parsed(["node"] + arguments)
    let status = try #require(command as? any Verb).perform(world.context)
    return (status, launch.withLock { $0 }, world)
  }

  @Test(arguments: [
    ["--coordinator", "tcp://127.0.0.1:7000"],
    ["--coordinator", "tcp://10.0.0.1:7000", "--option", "host=10.0.0.2"],
    ["--coordinator", "tcp://10.0.0.1:7000", "--option", "advertise=10.0.0.2"],
  ])
  func aCoordinatorThatIsReachedByTcpHasNodesThatAre(arguments: [String]) throws {
    let (status, launch, _) = try launched(arguments)
    #expect(status == .ok)
    #expect(launch?.configuration.values.transport == .tcp)
    #expect(launch?.coordinatorEndpoint == arguments[1])
  }

  @Test func anIpcCoordinatorChangesNothing() throws {
    let (_, launch, _) = try launched(["--coordinator", "ipc:///x/coordinator"])
    #expect(launch?.configuration.values.transport == .ipc)
  }

  @Test func whatContradictsTheCoordinatorsEndpointIsRefused() throws {
    let (status, launch, world) = try launched(
      ["--coordinator", "tcp://127.0.0.1:7000", "--transport", "ipc"])
    #expect(status == .usage && launch == nil)
    #expect(
      world.heard.notes[0].contains("--transport: transport = ipc does not go with --coordinator"),
      "\(world.heard.notes)")
  }

  @Test func aNodeThatNobodyElseCouldReachIsRefusedWithTheRemedy() throws {
    let (status, launch, world) = try launched(["--coordinator", "tcp://10.0.0.1:7000"])
    #expect(status == .usage && launch == nil)
    #expect(world.heard.notes[0].contains("--option host=ADDRESS"), "\(world.heard.notes)")
  }

  @Test func aCoordinatorsPortIsAKey() throws {
    #expect(try EffectiveConfiguration().values.port == nil)
    let chosen = try EffectiveConfiguration(file: ("c.yaml", "port: 7000"))
    #expect(chosen.values.port == 7_000)
    #expect(throws: ConfigurationError.self) {
      try EffectiveConfiguration(file: ("c.yaml", "port: 70000"))
    }
  }

  @Test func aHostIsToldApartFromOthersOfItsName() {
    let host = Machine.hostOfProcesses
    #expect(host.hasPrefix(Machine.current.host + "/"))
    #expect(host.split(separator: "/").last?.contains("-") == true, "\(host)")
  }
}
