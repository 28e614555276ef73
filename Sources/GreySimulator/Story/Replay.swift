// A failing run that can be had again: the experiment, and the turns that are left of it.
//
// On disk it is one JSON object, `greywave.replay/2`. Nothing in it is believed: whatever a reader
// finds wrong is named with its place, and what comes of the turns is compared with what is said to
// have come of them. A seed alone would not do, because what was cut out of the
// run is the larger part of it.

import GreyBasics
import GreyEvents

package struct Replay: Hashable, Sendable {
  package var experiment: Experiment
  package var steps: [DrawnStep]
  package var violation: Violation
  /// Of all that was logged; zero where that is not known.
  package var hash: UInt64 = 0
  /// The build that wrote it: another one may order things otherwise.
  package var commit: String

  package init(
    experiment: Experiment, steps: [DrawnStep], violation: Violation, hash: UInt64 = 0,
    commit: String
  ) {
    self.experiment = experiment
    self.steps = steps
    self.violation = violation
    self.hash = hash
    self.commit = commit
  }

  /// Where a run of these turns differs from what is written here; empty where it does not.
  package func differences(from verdict: Verdict) -> [String] {
    guard let found = verdict.violation else { return ["nothing goes wrong"] }
    var texts: [String] = []
    func compare(_ what: String, _ old: String, _ new: String) {
      if old != new { texts.append("\(what) '\(new)' in place of '\(old)'") }
    }
    compare("kind", violation.kind.rawValue, found.kind.rawValue)
    compare("detail", violation.detail, found.detail)
    if hash != 0 { compare("hash", String(hash, radix: 16), String(verdict.hash, radix: 16)) }
    return texts
  }
}

/// Something in a replay file is not what it should be.
package struct ReplayError: Error, Hashable, Sendable, CustomStringConvertible {
  package let place: String
  package let problem: String
  package var description: String { "\(place): \(problem)" }
}

/// The object on disk.
private struct ReplayObject: Codable {
  var schema: String
  var commit: String
  var seed: UInt64
  var without: [String]
  var settles: Bool
  var patience: Int
  var playsRaces: Bool
  var tolerated: [String]
  var companions: [String]
  var temper: Temper
  var kind: String
  var nature: String
  var step: Int
  var detail: String
  var hash: String
  var steps: [String]
}

extension Replay {
  package static let schema = "greywave.replay/2"

  package var json: JSON {
    let object = ReplayObject(
      schema: Self.schema, commit: commit, seed: experiment.seed,
      without: experiment.rules.switchedOff.map(\.rawValue), settles: experiment.settles,
      patience: experiment.patience, playsRaces: experiment.playsRaces,
      tolerated: experiment.tolerated.map(\.rawValue),
      companions: experiment.companions.map(\.rawValue), temper: experiment.temper,
      kind: violation.kind.rawValue, nature: violation.nature, step: violation.step,
      detail: violation.detail, hash: String(hash, radix: 16), steps: steps.map(\.description))
    guard let json = try? JSON(encoding: object) else {
      preconditionFailure("every replay encodes")
    }
    return json
  }

  package init(_ json: JSON) throws(ReplayError) {
    guard let schema = json["schema"]?.text else {
      throw ReplayError(place: "schema", problem: "missing: this is no replay file")
    }
    guard schema == Self.schema else {
      throw ReplayError(
        place: "schema", problem: "'\(schema)', and this build reads '\(Self.schema)' only")
    }
    let object: ReplayObject
    do { object = try json.decoded() } catch {
      throw ReplayError(place: "the object", problem: "\(error)")
    }
    var rules: [Rule] = []
    for name in object.without {
      guard let rule = Rule(rawValue: name) else {
        throw ReplayError(place: "without", problem: "there is no rule '\(name)'")
      }
      rules.append(rule)
    }
    guard let kind = Violation.Kind(rawValue: object.kind) else {
      throw ReplayError(place: "kind", problem: "there is no violation '\(object.kind)'")
    }
    try object.temper.check()
    guard (1...100_000_000).contains(object.patience) else {
      throw ReplayError(place: "patience", problem: "must be from 1 to 100000000")
    }
    var experiment = Experiment(seed: object.seed, temper: object.temper, without: rules)
    experiment.settles = object.settles
    experiment.patience = object.patience
    experiment.playsRaces = object.playsRaces
    for name in object.tolerated {
      guard let kind = Violation.Kind(rawValue: name) else {
        throw ReplayError(place: "tolerated", problem: "there is no violation '\(name)'")
      }
      experiment.tolerated.append(kind)
    }
    for name in object.companions {
      guard let rule = Rule(rawValue: name) else {
        throw ReplayError(place: "companions", problem: "there is no rule '\(name)'")
      }
      experiment.companions.append(rule)
    }
    guard let hash = UInt64(object.hash, radix: 16) else {
      throw ReplayError(place: "hash", problem: "'\(object.hash)' is no hexadecimal number")
    }
    var steps: [DrawnStep] = []
    for (index, text) in object.steps.enumerated() {
      guard let step = DrawnStep(text) else {
        throw ReplayError(place: "steps[\(index)]", problem: "'\(text)' is no turn")
      }
      steps.append(step)
    }
    self.init(
      experiment: experiment, steps: steps,
      violation: Violation(
        kind: kind, step: object.step, detail: object.detail, nature: object.nature),
      hash: hash, commit: object.commit)
  }
}

extension Temper {
  /// Whoever edits a file by hand may write anything.
  func check() throws(ReplayError) {
    func want(_ isRight: Bool, _ field: String, _ allowed: String) throws(ReplayError) {
      if !isRight { throw ReplayError(place: "temper.\(field)", problem: "must be \(allowed)") }
    }
    try want((1...64).contains(nodes), "nodes", "from 1 to 64")
    try want((1...64).contains(workers), "workers", "from 1 to 64")
    try want((1...100).contains(tasks), "tasks", "from 1 to 100")
    try want((2...5).contains(slots), "slots", "from 2 to 5")
    try want((1...16).contains(globals), "globals", "from 1 to 16")
    try want(
      weights.count == StirOperation.allCases.count && weights.allSatisfy { $0 >= 0 }
        && weights.contains { $0 > 0 },
      "weights", "\(StirOperation.allCases.count) numbers, not all of them zero")
    try want(
      [pace.objects, pace.pages, pace.budget, pace.mood].allSatisfy { $0 > 0 } && pace.jumpUs >= 0
        && pace.speeds.count == 5 && pace.speeds.allSatisfy { $0 > 0 },
      "pace", "made of positive numbers, five of them speeds")
    try want(
      !pace.clockRates.isEmpty && pace.clockRates.allSatisfy { (500...2_000).contains($0) },
      "pace.clock_rates", "one number or more from 500 to 2000")
    try want(
      (500...2_000).contains(pace.coordinatorRate), "pace.coordinator_rate", "from 500 to 2000")
    try want(rootWords > 0, "root_words", "positive")
    try want(messages > 0, "messages", "positive")
    try want(batch > 0, "batch", "positive")
    try want(acknowledgeAfterUs >= 0, "acknowledge_after_us", "positive or zero")
    try want(heapBytes.map { $0 >= 8_192 } ?? true, "heap_bytes", "8192 or more")
    try want(timeScale > 0 && timeScale <= 1_000, "time_scale", "above 0 and at most 1000")
  }
}
