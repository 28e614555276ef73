// `explore`: every interleaving of a tiny cluster.

import ArgumentParser
import GreyBasics
import GreyEvents
import GreyExplorer
import GreyRuntime

package struct ExploreCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "explore",
      abstract: "Walk all states of a tiny cluster, and show the shortest way to lose an object.",
      discussion: """
        The production machines of coordinator and nodes and the production marking
        rules run over a heap of a few objects, in every order that is possible. With
        every rule in force nothing is lost; switch one off and be shown the story.

          $ greywave explore --slots 1
          $ greywave explore --slots 1 --without receiver-shade
          $ greywave explore --slots 1 --crash --restart --minutes 5
          $ greywave explore --links --without link-sequence
          $ greywave explore --all-rules

        With --json: 'verdict' is safe, lost, stuck or unfinished, 'story' the
        shortest way there, a step each, and 'outcome' what came of it; 'vacuous' are
        rules of --without that this scope never asks.

        Exit codes: 0 all states visited and safe, 2 usage, 4 stuck or a limit was
        reached first (the verdict says which), 5 an object is lost, or with --links a
        delivery goes wrong. With --all-rules: 0 every rule is as expected, 1 one is
        not, 4 a limit was reached first.
        """)
  }

  @OptionGroup package var options: ExploreOptions
  @Flag(help: "Walk two links and a connection that breaks, in place of a cluster.")
  package var links = false
  @Flag(help: "Switch off each rule alone, in a scope of its own, and print a table.")
  package var allRules = false
  @Option(help: ArgumentHelp("Give up after so many minutes.", valueName: "count"))
  package var minutes = 10.0
  @Option(help: ArgumentHelp("Gigabytes of memory at most. Default: 8.", valueName: "count"))
  package var memory: Double?
  @Flag(help: "Print one JSON object on one line; everything else goes to stderr.")
  package var json = false

  package init() {}
  package var wantsJSON: Bool { json }

  package func validate() throws {
    guard minutes > 0, minutes <= 10_000 else {
      throw ValidationError("--minutes must be above 0 and at most 10000")
    }
    if let memory, !(memory > 0 && memory <= 1024) {
      throw ValidationError("--memory must be above 0 and at most 1024")
    }
    if allRules {
      let more = options.without == nil ? [] : ["--without"]
      try refuse((links ? ["--links"] : []) + options.given + more, beside: "--all-rules")
    } else if links {
      try refuse(options.given + (memory == nil ? [] : ["--memory"]), beside: "--links")
      if let rule = options.rules.first(where: { !LinkSearch.rules.contains($0) }) {
        let known = Text.list(LinkSearch.rules.map(\.rawValue))
        throw ValidationError(
          "--links conflicts with --without \(rule.rawValue): links know only \(known)")
      }
    }
  }

  private func refuse(_ options: [String], beside choice: String) throws {
    if options.isEmpty { return }
    throw ValidationError(
      "\(choice) conflicts with \(Text.list(options)): what it walks has a size of its own")
  }

  private var limits: SearchLimits { SearchLimits(bytes: Int((memory ?? 8) * Double(1 << 30))) }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    Interrupt.watch()
    return allRules ? exploreRules(context) : try explore(context)
  }

  private func explore(_ context: CommandContext) throws -> CommandStatus {
    let scope = try options.scope()
    var watch = ExploreWatch(context, upTo: .seconds(minutes * 60))
    let finding =
      links
      ? LinkSearch(rules: scope.rules).run(limits: limits) { watch.goesOn("explore", $0) }
      : Search(scope, limits: limits).run { watch.goesOn("explore", $0) }
    var result = ExploreResult(
      links ? .links : .cluster, links ? LinkSearch.scope : scope.description,
      without: scope.rules, finding, elapsed: watch.elapsed, wasInterrupted: watch.wasInterrupted)
    if !links, finding.verdict == .safe {
      result.vacuous = rulesWithoutEffect(on: finding, scope, &watch)
    }
    context.progress?("")
    context.print(result, json: json) { Render.explore(result, $0) }
    return switch finding.verdict {
    case .safe: .ok
    case .lost: .lostObject
    case .stuck, .unfinished: .timeout
    }
  }

  /// Walks once more with each rule that was off in force; what is left of the time must do.
  private func rulesWithoutEffect(
    on finding: Finding, _ scope: Scope, _ watch: inout ExploreWatch
  ) -> [String] {
    options.rules.filter { rule in
      var sound = scope
      sound.rules = RuleSet(without: options.rules.filter { $0 != rule })
      let other = Search(sound, limits: limits).run {
        watch.goesOn("with \(rule.rawValue) in force", $0)
      }
      return other.isSameWalk(as: finding)
    }.map(\.rawValue)
  }

  private func exploreRules(_ context: CommandContext) -> CommandStatus {
    var explored: [ExploredRule] = []
    var isUnfinished = false
    let all = ExploreWatch(context, upTo: .seconds(minutes * 60))
    for row in RuleTable.rows where !isUnfinished {
      var watch = ExploreWatch(context, upTo: .seconds(minutes * 60) - all.elapsed)
      let finding = row.explore(limits: limits) { watch.goesOn(row.rule.rawValue, $0) }
      let alone = row.exploreAlone(limits: limits) {
        watch.goesOn("\(row.rule.rawValue) alone", $0)
      }
      explored.append(ExploredRule(row, finding, alone: alone, elapsed: watch.elapsed))
      isUnfinished =
        watch.wasInterrupted || [finding, alone].contains { $0?.verdict == .unfinished }
    }
    context.progress?("")
    let result = ExploreRulesResult(rules: explored)
    context.print(result, json: json) { Render.exploredRules(result, $0) }
    if isUnfinished { return .timeout }
    return result.asExpected ? .ok : .checkFailed
  }
}

/// Time, Ctrl-C and a line of progress.
struct ExploreWatch {
  private let context: CommandContext
  private let start: Moment
  private let limit: Duration
  private var toldAt = Moment.zero
  private(set) var wasInterrupted = false

  init(_ context: CommandContext, upTo limit: Duration) {
    self.context = context
    self.limit = limit
    start = context.clock.now()
  }

  var elapsed: Duration { context.clock.now() - start }

  mutating func goesOn(_ what: String, _ progress: SearchProgress) -> Bool {
    let now = context.clock.now()
    if context.interrupted() { wasInterrupted = true }
    if now - toldAt >= .milliseconds(500) {
      toldAt = now
      let seconds = Text.fixed((now - start).inSeconds, 0)
      context.progress?(
        "\(what): \(seconds) s, \(Text.count(progress.states)) states, depth \(progress.depth), "
          + "\(Text.count(progress.waiting)) waiting"
          // Two links' few states are not measured.
          + (progress.bytes > 0 ? ", \(Text.bytes(progress.bytes)) …" : " …"))
    }
    return !wasInterrupted && now - start < limit
  }
}
