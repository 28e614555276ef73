// What the logs say of a strike: what they must say, what they must not, and how long it took.
//
// Recovery is counted by what the coordinator wrote: from the moment of the strike, read from the
// same clock, to the end of the next cycle.

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

  /// Milliseconds from the strike to the end of the first cycle that began after it. One that was
  /// all but over may end as if nothing had happened, and shows nothing.
  func recovery(from strike: WallInstant) throws -> Int {
    let later = lines.drop { $0.event != "cycle_started" || $0.time <= strike }
    guard let next = later.first(where: { $0.event == "cycle_finished" }) else {
      throw TestFailure("no cycle began and was finished after the strike")
    }
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
}
