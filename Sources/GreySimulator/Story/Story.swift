// The story of a short run: what happened, in order, up to what must not happen.
//
// Of everything that the narrator saw, the lines about other objects go: those that neither lie on
// the way from the root to what was lost, nor had to do with it directly. Where nothing is lost and
// something does not go on, objects matter only if a message with them came twice: what else tasks
// did is no reason for it.

import GreyBasics
import GreyEvents

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
    // Where everybody is when nothing goes on is told with the violation, not with the story.
    let end = violation.kind == .stuck ? violation.nature : violation.detail
    return Story.joined(lines) + [violation.kind.title + ": " + end]
  }
}

enum Story {
  static func relevant(
    _ lines: [StoryLine], to lost: [Reference], name: (Reference) -> String
  ) -> [StoryLine] {
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
  ) -> [StoryLine] {
    let matter = Set(lines.filter(\.isAgain).flatMap(\.references))
    return kept(lines, matter, keepsAll: false, name)
  }

  private static func kept(
    _ lines: [StoryLine], _ matter: Set<Reference>, keepsAll: Bool, _ name: (Reference) -> String
  ) -> [StoryLine] {
    func named(_ line: StoryLine) -> StoryLine? {
      guard let list = line.list else {
        return keepsAll || line.references.contains(where: matter.contains) ? line : nil
      }
      var named: [Reference] = []
      for item in list where keepsAll || matter.contains(item) {
        if !named.contains(item) { named.append(item) }
      }
      if named.isEmpty { return nil }
      var line = line
      line.text += named.map(name).joined(separator: " and ") + line.end
      return line
    }
    // Epochs that were over before anything happened that matters do not.
    let begin = lines.firstIndex { !$0.isPhase && named($0) != nil } ?? 0
    let before = keepsAll ? nil : lines[..<begin].lastIndex(where: \.endsEpoch)
    var kept: [StoryLine] = []
    for (place, line) in lines.enumerated() {
      if line.isPhase {
        if line.isFault || place > before ?? -1 { kept.append(line) }
      } else if let line = named(line) {
        kept.append(line)
      }
    }
    return kept
  }

  /// The same thing several times in a row is told once, roots that a node scans in several turns
  /// as what they are together.
  static func joined(_ lines: [StoryLine]) -> [String] {
    var merged: [StoryLine] = []
    for line in lines {
      if let scan = line.scan, let last = merged.last?.scan, last.node == scan.node {
        merged[merged.count - 1].scan?.words += scan.words
      } else {
        merged.append(line)
      }
    }
    var result: [String] = []
    for line in merged {
      let text =
        line.scan.map { "\($0.node) scans \(Text.plural($0.words, "word")) of its roots" }
        ?? line.text
      if text != result.last { result.append(text) }
    }
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
    case .stuck: "nothing goes on that was waited for"
    }
  }
}
