// `run program.go`: compile, give it a cluster of its own, show what it prints, end as it ends.
//
// Errors are told as `go run` tells them, with its status 1; the program's own status is passed on.
// What the program prints its node writes itself, to this process's stdout and stderr, so it is as
// complete and in as good an order as that of a program that was started here.

import Foundation
import GoCompiler
import GoSyntax
import GreyBasics
import GreyBytecode
import GreyEvents
import GreyRuntime

package struct ProgramRun {
  package let file: String
  package let nodes: Int?
  /// What the program finds in `os.Args` behind its own name.
  package let arguments: [String]
  /// Nil: as long as it takes.
  package let limit: Duration?

  package init(file: String, nodes: Int?, arguments: [String] = [], limit: Duration?) {
    self.file = file
    self.nodes = nodes
    self.arguments = arguments
    self.limit = limit
  }

  /// What a shell says of a program that Ctrl-C has ended.
  package static let interrupted: Int32 = 130

  /// - Returns: the status to exit with.
  package func execute(_ context: CommandContext) throws -> Int32 {
    guard let program = try compiled(context) else { return 1 }
    Interrupt.watch(endsOthersFirst: true)
    let cluster = try OwnCluster(context)
    defer { cluster.end() }
    let image = try cluster.write(ProgramImage.encode(program), to: "program")
    var client = try cluster.up(nodes: nodes)
    if context.interrupted() { return Self.interrupted }
    var isInterrupted = false
    let result: RunResult
    do {
      result = try client.request(
        .run(
          workload: "program", parameters: ["file": image, "arguments": try words()],
          seed: nil, durationUs: nil,
          nodes: nil, detach: false),
        limit: limit,
        onQuiet: { _ in
          isInterrupted = context.interrupted()
          return isInterrupted ? .giveUp : .wait
        })
    } catch  where isInterrupted {
      return Self.interrupted
    }
    if let status = result.result["exit"]?.integer { return Int32(truncatingIfNeeded: status) }
    let words = cluster.lastWords
    throw CommandFailure(
      result.failure.map(CommandStatus.init) ?? .checkFailed,
      result.message + (words.isEmpty ? "" : "\n" + words))
  }

  private func words() throws -> String {
    String(decoding: try JSONEncoder().encode([file] + arguments), as: UTF8.self)
  }

  /// Nil: its errors are told.
  private func compiled(_ context: CommandContext) throws -> Program? {
    let isPlain = !file.hasPrefix("/") && !file.hasPrefix("./") && !file.hasPrefix("../")
    let read = try ProgramFile(file, name: (isPlain ? "./" : "") + file, context)
    var problems = read.checked.problems
    if problems.isEmpty {
      let generated = Generator.generate(read.checked)
      if let program = generated.program { return program }
      problems = generated.problems
    }
    context.note("# command-line-arguments")
    for line in DiagnosticList(source: read.source, problems).lines(carets: false) {
      context.note(line)
    }
    return nil
  }
}
