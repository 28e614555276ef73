// `status` and `set`.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyProtocol
import GreyWire

extension CoordinatorEngine {
  package var status: StatusResult {
    StatusResult(
      name: configuration.cluster,
      phase: machine.isSweeping && machine.phase == .idle ? .sweep : ClusterPhase(machine.phase),
      epoch: machine.durable.highestEpoch,
      coordinator: StatusResult.Coordinator(
        pid: Int(configuration.pid), host: HostName.shown(configuration.host), term: machine.term,
        uptimeUs: Int((now - startedAt).microseconds), version: configuration.version,
        commit: configuration.commit),
      nodes: members.map(nodeStatus), runs: runSummaries,
      cycles: Int(clamping: machine.durable.cycles), lastCycle: lastCycle,
      settings: settings.map { SettingValue(key: $0.key, value: $0.value) },
      withoutRules: withoutRules)
  }

  private func nodeStatus(_ member: DurableMember) -> StatusResult.Node {
    let node = member.member.node
    var result = StatusResult.Node(
      node: node, pid: Int(member.pid), host: HostName.shown(member.host), state: .member)
    if let state = machine.members[node] {
      let silence = now - state.lastHeard
      result.silentUs = Int(silence.microseconds)
      if isLeaving(node) { result.state = .leaving }
      if silence > machine.configuration.timeouts.heartbeat.times(3) { result.state = .silent }
    }
    guard let status = statuses[node] else { return result }
    result.heapBytes = Int(clamping: status.heapBytes)
    result.triggerBytes = HeapBound.told(status.triggerBytes)
    result.goalBytes = HeapBound.told(status.goalBytes)
    result.limitBytes = Int(clamping: status.limitBytes)
    result.objects = Int(clamping: status.objects)
    result.tasks = Int(clamping: status.tasks)
    result.transitEntries = Int(clamping: status.transitEntries)
    result.unacknowledgedBytes = Int(clamping: status.unacknowledgedBytes)
    result.malformedFrames = Int(clamping: status.malformedFrames)
    return result
  }

  /// `GOGC` and `GOMEMLIMIT`, checked here so that no node has to refuse them.
  func set(_ key: String, _ value: String, client: RoutingName, id: String) {
    do throws(LiveSetting.Refusal) { _ = try LiveSetting(key, value) } catch {
      return answer(client, id, ControlError(.usage, "\(error)"))
    }
    // What the configuration says of each key is among the settings from the start.
    let all = settings + configuration.protocolConfiguration.settings
    let previous = all.first { $0.key == key }?.value ?? ""
    // In its place: people look for it where it was.
    if let place = settings.firstIndex(where: { $0.key == key }) {
      settings[place] = Setting(key, value)
    } else {
      settings.append(Setting(key, value))
    }
    paceBy(Setting(key, value))
    machine.settings = settings
    persistMemory()
    // Whoever cannot be spoken to gets it with its welcome.
    let reached = memberIDs.filter { routes[$0] != nil }
    for node in reached { send(.configure([Setting(key, value)]), to: node) }
    log(.settingChanged(key: key, from: previous, to: value))
    answer(
      client, id,
      SetResult(
        key: key, previous: previous, value: value, nodes: reached, warning: pacingWarning(key)))
  }

  /// Only what a change of these may bring about is told with it.
  private func pacingWarning(_ key: String) -> String? {
    guard ["GOGC", "GOMEMLIMIT"].contains(key), pacer.settings.gogc == nil,
      pacer.settings.softLimit == nil, !configuration.hasHeapLimit
    else { return nil }
    return LiveSetting.nothingStartsCycles
  }
}
