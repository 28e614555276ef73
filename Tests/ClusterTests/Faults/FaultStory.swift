// What the logs say of a strike: what they must say, what they must not, and how long it took.
//
// Recovery is counted by what the coordinator wrote: from the moment of the strike, read from the
// same clock, to the next cycle that is finished.

import Foundation
import Testing

struct FaultStory {
  struct Line {
    let time: WallInstant
    let event: String
    let json: JSONValue
  }
  let lines: [Line]

  /// All that was written since.
  init(_ cluster: Cluster, since start: WallInstant) throws {
    let reply = try cluster.run("logs", "--json", "--since", start.second)
    lines = try reply.output.split(separator: "\n").map { text in
      let json = try JSONValue(parsing: String(text))
      return Line(
        time: try WallInstant(parsing: json.string("time")), event: try json.string("event"),
        json: json)
    }.filter { $0.time >= start }
  }

  /// Milliseconds from the strike to the next cycle that was finished.
  func recovery(from strike: WallInstant) throws -> Int {
    guard let next = lines.first(where: { $0.event == "cycle_finished" && $0.time > strike })
    else { throw TestFailure("no cycle was finished after the strike") }
    return (next.time - strike) / 1_000
  }

  /// The phase that the cluster was in by the coordinator's word.
  func phase(at moment: WallInstant) throws -> String {
    let before = lines.last { $0.event == "phase_transition" && $0.time <= moment }
    return try before?.json.string("to") ?? "idle"
  }

  /// What must not be there whatever the fault was.
  func expectNoLoss(of fault: InjectedFault) throws {
    for line in lines where line.event == "lost_object" {
      throw TestFailure("an object was lost: \(line.json)")
    }
    for line in lines where line.event == "run_ended" {
      if try line.json.bool("ok") { continue }
      if FaultLoad.blamesLoss(try line.json.string("message")) { continue }
      throw TestFailure("a run failed for no loss of a node: \(line.json)")
    }
  }

  func has(_ event: String, where fits: (JSONValue) throws -> Bool = { _ in true }) throws -> Bool {
    try lines.contains { try $0.event == event && fits($0.json) }
  }

  /// Anything at all that names this node: who waits for it, or who misses it.
  func names(node: Int) -> Bool {
    lines.contains { line in
      switch line.event {
      case "stop_cancelled":
        (try? line.json.array("blamed").contains { try $0.int("node") == node }) ?? false
      case "node_fenced": (try? line.json.int("node") == node) ?? false
      case "link_quiet", "link_stalled", "link_reconnected":
        (try? line.json.int("peer") == node) ?? false
      default: (try? line.json.string("text").contains("node \(node)")) ?? false
      }
    }
  }

  func remarks(_ words: String) -> Bool {
    lines.contains { $0.event == "remark" && "\($0.json)".contains(words) }
  }
}
