// The story of a short run: what happened, in order, up to what must not happen.
//
// Of everything that the narrator saw, the lines about other objects go: those that neither lie on
// the way from the root to what was lost, nor had to do with it directly. Where nothing is lost and
// something does not go on, objects matter only if a message with them came twice: what else tasks
// did is no reason for it.

import GreyBasics

extension Replay {
  /// Runs it once more and tells. Numbered by whoever prints it.
  package func story() throws -> [String] {
    let world = try ExperimentWorld(experiment)
    let verdict = try world.replay(steps, telling: true)
    guard let violation = verdict.violation, let narrator = world.narrator else {
      return ["nothing is lost: another build wrote this"]
    }
    let lines =
      violation.kind == .stuck
      ? Story.relevant(narrator.lines, toWhatCameTwice: narrator.name)
      : Story.relevant(narrator.lines, to: world.lost, name: narrator.name)
    return Story.joined(lines) + [violation.kind.title + ": " + violation.detail]
  }
}

enum Story {
  static func relevant(
    _ lines: [StoryLine], to lost: [Reference], name: (Reference) -> String
  ) -> [String] {
    let heart = Set(lost.suffix(1))
    var matter = Set(lost)
    // What had to do with the lost object itself: where it came from, where it was put.
    for line in lines where line.list == nil && line.references.contains(where: heart.contains) {
      matter.formUnion(line.references)
    }
    return kept(lines, matter, keepsAll: lost.isEmpty, name)
  }

  static func relevant(
    _ lines: [StoryLine], toWhatCameTwice name: (Reference) -> String
  ) -> [String] {
    let matter = Set(lines.filter(\.isAgain).flatMap(\.references))
    return kept(lines, matter, keepsAll: false, name)
  }

  private static func kept(
    _ lines: [StoryLine], _ matter: Set<Reference>, keepsAll: Bool, _ name: (Reference) -> String
  ) -> [String] {
    lines.compactMap { line in
      if let list = line.list {
        var named: [Reference] = []
        for item in list where keepsAll || matter.contains(item) {
          if !named.contains(item) { named.append(item) }
        }
        if named.isEmpty { return nil }
        return line.text + named.map(name).joined(separator: " and ") + line.end
      }
      let isKept = line.isPhase || keepsAll || line.references.contains(where: matter.contains)
      return isKept ? line.text : nil
    }
  }

  /// The same thing several times in a row is told once.
  static func joined(_ lines: [String]) -> [String] {
    var result: [String] = []
    for line in lines where line != result.last { result.append(line) }
    return result
  }
}

extension Violation.Kind {
  package var title: String {
    switch self {
    case .lostObject: "a reachable object is lost"
    case .freedSlot: "a task meets a freed slot"
    case .undecidedSweep: "an epoch is swept that was never decided"
    case .countMismatch: "marking is found complete, and is not"
    case .barrierOff: "marking is found complete, and a member does not mark"
    case .stuck: "nothing goes on"
    }
  }
}
