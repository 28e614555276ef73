// The durable state as it lies on disk: JSON, because a person may have to read it one day.
//
// It is one object of two parts: what the machine writes in every cycle, once while the world
// stands still, and what only commands and ends of runs change. The second is encoded when it
// changes, and its members are put beside the first's.

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

/// The machine's part, as it is read.
private struct StoredState: Decodable {
  var schema: String
  var term: UInt64
  var highestEpoch: UInt64
  var decidedEpoch: UInt64
  var nextNode: UInt32
  var membersVersion: UInt64
  var members: [StoredMember]
  var cycles: UInt64
}

/// The engine's part.
private struct StoredMemory: Codable {
  /// In the order in which `status` shows them.
  var settings: [StoredSetting]
  var nextRun: UInt64
  var nextType: Int
  var runs: [StoredRun]
  var ended: [StoredEnd]
  var history: [StoredHistory]
}

private struct StoredRun: Codable {
  var run: UInt64
  var workload: String
  var parameters: [StoredSetting]
  var seed: UInt64
  var nodes: [UInt16]
  var firstType: UInt16
  var durationNanoseconds: UInt64
  /// ISO 8601.
  var started: WallTime
  var cyclesAtStart: UInt64
  var lostObject: String?
}

private struct StoredHistory: Codable {
  var run: UInt64
  var workload: String
  var state: RunSummary.State
  var nodes: [UInt16]
  var elapsedUs: Int
  var message: String
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
  var runs: [StartedRun] = []
  /// Those that have ended, as long as a node may not have heard of it.
  var ended: [EndedRun] = []
  /// The last of those that have ended, for `ps` and `status`.
  var history: [RunSummary] = []
}

extension StoredSetting {
  init(_ setting: Setting) { self.init(key: setting.key, value: setting.value) }
  var setting: Setting { Setting(key, value) }
}

extension StoredRun {
  init(_ started: StartedRun) {
    let run = started.description
    self.init(
      run: run.run.rawValue, workload: run.workload,
      parameters: run.parameters.map { StoredSetting($0) }, seed: run.seed,
      nodes: run.nodes.map(\.rawValue), firstType: run.firstType,
      durationNanoseconds: run.durationNanoseconds, started: started.started,
      cyclesAtStart: started.cyclesAtStart, lostObject: started.lostObject)
  }
  var startedRun: StartedRun {
    StartedRun(
      description: RunDescription(
        run: RunID(rawValue: run), workload: workload, parameters: parameters.map(\.setting),
        seed: seed, nodes: nodes.map { NodeID(rawValue: $0) }, firstType: firstType,
        durationNanoseconds: durationNanoseconds), started: started,
      cyclesAtStart: cyclesAtStart, lostObject: lostObject)
  }
}

extension StoredHistory {
  init(_ run: RunSummary) {
    self.init(
      run: run.run.rawValue, workload: run.workload, state: run.state,
      nodes: run.nodes.map(\.rawValue), elapsedUs: run.elapsedUs, message: run.message)
  }
  var summary: RunSummary {
    RunSummary(
      run: RunID(rawValue: run), workload: workload, state: state,
      nodes: nodes.map { NodeID(rawValue: $0) }, elapsedUs: elapsedUs, message: message)
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
  private static let schema = "greywave.durable/4"

  static func decode(
    _ bytes: [UInt8]
  ) throws(DurableStateError) -> (state: DurableState, memory: EngineMemory) {
    let stored: StoredState
    let kept: StoredMemory
    do {
      let data = Data(bytes)
      stored = try JSONDecoder().decode(StoredState.self, from: data)
      guard stored.schema == Self.schema else {
        throw DurableStateError(
          description: "the coordinator's durable state is of another version: \(stored.schema), "
            + "not \(Self.schema); `cluster/down` followed by `cluster/up` starts a new cluster")
      }
      kept = try JSONDecoder().decode(StoredMemory.self, from: data)
    } catch let error as DurableStateError {
      throw error
    } catch {
      throw DurableStateError(
        description: "the coordinator's durable state is damaged (\(error)); "
          + "`cluster/down` followed by `cluster/up` starts a new cluster")
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
      settings: kept.settings.map(\.setting), nextRun: kept.nextRun,
      nextType: kept.nextType, runs: kept.runs.map(\.startedRun),
      ended: kept.ended.map(\.end), history: kept.history.map(\.summary))
    return (state, memory)
  }

  /// Changes with membership only.
  var encodedMembers: [UInt8] {
    json(
      members.map {
        StoredMember(
          node: $0.member.node.rawValue, endpoint: $0.member.endpoint, host: $0.host, pid: $0.pid,
          processStart: $0.processStart)
      })
  }

  /// The numbers are put in by hand: a decision is written down while the world stands still, and
  /// the general encoder takes longer than all the rest of it.
  ///
  /// - Parameters:
  ///   - members: as `encodedMembers` has them.
  ///   - memory: as `EngineMemory` encodes itself.
  func encoded(members: [UInt8], memory: [UInt8]) -> [UInt8] {
    let numbers =
      "{\n  \"schema\" : \"\(Self.schema)\",\n  \"term\" : \(term.rawValue)"
      + ",\n  \"highestEpoch\" : \(highestEpoch.rawValue)"
      + ",\n  \"decidedEpoch\" : \(decidedEpoch.rawValue),\n  \"nextNode\" : \(nextNode)"
      + ",\n  \"membersVersion\" : \(membersVersion),\n  \"cycles\" : \(cycles)"
      + ",\n  \"members\" : "
    // Two objects become one: the brace between them is a comma.
    return Array(numbers.utf8) + members + [UInt8(ascii: ",")] + memory.dropFirst()
  }
}

extension EngineMemory {
  var encoded: [UInt8] {
    json(
      StoredMemory(
        settings: settings.map { StoredSetting($0) }, nextRun: nextRun, nextType: nextType,
        runs: runs.map { StoredRun($0) }, ended: ended.map { StoredEnd($0) },
        history: history.map { StoredHistory($0) }))
  }
}

private func json(_ stored: some Encodable) -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
  // Numbers and strings: there is nothing in it that could fail to encode.
  return (try? encoder.encode(stored)).map { Array($0) } ?? []
}
