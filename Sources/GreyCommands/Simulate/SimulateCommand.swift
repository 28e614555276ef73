// `simulate`: clusters of the production engine, one after the other, each from a seed.

import ArgumentParser
import GreyBasics
import GreyEvents
import GreyMutator
import GreyRuntime
import GreySimulator

package struct SimulateCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "simulate",
      abstract: "Run simulated clusters through faults, and look for a lost object.",
      discussion: """
        Every seed is a cluster of the production engines in one thread, with a
        schedule, a network and clocks that are drawn from the seed: the same seed
        gives the same run. An oracle looks at all heaps whenever marking is found
        complete and after every sweep. In the end everything is mended: every task
        must go on, every cycle must end, and no garbage may be left.

          $ greywave simulate --seeds 1000
          $ greywave simulate --seconds 60 --harsh --json
          $ greywave simulate --without sender-shade --save lost.json
          $ greywave simulate --replay lost.json
          $ greywave simulate --kill-matrix --small

        A seed that fails is cut down to the shortest story that still fails, which is
        printed and, with --save, kept. Ends with 5 when an object was lost, or could
        have been; with 4 when something did not come to its end; a replay with 1 when
        it does not come to what its file says.

        The kill matrix switches off each rule alone, in the explorer and here, and
        says what catches it; of rules that are redundant by design two are off. It
        ends with 1 when a rule is caught by neither of the two.
        """)
  }

  @Option(help: ArgumentHelp("The first seed. Default: 1.", valueName: "number"))
  package var seed: UInt64 = 1
  @Option(help: ArgumentHelp("How many seeds. Default: 100.", valueName: "count"))
  package var seeds: Int?
  @Option(help: ArgumentHelp("As many seeds as fit into so long.", valueName: "seconds"))
  package var seconds: Int?
  @Option(
    help: ArgumentHelp(
      "How many nodes, from 1 to 64. Default: drawn, mostly 2..4.", valueName: "a..b"))
  package var nodes: NodeRangeArgument?
  @Option(help: ArgumentHelp("Turns of each run before it is mended.", valueName: "count"))
  package var steps: Int?
  @Option(
    help: ArgumentHelp(
      "Switch off these rules of the protocol, and see what is lost.", valueName: "rule,…"))
  package var without: RulesArgument?
  @Flag(help: "What breaks: nothing; links, processes and clocks; the coordinator, too.")
  package var weather: WeatherFlag?
  @Option(help: ArgumentHelp("Run the story in this file again.", valueName: "file"))
  package var replay: String?
  @Option(help: ArgumentHelp("Keep the story of a failing seed in this file.", valueName: "file"))
  package var save: String?
  @Flag(help: "Say which seed fails, and do not look for its story.")
  package var seedOnly = false
  @Flag(help: "Switch off each rule alone (or those of --without), and say what catches it.")
  package var killMatrix = false
  @Flag(help: "The kill matrix from known seeds and in short walks: under a minute.")
  package var small = false
  @Flag(help: "Print one JSON object on one line; everything else goes to stderr.")
  package var json = false

  package init() {}
  package var wantsJSON: Bool { json }

  package func validate() throws {
    if seeds != nil, seconds != nil {
      throw ValidationError("give --seeds or --seconds, not both")
    }
    if let seeds, seeds < 1 { throw ValidationError("--seeds must be at least 1") }
    if let seconds, seconds < 1 { throw ValidationError("--seconds must be at least 1") }
    if let steps, !(1...10_000_000).contains(steps) {
      throw ValidationError("--steps must be from 1 to 10000000")
    }
    if small, !killMatrix { throw ValidationError("--small is for --kill-matrix") }
    if killMatrix,
      seconds != nil || nodes != nil || steps != nil || weather != nil || replay != nil
        || save != nil || seedOnly || seed != 1
    {
      throw ValidationError("--kill-matrix takes --small, --seeds, --without and --json")
    }
    if replay != nil, seeds != nil || seconds != nil || without != nil || nodes != nil {
      throw ValidationError("--replay runs what is in the file: leave out seeds, nodes and rules")
    }
  }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    if killMatrix { return try printKillMatrix(context) }
    let result = try replay.map { try replayed($0, context) } ?? searched(context)
    context.print(result, json: json) { Render.simulation(result, $0) }
    return result.status
  }

  // MARK: Searching

  private func searched(_ context: CommandContext) throws -> SimulateResult {
    let begun = context.clock.now()
    let end = seconds.map { begun + .seconds($0) }
    let count = seconds == nil ? seeds ?? 100 : Int.max
    var tally = SimulationTally()
    var told = begun
    var next = seed
    var failing: (experiment: Experiment, size: Int)?
    // Where rules are missing many seeds fail, and a short story is worth a few more.
    var patience = without == nil || seedOnly ? 1 : 30
    if let known = knownCatch() {
      let verdict = try known.experiment.run(hashing: false)
      tally.add(verdict)
      if verdict.violation != nil {
        let nodes = known.trial.nodes
        context.note(
          "known to go wrong: --\(known.trial.weather.rawValue) --nodes "
            + "\(nodes.lowerBound)..\(nodes.upperBound) --seed \(known.trial.seed) --seeds 1")
        failing = (known.experiment, 0)
        patience = 0
      }
    }
    while patience > 0, tally.seeds < count, !context.interrupted() {
      let experiment = Experiment.drawn(
        seed: next, weather: weather?.weather, nodes: nodes?.range, steps: steps,
        without: without?.rules ?? [])
      let verdict = try experiment.run(hashing: count == 1)
      tally.add(verdict)
      let now = context.clock.now()
      if verdict.violation != nil {
        let size = verdict.steps * experiment.temper.nodes * experiment.temper.nodes
        if size < failing?.size ?? .max { failing = (experiment, size) }
      }
      if failing != nil {
        patience -= 1
        if patience <= 0 { break }
      }
      if now - told >= .milliseconds(context.progress == nil ? 10_000 : 200) {
        told = now
        (context.progress ?? context.note)(tally.line(elapsed: now - begun))
      }
      if let end, now >= end { break }
      next &+= 1
    }
    context.progress?("")
    var result = SimulateResult(tally, firstSeed: seed, elapsed: context.clock.now() - begun)
    result.failure = try failing.map { try failure(of: $0.experiment, context) }
    return result
  }

  /// Whoever leaves the choice of seeds open is shown a run that is known to go wrong, if it does.
  private func knownCatch() -> (trial: Trial, experiment: Experiment)? {
    guard let rules = without?.rules, !seedOnly, seed == 1, seeds == nil, seconds == nil,
      nodes == nil, steps == nil, weather == nil,
      let rule = rules.first(where: {
        KnownCatch.of($0)?.together.allSatisfy(rules.contains) ?? false
      }), let known = KnownCatch.of(rule)
    else { return nil }
    let hunt = RuleHunt(
      without: rules.filter { !known.together.contains($0) }, and: known.together)
    return (known.trial, hunt.experiment(known.trial))
  }

  /// What there is by then is short enough to be read, as a rule.
  private static let shrinkLimit = Duration.seconds(10)

  /// The same run again, recorded, and then the shortest part of it that fails in the same way.
  private func failure(
    of experiment: Experiment, _ context: CommandContext
  ) throws -> SimulateResult.Failure {
    let verdict = try experiment.run(recording: true, hashing: false)
    if seedOnly, let violation = verdict.violation {
      let replay = Replay(
        experiment: experiment, steps: [], violation: violation, commit: context.build.commit)
      return SimulateResult.Failure(replay, ["\(violation)"], saved: nil)
    }
    guard let violation = verdict.violation,
      var shrinker = try Shrinker(experiment, verdict.recording)
    else {
      throw CommandFailure(
        .checkFailed, "seed \(experiment.seed) fails, and not when it is run again: report this")
    }
    context.note("seed \(experiment.seed): \(violation)")
    shrinker.progress = { context.progress?("shrinking: \($0)") }
    let end = context.clock.now() + Self.shrinkLimit
    shrinker.goesOn = { context.clock.now() < end && !context.interrupted() }
    try shrinker.shrink()
    context.progress?("")
    if let mistake = shrinker.mistake {
      context.note(
        "a part of seed \(experiment.seed) goes wrong with every rule in force, too: report this "
          + "(\(mistake.steps.count) turns)")
    }
    let replay = Replay(shrinker, commit: context.build.commit)
    if let save {
      try ReplayFile.write(replay, to: path(save, context))
      context.note("kept in \(save): greywave simulate --replay \(save)")
    }
    return SimulateResult.Failure(replay, try replay.story(), saved: save)
  }

  // MARK: Replaying

  private func replayed(_ file: String, _ context: CommandContext) throws -> SimulateResult {
    let begun = context.clock.now()
    let replay = try ReplayFile.read(path(file, context), named: file)
    if replay.commit != context.build.commit {
      context.note(
        "\(file) was written by commit \(replay.commit), this is \(context.build.commit): "
          + "another build may tell another story")
    }
    let verdict = try replay.experiment.replay(replay.steps)
    var tally = SimulationTally()
    tally.add(verdict)
    var result = SimulateResult(
      tally, firstSeed: replay.experiment.seed, elapsed: context.clock.now() - begun)
    result.differences = replay.differences(from: verdict)
    if !result.differences.isEmpty {
      let text = result.differences.joined(separator: "; ")
      context.note("this build does not do what \(file) says (\(replay.violation)): \(text)")
    }
    guard let violation = verdict.violation else { return result }
    var shown = replay
    shown.violation = violation
    result.failure = SimulateResult.Failure(shown, try shown.story(), saved: file)
    return result
  }

  private func path(_ file: String, _ context: CommandContext) -> String {
    file.hasPrefix("/") ? file : context.folder + "/" + file
  }
}
