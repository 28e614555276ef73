// `explore` for people: the verdict and what was walked, then the story, a line a step.

import GreyEvents

extension Render {
  package static func explore(_ result: ExploreResult, _ style: Style) -> String {
    let rules =
      result.without.isEmpty
      ? "every rule in force" : "without " + result.without.joined(separator: ", ")
    var text = style.faint("\(result.scope); \(rules)") + "\n"
    text += style.verdict(result.verdict == "safe", verdict(result)) + "\n"
    let seconds = Double(result.elapsedUs) / 1e6
    let rate = seconds > 0 ? Int(Double(result.states) / seconds) : 0
    for rule in result.vacuous {
      text +=
        style.verdict(
          false,
          "\(rule) made no difference: with it in force every state is the same, so this walk says "
            + "nothing about it; try a larger scope") + "\n"
    }
    let standsFor =
      result.standsFor == result.states
      ? "" : " (\(Text.count(result.standsFor)) without symmetry)"
    text +=
      "\(Text.count(result.states)) states\(standsFor), "
      + "\(Text.count(result.transitions)) transitions, depth \(result.depth), "
      + "\(Text.fixed(seconds, 1)) s, \(Text.count(rate)) states/s"
      + (result.memoryBytes.map { ", " + Text.bytes($0) } ?? "") + "\n"
    if !result.story.isEmpty {
      let lines = result.story.enumerated().map { "\($0 + 1). \($1)\n" }
      text += "\n" + lines.joined() + "   \(result.outcome)\n"
    }
    return text
  }

  private static func verdict(_ result: ExploreResult) -> String {
    let steps = Text.plural(result.storySteps, "step")
    return switch (result.verdict, result.model) {
    case ("safe", .cluster):
      "SAFE: every state was visited, and no object that can be reached was swept"
    case ("safe", .links):
      "SAFE: every state was visited; every message is delivered once and in order, and its root "
        + "released only when it is placed"
    case ("lost", .cluster): "UNSAFE: an object is lost in \(steps), and in no fewer"
    case ("lost", .links): "UNSAFE in \(steps), and in no fewer: \(result.outcome)"
    case ("stuck", .cluster): "STUCK: after \(steps) a cycle cannot go on"
    case ("stuck", .links): "STUCK after \(steps): \(result.outcome)"
    default: "not exhausted (\(result.limit)): nothing was found so far"
    }
  }

  package static func exploredRules(_ result: ExploreRulesResult, _ style: Style) -> String {
    var table = Table([
      ("rule off", .left), ("verdict", .left), ("steps", .right), ("states", .right),
      ("time", .right), ("explored", .left), ("remark", .left),
    ])
    for row in result.rules {
      let name = ([row.rule] + row.redundantWith).joined(separator: " + ")
      let alone = row.alone.isEmpty ? "" : " (alone \(row.alone))"
      table.add([
        name, style.verdict(row.asExpected, row.verdict) + alone,
        row.storySteps == 0 ? "" : "\(row.storySteps)",
        row.states == 0 ? "" : Text.count(row.states),
        row.states == 0 ? "" : Text.fixed(Double(row.elapsedUs) / 1e6, 1) + " s", row.scope,
        row.remark,
      ])
    }
    return table.text(style)
  }
}
