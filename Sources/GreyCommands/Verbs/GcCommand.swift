// `gc`: one global collection, or one that is walked by hand.

import ArgumentParser
import GreyBasics
import GreyEvents
import GreyRuntime

package struct GcCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "gc", abstract: "Collect the whole cluster's garbage once, now.",
      discussion: """
        Answers when sweeping is finished everywhere, as Go's runtime.GC does. Fails
        with 1 when there is no node whose heap could be collected.

          $ greywave gc
          $ greywave gc --json | jq .stop1_us
          $ greywave gc --step                  # by hand, for a lecture
          $ greywave gc --step --quantum 100    # in smaller steps

        A stepped cycle holds before each phase, and within marking and sweeping
        after each quantum: every node's collector marks so many objects (or sweeps
        as many pages as hold about so many) and holds again. Tasks run meanwhile,
        as in any cycle: they scan their roots, pass the barrier, allocate black,
        and sweep what they need for allocating; assists are let off. Enter takes a
        step, p goes to the next phase, f finishes the cycle, and so do the end of
        input and Ctrl-C. When whoever walks is gone, the cycle goes on by itself
        after a few seconds; one that is held already is walked on from where it is.
        """)
  }

  @OptionGroup package var cluster: ClusterOptions
  @Flag(help: "Walk the cycle by hand: phase by phase, and quantum by quantum.")
  package var step = false
  @Option(
    help: ArgumentHelp(
      "With --step: what a quantum marks on each node (1000).", valueName: "objects"))
  package var quantum: Int?
  @Option(help: ArgumentHelp("Give up after so long.", valueName: "duration"))
  package var timeout: DurationArgument = .init(.seconds(60))

  package init() {}
  package var wantsJSON: Bool { cluster.json }

  package func validate() throws {
    guard let quantum else { return }
    guard step else { throw ValidationError("--quantum belongs to --step.") }
    guard quantum > 0 else { throw ValidationError("A quantum has at least one object.") }
  }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    var client = try cluster.client(context)
    if step { return try walk(&client, context) }
    let progress = ProgressLine(context, doing: "collecting")
    let limit = timeout.value
    let answer: GcResult = try client.request(
      .gc(timeoutUs: nil), limit: limit, onQuiet: { progress.quiet($0) })
    progress.end()
    context.print(answer, json: cluster.json) { Render.cycle(answer.figures, $0) }
    return .ok
  }

  private func walk(
    _ client: inout ControlClient, _ context: CommandContext
  ) throws -> CommandStatus {
    let style = Style(colours: context.coloursOutput, width: context.width)
    func show(_ result: StepResult) {
      context.output(
        cluster.json ? result.json.line : String(Render.step(result, style).dropLast()))
    }
    // Whoever holds a cycle must let it go: Ctrl-C finishes it, and so does a terminal that closes.
    Interrupt.watch()
    let limit = timeout.value
    var at: StepResult = try client.request(
      .step(action: .begin, quantum: nil), limit: limit,
      onEvent: { if case .remark(let text) = $0.event { context.note(text) } })
    show(at)
    let keys =
      (client.withoutRules.isEmpty ? "" : "UNSAFE  ")
      + "Enter: a step.  p: to the next phase.  f: finish the cycle."
    context.note(keys)
    var lastSign = context.clock.now()
    while !at.isDone {
      var line = context.input {
        // Without a sign of life the coordinator lets the cycle go.
        guard context.clock.now() - lastSign >= .seconds(1) else { return }
        lastSign = context.clock.now()
        client.say(.step(action: .stay, quantum: nil))
      }
      if context.interrupted() { line = nil }
      let action: StepAction
      switch line?.first {
      case nil where line == nil: action = .finish
      case nil: action = .quantum
      case "f": action = .finish
      case "p": action = .phase
      default:
        context.note(keys)
        continue
      }
      at = try client.request(.step(action: action, quantum: quantum), limit: limit)
      show(at)
    }
    return .ok
  }
}

/// A duration on the command line, as in the configuration.
package struct DurationArgument: ExpressibleByArgument, Hashable, Sendable {
  package var value: Duration
  package init(_ value: Duration) { self.value = value }
  package init?(argument: String) {
    let range = Duration.milliseconds(1)...(.seconds(31_536_000))
    guard let value = try? ConfigurationValue.duration(argument, in: range) else { return nil }
    self.value = value
  }
  package var defaultValueDescription: String { ConfigurationValue.print(duration: value) }
}
