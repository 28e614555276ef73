// `explore` for people: the verdict and what was walked, then the story, a line a step.

import GreyEvents

extension Render {
  package static func explore(_ result: ExploreResult, _ style: Style) -> String {
    let rules =
      result.without.isEmpty
      ? "every rule in force" : "without " + result.without.joined(separator: ", ")
    var text = style.faint("\(result.scope); \(rules)") + "\n"
    text += style.verdict(result.verdict == "safe", verdict(result)) + "\n"
    let rate = result.seconds > 0 ? Double(result.states) / result.seconds : 0
    text +=
      "\(Text.count(result.states)) states, \(Text.count(result.transitions)) transitions, "
      + "depth \(result.depth), \(Text.fixed(result.seconds, 1)) s, "
      + "\(Text.digits(rate)) states/s, \(Text.bytes(result.bytes))\n"
    if !result.story.isEmpty { text += "\n" + result.story.joined(separator: "\n") + "\n" }
    return text
  }

  private static func verdict(_ result: ExploreResult) -> String {
    switch result.verdict {
    case "safe": "SAFE: every state was visited, and no object that can be reached was swept"
    case "lost": "UNSAFE: an object is lost in \(result.storySteps) steps, and in no fewer"
    case "stuck": "STUCK: after \(result.storySteps) steps a cycle cannot go on"
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
      table.add([
        name, style.verdict(row.asExpected, row.verdict),
        row.storySteps == 0 ? "" : "\(row.storySteps)",
        row.states == 0 ? "" : Text.count(row.states),
        row.states == 0 ? "" : Text.fixed(row.seconds, 1) + " s", row.scope, row.remark,
      ])
    }
    return table.text(style)
  }
}
