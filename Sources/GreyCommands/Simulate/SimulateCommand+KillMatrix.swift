// `simulate --kill-matrix`: rule after rule, with a line of progress.

import GreyBasics
import GreyEvents
import GreyExplorer
import GreyMutator
import GreyRuntime

extension SimulateCommand {
  /// The memory that the explorer may take for one rule.
  private static var matrixBytes: Int { 4 << 30 }

  func printKillMatrix(_ context: CommandContext) throws -> CommandStatus {
    Interrupt.watch()
    let begun = context.clock.now()
    var told = begun
    var isInterrupted = false
    func goesOn(_ what: String) -> Bool {
      if context.interrupted() { isInterrupted = true }
      let now = context.clock.now()
      if now - told >= .milliseconds(context.progress == nil ? 10_000 : 200) {
        told = now
        (context.progress ?? context.note)("\(Text.fixed((now - begun).inSeconds, 0)) s, \(what)")
      }
      return !isInterrupted
    }
    let chosen = without?.rules ?? Rule.allCases
    var rows: [KilledRule] = []
    try withoutActuallyEscaping(goesOn) { goesOn in
      let matrix = KillMatrix(
        isSmall: small, seeds: seeds ?? (small ? 60 : 500),
        limits: SearchLimits(bytes: Self.matrixBytes), goesOn: goesOn)
      for rule in chosen where !isInterrupted {
        let row = try matrix.row(rule)
        // What was cut short says nothing.
        if !isInterrupted { rows.append(row) }
      }
    }
    context.progress?("")
    let result = KillMatrixResult(rows, small: small, elapsed: context.clock.now() - begun)
    context.print(result, json: json) { Render.killMatrix(result, $0) }
    if isInterrupted {
      context.note("interrupted: \(rows.count) of \(chosen.count) rules were looked at")
      return .timeout
    }
    return result.ok ? .ok : .checkFailed
  }
}
