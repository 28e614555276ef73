// The first task of `heap-snapshot`: takes the nodes through the phases, one after the other.

import GreyBasics
import GreyHeap
import GreyMutator

final class ProgramMain: TaskBody {
  static let home: Slot = 0
  static let round: Slot = 1
  static let started: Slot = 2
  static let count: Slot = 3
  static let layout = FrameLayout(slots: 4)

  /// In their order; after `judge` the next round begins with `build`, or the end with
  /// `lastRelease`.
  private enum Stage {
    case tables, build, exchange, link, release, collect, census, weigh
    case newTables, walk, check, judge
    case lastRelease, lastCollect, hold, end
  }
  private var stage = Stage.tables
  private let workload: HeapProgram
  private var phase: FanOut?
  /// What the nodes have reported of the present phase.
  private var sum = 0
  private var plan: ProgramPlan?

  private var round = 0
  private var built = 0
  private var cleared = 0
  private var checked = 0
  private var alive = 0
  /// What the heap has counted, and the collections of this round.
  private var counted = 0
  private var collections = 0

  init(_ workload: HeapProgram) { self.workload = workload }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "\(stage) of heap-snapshot") { return failure }
    task[data: Self.home] = task.address.rawValue
    task[integer: Self.round] = round
    while true {
      if let (function, next) = phaseOfStage {
        if let wait = run(function, task, then: next) { return wait }
        continue
      }
      switch stage {
      case .collect:
        stage = .census
        collections += 1
        return .wait(.collect)
      case .weigh: if let end = weigh(task, budget: budget) { return end }
      case .judge: if let end = judge(task, budget: budget) { return end }
      case .lastCollect:
        stage = .hold
        return .wait(.collect)
      case .hold:
        stage = .end
        if workload.hold > 0 {
          task.output("holding \(alive) objects for \(workload.hold) s\n")
          return .wait(.sleep(.seconds(workload.hold)))
        }
      default:
        task.finish(ok: true, result: result.json)
        return .done
      }
    }
  }

  /// What a stage runs on all nodes, and the stage that follows; nil for those that are this
  /// task's own.
  private var phaseOfStage: (FunctionIndex, next: Stage)? {
    switch stage {
    case .tables: (HeapProgram.Function.prepare, .build)
    case .build: (HeapProgram.Function.build, .exchange)
    case .exchange: (HeapProgram.Function.exchange, .link)
    case .link: (HeapProgram.Function.link, .release)
    case .release: (HeapProgram.Function.release, .collect)
    case .census: (HeapProgram.Function.census, .weigh)
    case .newTables: (HeapProgram.Function.prepare, .walk)
    case .walk: (HeapProgram.Function.walk, .check)
    case .check: (HeapProgram.Function.check, .judge)
    case .lastRelease: (HeapProgram.Function.release, .lastCollect)
    case .collect, .weigh, .judge, .lastCollect, .hold, .end: nil
    }
  }

  /// Runs a phase on all nodes. Nil when all have reported.
  private func run(_ function: FunctionIndex, _ task: TaskContext, then next: Stage) -> Step? {
    var nodes =
      phase
      ?? FanOut(
        function, arguments: [Self.home, Self.round], address: Self.started, report: [Self.count])
    while true {
      switch nodes.next(task) {
      case .wait(let operation):
        phase = nodes
        return .wait(operation)
      case .report: sum += task[integer: Self.count]
      case .finished:
        phase = nil
        finish(stage, then: next)
        sum = 0
        return nil
      }
    }
  }

  private func finish(_ phase: Stage, then next: Stage) {
    switch phase {
    case .build: built += sum
    case .link: cleared += sum
    case .census: counted = sum
    case .check: alive = sum
    default: break
    }
    // A walk that has told somebody something is not over.
    stage = phase == .walk && sum > 0 ? .walk : next
  }

  /// How many the file says are alive in this round; nil: ask again in the next step.
  private func expected(_ task: TaskContext, budget: Int) throws(WorkloadError) -> Int? {
    guard let plan = try workload.image.plan(task, budget: budget) else { return nil }
    self.plan = plan
    return plan.round(round).alive.count
  }

  /// Was everything freed that nothing leads to, and nothing else? Nil when it is so, or when that
  /// is to be seen after another collection.
  private func weigh(_ task: TaskContext, budget: Int) -> Step? {
    do throws(WorkloadError) {
      guard let expected = try expected(task, budget: budget) else { return .more }
      switch ProgramCensus.judge(
        counted: counted, expected: expected, collections: collections)
      {
      case .right:
        collections = 0
        stage = .newTables
      case .again: stage = .collect
      case .wrong(let mistake): return task.wrong(mistake)
      }
      return nil
    } catch {
      return .failed(TaskFailure("\(error)"))
    }
  }

  /// The round is over: as many alive on all nodes together as the file says? Nil when it is so.
  private func judge(_ task: TaskContext, budget: Int) -> Step? {
    do throws(WorkloadError) {
      guard let expected = try expected(task, budget: budget) else { return .more }
      if let mistake = Self.mistake(alive: alive, expected: expected) { return task.wrong(mistake) }
    } catch {
      return .failed(TaskFailure("\(error)"))
    }
    checked += alive
    round += 1
    task[integer: Self.round] = round
    task.output("round \(round): \(alive) objects alive, \(built) built so far\n")
    stage = task.isOver(after: round, of: workload.rounds) ? .lastRelease : .build
    return nil
  }

  static func mistake(alive: Int, expected: Int) -> String? {
    if alive == expected { return nil }
    return "\(alive) objects are alive, the file says \(expected)"
  }

  private var result: ResultObject {
    [
      "rounds": .integer(round), "objects": .integer(plan?.snapshot.objectCount ?? 0),
      "edges": .integer(plan?.snapshot.edgeCount ?? 0),
      "weak_edges_dropped": .integer(plan?.snapshot.weakEdges ?? 0),
      "cut_edges": .integer(plan?.cutEdges ?? 0), "objects_built": .integer(built),
      "slots_cleared": .integer(cleared), "objects_checked": .integer(checked),
      "counted_live_objects": .integer(counted), "expected_live_objects": .integer(alive),
    ]
  }
}
