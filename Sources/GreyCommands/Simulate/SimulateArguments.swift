// What `simulate` takes, each checked as it is read: a range of nodes, rules by name, the weather.

import ArgumentParser
import GreyBasics
import GreyMutator
import GreySimulator

/// `3` or `2..4`.
package struct NodeRangeArgument: ExpressibleByArgument, Hashable, Sendable {
  package let range: ClosedRange<Int>

  package init?(argument: String) {
    let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
    let numbers: [Substring]
    switch parts.count {
    case 1: numbers = [parts[0], parts[0]]
    case 3 where parts[1].isEmpty: numbers = [parts[0], parts[2]]
    default: return nil
    }
    guard let low = Int(numbers[0]), let high = Int(numbers[1]), 1 <= low, low <= high, high <= 64
    else { return nil }
    range = low...high
  }
}

/// Names of rules, separated by commas.
package struct RulesArgument: ExpressibleByArgument, Hashable, Sendable {
  package let rules: [Rule]

  package init?(argument: String) {
    var rules: [Rule] = []
    for name in argument.split(separator: ",") {
      guard let rule = Rule(rawValue: String(name)) else { return nil }
      rules.append(rule)
    }
    if rules.isEmpty { return nil }
    self.rules = rules
  }

  package static var allValueStrings: [String] { Rule.allCases.map(\.rawValue) }
}

/// `--calm`, `--faults`, `--harsh`.
package enum WeatherFlag: String, EnumerableFlag, Sendable {
  case calm
  case faults
  case harsh

  package var weather: Weather {
    switch self {
    case .calm: .calm
    case .faults: .faults
    case .harsh: .harsh
    }
  }

  package static func help(for value: WeatherFlag) -> ArgumentHelp? {
    switch value {
    case .calm: "Nothing breaks."
    case .faults: "Links, processes and clocks fail."
    case .harsh: "The coordinator and its connections fail, too."
    }
  }
}
