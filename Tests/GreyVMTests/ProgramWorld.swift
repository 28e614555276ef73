// One node in one thread, to run a Go source from beginning to end; between any two steps, if
// asked, a whole collection.

import Foundation
import GoCompiler
import GoSyntax
import GreyBasics
import GreyBytecode
import GreyCollector
import GreyHeap
import GreyMutator
import GreyVM
import GreyWire

struct Ending: Equatable {
  var output = ""
  var exit: Int?
  var cycles = 0
}

struct NotAProgram: Error, CustomStringConvertible { let description: String }

func compile(_ text: String, storage: (any StorageRule)? = nil) throws -> Program {
  let source = SourceText(name: "prog.go", text)
  let checked = Checker.check(Parser.parse(source))
  let made = checked.problems.isEmpty ? Generator.generate(checked, storage: storage) : nil
  guard let program = made?.program else {
    let all = made?.problems ?? checked.problems
    throw NotAProgram(
      description: DiagnosticList(source: source, all).lines(carets: false).joined(separator: "\n"))
  }
  return program
}

/// - Parameters:
///   - budget: of a step: small ones pause the program everywhere.
///   - collects: a full cycle between steps, after each of them or after some.
///   - every: how many steps at most lie between two cycles.
///   - seed: chooses how many.
///   - storage: nil: as escape analysis decides.
///   - arguments: `os.Args`.
///   - atEnd: sees the heap when the program has ended.
func run(
  _ text: String, budget: Int = 10_000, collects: Bool = false, every: Int = 1, seed: UInt64 = 1,
  storage: (any StorageRule)? = nil, arguments: [String] = [],
  atEnd: (Heap) -> Void = { _ in }
) throws -> Ending {
  let program = try compile(text, storage: storage)
  let node = NodeID(1)
  let heap = try Heap(
    configuration: HeapConfiguration(node: node, arenaBytes: 256 << 20, poisonFreed: true),
    types: TypeTable())
  let collector = Collector(heap: heap, rules: .all)
  let environment = MutatorEnvironment(
    node: node, heap: heap, collector: collector, rules: .all,
    library: WorkloadLibrary([ProgramWorkload.self]))
  let worker = Worker(index: 0, environment: environment)
  let marker = collector.makeMarker()
  worker.inbox.putAlways(.members([node]))
  worker.inbox.putAlways(
    .startRun(
      RunDescription(
        run: RunID(rawValue: 1), workload: "program",
        parameters: [
          Setting("image", ProgramImage.encode(program)),
          Setting(
            "arguments", String(decoding: try JSONEncoder().encode(arguments), as: UTF8.self)),
        ], seed: 1, nodes: [node],
        firstType: 1, durationNanoseconds: 0), startsFirstTask: true))
  var ending = Ending()
  var epoch = Epoch.zero
  var isScanned = false
  var isWanted = false
  var now = Moment(nanoseconds: 1)

  func quantum() throws {
    now = now + .microseconds(10)
    _ = worker.quantum(now: now, budget: budget)
    for output in worker.outbox.takeAll() {
      switch output {
      case .runOutput(_, let text): ending.output += text
      case .runEnded(_, let ok, let message, let result, _):
        guard ok else { throw NotAProgram(description: message) }
        ending.exit = Int(result.filter { $0.isNumber })
      case .wantsCollection: isWanted = true
      case .rootsScanned: isScanned = true
      case .lostObject(_, let object, let place):
        throw NotAProgram(description: "lost \(object) at \(place)")
      default: break
      }
    }
  }
  func stopped(_ body: () -> Void) throws {
    environment.stop.request()
    try quantum()
    body()
    environment.stop.release()
  }
  func collect() throws {
    try stopped {
      epoch = epoch.next
      heap.finishSweep()
      collector.arm(epoch: epoch, members: [node])
    }
    isScanned = false
    while !isScanned {
      try quantum()
      if every > 1 { _ = marker.drain(objects: 8) }
    }
    try stopped {
      while !collector.isQuiescent { _ = marker.drain(objects: 4096) }
      collector.disarm()
      heap.beginSweep()
      heap.finishSweep()
    }
    worker.inbox.putAlways(.cycleEnded(epoch))
    ending.cycles += 1
  }

  var random = SplitMix(seed: seed)
  var left = 1
  for _ in 0..<1_000_000 where ending.exit == nil {
    try quantum()
    left -= 1
    if ending.exit == nil, isWanted || collects && left <= 0 {
      isWanted = false
      try collect()
      left = 1 + random.below(every)
    }
  }
  atEnd(heap)
  return ending
}
