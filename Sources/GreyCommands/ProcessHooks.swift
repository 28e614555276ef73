// From a configuration to a running process: what `coordinator` and `node` do.

import Foundation
import Glibc
import GreyBasics
import GreyEngine
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyRuntime
import GreyWire

struct ProcessHooks {
  let launch: ProcessLaunch
  let library: WorkloadLibrary

  private var values: ClusterConfiguration { launch.configuration.values }
  private var cluster: String { launch.paths.name.description }

  func runCoordinator() throws -> CommandStatus {
    // Before any thread: signals are blocked for all that come.
    let signals = SignalWatch()
    let log = try makeLog(stem: "coordinator", process: .coordinator)
    var configuration = CoordinatorConfiguration(
      cluster: cluster, protocolConfiguration: protocolConfiguration)
    configuration.pid = getpid()
    configuration.host = Machine.hostOfProcesses
    configuration.version = launch.build.version
    configuration.commit = launch.build.commit
    configuration.wallTime = .now
    configuration.durationGrace = values.durationGrace
    configuration.scaleLimits(by: values.timeScale)
    configuration.seed = UInt64(clamping: values.seed)
    configuration.periodicCycle = values.periodicCycle
    configuration.hasHeapLimit = values.heapLimit != nil
    announce(log)
    let durable = DurableFile(path: launch.paths.stateFile)
    let engine = try CoordinatorEngine(
      configuration: configuration, library: library, durable: durable.read(),
      now: MonotonicClock.now)
    let process = try CoordinatorProcess(
      places: CoordinatorProcess.Places(
        nodesEndpoint: values.transport == .ipc
          ? "ipc://" + launch.paths.coordinatorSocket : tcpEndpoint,
        controlEndpoint: launch.paths.controlEndpoint),
      durable: durable, signals: signals, log: log, engine: engine)
    try Files.writeWhole(advertised(process.nodesEndpoint) + "\n", to: launch.paths.endpointFile)
    // ZeroMQ leaves the files of its sockets. The lock is still held, so they are nobody else's.
    defer {
      unlink(launch.paths.controlSocket)
      unlink(launch.paths.coordinatorSocket)
    }
    return process.run() == 0 ? .ok : .checkFailed
  }

  func runNode() throws -> CommandStatus {
    let signals = SignalWatch()
    let pid = Int(getpid())
    let log = try makeLog(stem: "node-\(pid)", process: .joining(pid: pid))
    announce(log)
    let process = try NodeProcess(
      places: NodeProcess.Places(
        coordinatorEndpoint: launch.coordinatorEndpoint,
        bindEndpoint: values.transport == .ipc
          ? "ipc://" + launch.paths.nodeSocket(pid: pid) : "tcp://\(values.host):*"),
      signals: signals, log: log
    ) { endpoint, wakeups in
      NodeEngine(
        configuration: nodeConfiguration(pid: pid, endpoint: advertised(endpoint)),
        library: library,
        wakeups: wakeups, now: MonotonicClock.now)
    }
    let paths = launch.paths
    let status = process.run { ProcessTable.unregister(.current(.node), in: paths) }
    return status == 0 ? .ok : .checkFailed
  }

  /// Where the port was the system's choice, a restarted coordinator listens on that one again,
  /// because it is where the nodes look for it.
  private var tcpEndpoint: String {
    if let port = values.port { return "tcp://\(values.host):\(port)" }
    let text = Files.text(of: launch.paths.endpointFile) ?? ""
    let former = text.prefix { !$0.isNewline }
    guard former.hasPrefix("tcp://"), let colon = former.lastIndex(of: ":") else {
      return "tcp://\(values.host):*"
    }
    return "tcp://\(values.host)\(former[colon...])"
  }

  /// What others connect to, where that is not what was bound.
  private func advertised(_ endpoint: String) -> String {
    guard values.transport == .tcp, let address = values.advertise,
      let colon = endpoint.lastIndex(of: ":")
    else { return endpoint }
    return "tcp://\(address)\(endpoint[colon...])"
  }

  private func announce(_ log: EventLog) {
    log.write(
      .processStarted(
        pid: Int(getpid()), cluster: cluster, version: launch.build.version,
        commit: launch.build.commit, host: Machine.current.host))
    if !values.without.isEmpty {
      log.write(.unsafeLab(withoutRules: values.without.map(\.rawValue)))
    }
  }

  private func makeLog(stem: String, process: ProcessName) throws -> EventLog {
    let log = try EventLog(
      folder: launch.record.path, stem: stem, process: process,
      level: EventLevel(rawValue: values.logLevel.rawValue) ?? .info,
      isUnsafe: !values.without.isEmpty, maximumBytes: values.logFileBytes,
      maximumFiles: values.logFiles)
    log.adoptLibraries()
    return log
  }

  private var protocolConfiguration: ProtocolConfiguration {
    var timeouts = Timeouts()
    timeouts.heartbeat = values.heartbeat
    timeouts.stopLimit = values.stopLimit
    timeouts.stopLease = values.stopLimit * 2
    timeouts.fenceAfter = values.fenceAfter
    timeouts.orphan = values.orphanTimeout
    return ProtocolConfiguration(
      cluster: cluster, wireVersion: WireVersion.current, timeouts: timeouts,
      timeScale: values.timeScale,
      detector: values.detector == .channelCounts ? .channelCounts : .fourCounters,
      rules: values.rules,
      settings: ConfigurationKey.all.filter(\.isLive).map { Setting($0.name, $0.read(values)) })
  }

  private func nodeConfiguration(pid: Int, endpoint: String) -> NodeConfiguration {
    var configuration = NodeConfiguration(
      identity: NodeIdentity(
        cluster: cluster, wireVersion: WireVersion.current, pid: UInt32(pid),
        processStart: ProcessIdentity.current.startTicks, host: Machine.hostOfProcesses,
        endpoint: endpoint),
      protocolConfiguration: protocolConfiguration)
    configuration.workers = values.workers
    configuration.backgrounds = values.markWorkers
    configuration.arenaBytes = values.heapArena
    configuration.limitBytes = values.heapLimit
    configuration.poisonsFreed = values.poisonFreed || values.lab
    configuration.quarantineBytes = values.lab ? values.labQuarantine : 0
    configuration.scavengeAfter = values.scavengeAfter
    configuration.growthPercent = values.gogc
    configuration.markUtilization = Double(values.markUtilization) / 100
    configuration.quantumObjects = values.quantumObjects
    configuration.softLimitBytes = values.goMemoryLimit
    configuration.minimumHeapBytes = values.minimumHeap
    configuration.batchReferences = values.greyBatch
    configuration.drainLimit = configuration.drainLimit * values.timeScale
    configuration.logLevel = EventLevel(rawValue: values.logLevel.rawValue) ?? .info
    configuration.link.windowBytes = values.linkWindow
    configuration.link.acknowledgeAfter = values.linkAcknowledgeAfter
    configuration.link.resendAfter = values.linkResendAfter
    configuration.link.scaleTimes(by: values.timeScale)
    configuration.worker.messagesAQuantum = values.quantumMessages
    configuration.worker.mailboxCapacity = values.mailboxLimit
    configuration.worker.memoryPatience = values.allocationPatience * values.timeScale
    configuration.worker.checksEveryAccess = values.lab
    configuration.worker.threadTime = ThreadClock.real.spent
    configuration.worker.wallTime = { Int(WallTime.now.nanoseconds) }
    if launch.printsOutput {
      configuration.worker.output = { Terminal.write($0, to: $1 == .standard ? 3 : 4) }
    }
    // Tasks wait for assists here: many short ones.
    configuration.worker.assistAdvanceBytes = 16 << 10
    configuration.worker.assistObjectsAtOnce = 64
    return configuration
  }
}
