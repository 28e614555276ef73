// The durable state as it lies on disk: JSON, because a person may have to read it one day.

import Foundation
import GreyBasics
import GreyEvents
import GreyProtocol
import GreyWire

package struct DurableStateError: Error, CustomStringConvertible {
  package let description: String
}

private struct StoredMember: Codable {
  var node: UInt16
  var endpoint: String
  var host: String
  var pid: UInt32
  var processStart: UInt64
}

private struct StoredState: Codable {
  var schema: String
  var term: UInt64
  var highestEpoch: UInt64
  var decidedEpoch: UInt64
  var nextNode: UInt32
  var membersVersion: UInt64
  var members: [StoredMember]
  var cycles: UInt64
  /// In the order in which they were set.
  var settings: [StoredSetting]
  var nextRun: UInt64
  var nextType: Int
  var runs: [StoredRun]
  var ended: [StoredEnd]
}

private struct StoredRun: Codable {
  var run: UInt64
  var workload: String
  var parameters: [StoredSetting]
  var seed: UInt64
  var nodes: [UInt16]
  var firstType: UInt16
  var durationNanoseconds: UInt64
}

private struct StoredEnd: Codable {
  var run: UInt64
  var nodes: [UInt16]
  var epoch: UInt64
}

private struct StoredSetting: Codable {
  var key: String
  var value: String
}

/// What the engine adds to the machine's durable state. Runs and type indices that nodes have seen
/// must not come again under a restarted coordinator: a worker takes messages of a run that it saw
/// end for late ones, and an index has one meaning for ever.
struct EngineMemory {
  var settings: [Setting]
  var nextRun: UInt64 = 1
  var nextType = 1
  /// Those that were running: they still do, and must be there to be listed, cancelled, heard of.
  var runs: [RunDescription] = []
  /// Those that have ended, as long as a node may not have heard of it.
  var ended: [EndedRun] = []
}

extension StoredSetting {
  init(_ setting: Setting) { self.init(key: setting.key, value: setting.value) }
  var setting: Setting { Setting(key, value) }
}

extension StoredRun {
  init(_ run: RunDescription) {
    self.init(
      run: run.run.rawValue, workload: run.workload,
      parameters: run.parameters.map { StoredSetting($0) }, seed: run.seed,
      nodes: run.nodes.map(\.rawValue), firstType: run.firstType,
      durationNanoseconds: run.durationNanoseconds)
  }
  var description: RunDescription {
    RunDescription(
      run: RunID(rawValue: run), workload: workload, parameters: parameters.map(\.setting),
      seed: seed, nodes: nodes.map { NodeID(rawValue: $0) }, firstType: firstType,
      durationNanoseconds: durationNanoseconds)
  }
}

extension StoredEnd {
  init(_ end: EndedRun) {
    self.init(
      run: end.run.rawValue, nodes: end.nodes.map(\.rawValue), epoch: end.epoch.rawValue)
  }
  var end: EndedRun {
    EndedRun(
      run: RunID(rawValue: run), nodes: nodes.map { NodeID(rawValue: $0) },
      epoch: Epoch(rawValue: epoch))
  }
}

extension DurableState {
  private static let schema = "greywave.durable/3"

  static func decode(
    _ bytes: [UInt8]
  ) throws(DurableStateError) -> (state: DurableState, memory: EngineMemory) {
    let stored: StoredState
    do { stored = try JSONDecoder().decode(StoredState.self, from: Data(bytes)) } catch {
      throw DurableStateError(
        description: "the coordinator's durable state is damaged (\(error)); "
          + "`cluster/down` followed by `cluster/up` starts a new cluster")
    }
    guard stored.schema == Self.schema else {
      throw DurableStateError(
        description: "the coordinator's durable state is of another version: \(stored.schema), "
          + "not \(Self.schema); `cluster/down` followed by `cluster/up` starts a new cluster")
    }
    var state = DurableState()
    state.term = Term(rawValue: stored.term)
    state.highestEpoch = Epoch(rawValue: stored.highestEpoch)
    state.decidedEpoch = Epoch(rawValue: stored.decidedEpoch)
    state.nextNode = stored.nextNode
    state.membersVersion = stored.membersVersion
    state.cycles = stored.cycles
    state.members = stored.members.map {
      DurableMember(
        member: Member(node: NodeID(rawValue: $0.node), endpoint: $0.endpoint), host: $0.host,
        pid: $0.pid, processStart: $0.processStart)
    }
    let memory = EngineMemory(
      settings: stored.settings.map(\.setting), nextRun: stored.nextRun,
      nextType: stored.nextType, runs: stored.runs.map(\.description),
      ended: stored.ended.map(\.end))
    return (state, memory)
  }

  func encoded(with memory: EngineMemory) -> [UInt8] {
    let stored = StoredState(
      schema: Self.schema, term: term.rawValue, highestEpoch: highestEpoch.rawValue,
      decidedEpoch: decidedEpoch.rawValue, nextNode: nextNode, membersVersion: membersVersion,
      members: members.map {
        StoredMember(
          node: $0.member.node.rawValue, endpoint: $0.member.endpoint, host: $0.host, pid: $0.pid,
          processStart: $0.processStart)
      }, cycles: cycles,
      settings: memory.settings.map { StoredSetting($0) }, nextRun: memory.nextRun,
      nextType: memory.nextType, runs: memory.runs.map { StoredRun($0) },
      ended: memory.ended.map { StoredEnd($0) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    // Numbers and strings: there is nothing in it that could fail to encode.
    return (try? encoder.encode(stored)).map { Array($0) } ?? []
  }
}
