// Looking at the heap: for the pacer, for heartbeats, and for who has to assist.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire

extension NodeEngine {
  func lookAtHeap(_ core: NodeCore) {
    guard pace.nextLook <= now else { return }
    if marking != nil {
      pace.marked(
        heapBytes: core.heap.objectBytes, scannableBytes: core.heap.scannableBytes,
        scanned: core.collector.totals.bytesScanned)
      core.assists.revise(pace.pacer)
      return pace.lookAgain(at: now)
    }
    let tells = pace.look(
      core.heap.statistics, stackBytes: core.stackBytes, globalBytes: core.globalBytes, now: now)
    setAlarm(core)
    if tells, machine.hasCoordinator { send(.heartbeat(filledIn(NodeStatus()))) }
  }

  /// Not past the trigger, nor while garbage is freed that still counts: then the engine looks by
  /// itself, every two milliseconds.
  func setAlarm(_ core: NodeCore) {
    let trigger = pace.pacer.trigger
    let isDue = marking != nil || sweeping != nil || core.heap.objectBytes >= trigger
    core.heap.setAlarm(bytes: isDue ? .max : trigger)
  }

  /// The figures of a heartbeat, as they are now.
  func filledIn(_ status: NodeStatus) -> NodeStatus {
    guard let core else { return status }
    var status = status
    let heap = core.heap.statistics
    status.epoch = machine.armedEpoch
    status.isMarking = marking != nil
    status.isSweeping = core.heap.isSweeping
    status.heapBytes = UInt64(clamping: heap.objectBytes)
    status.triggerBytes = UInt64(clamping: pace.pacer.trigger)
    status.goalBytes = UInt64(clamping: pace.pacer.goal)
    status.limitBytes = UInt64(clamping: pace.pacer.settings.memoryLimit ?? 0)
    status.heapLimitBytes = UInt64(
      clamping: core.heap.limitBytes ?? core.heap.configuration.arenaBytes)
    status.isMemoryLimited = pace.pacer.isMemoryLimited
    status.isLeaving = isLeaving
    status.objects = UInt64(clamping: heap.objects)
    status.tasks = UInt64(clamping: core.workers.reduce(0) { $0 + $1.figures.tasks })
    status.transitEntries = UInt64(
      clamping: core.workers.reduce(0) { $0 + $1.figures.transitEntries })
    status.unacknowledgedBytes = UInt64(
      clamping: peers.reduce(0) { $0 + $1.link.unacknowledgedBytes })
    status.malformedFrames = UInt64(clamping: malformedFrames)
    status.severedPeers = peers.filter(\.link.isSevered).map(\.node)
    status.unreadablePeers = peers.filter(\.isUnreadable).map(\.node)
    if let running = core.stop.firstRunning, pause != nil,
      let task = core.workers[running].runningTask
    {
      status.runningTask = "task \(task.task.rawValue) of run \(task.run.rawValue)"
    }
    return status
  }

  /// A setting of the coordinator's: `GOGC` and `GOMEMLIMIT` mean what they mean in Go.
  func apply(_ setting: Setting) {
    var settings = pace.pacer.settings
    do throws(LiveSetting.Refusal) {
      let change = try LiveSetting(setting.key, setting.value)
      if case .logLevel(let level) = change {
        // The log reads what is written to it: see `EventLog`.
        if level != logLevel {
          log(.settingChanged(key: setting.key, from: logLevel.rawValue, to: level.rawValue))
        }
        logLevel = level
      }
      guard settings.apply(change) else { return }
    } catch { return log(.remark(text: "\(error)")) }
    pace.apply(settings)
    guard let core else { return }
    setAlarm(core)
    core.assists.revise(pace.pacer)
    core.markUtilization = settings.backgroundUtilization
  }
}
