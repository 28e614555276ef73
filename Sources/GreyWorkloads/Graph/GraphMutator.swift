// The task of `graph` that changes the graph, one on every node.

import GreyBasics
import GreyHeap
import GreyMutator

final class GraphMutator: TaskBody {
  static let home: Slot = 0
  static let anchors: Slot = 1
  /// Whose edge is read or written.
  static let vertex: Slot = 2
  static let target: Slot = 3
  static let serial: Slot = 4
  static let cohort: Slot = 5
  static let stamp: Slot = 6
  static let operations: Slot = 7
  static let vertices: Slot = 8
  static let edges: Slot = 9
  static let remoteEdges: Slot = 10
  static let checks: Slot = 11
  static let layout = FrameLayout(slots: 12, references: [1, 2, 3])

  private enum Stage {
    case begin, choose
    /// A link to another node's vertex: asked for, read, written.
    case picked, pickRead
    /// A walk: a vertex is to be read, was read; its edge is to be read, was read.
    case visit, visited, followed
    case written, report, end
  }
  private var stage = Stage.begin
  private let workload: RandomGraph
  /// The present cohort of this node, and how many vertices of it were made here.
  private var cohort = 1
  private var made = 0
  private var nextSerial = 1
  /// Of the walk: vertices to visit yet, and the cohort of those behind.
  private var walkLeft = 0
  private var walkCohort: UInt64?

  init(_ workload: RandomGraph) { self.workload = workload }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "\(stage) of graph") { return failure }
    var left = budget
    do throws(AllocationFailure) {
      while left > 0 {
        left -= 20
        switch stage {
        case .begin:
          task.loadGlobal(0, into: Self.anchors)
          stage = .choose
        case .choose: if let operation = try choose(task) { return .wait(operation) }
        case .picked: if let operation = picked(task) { return .wait(operation) }
        case .pickRead:
          if let mistake = linkPicked(task) { return task.wrong(mistake) }
        case .visit:
          stage = .visited
          if let operation = read(Self.vertex, task) { return .wait(operation) }
        case .visited:
          switch visited(task) {
          case .wrong(let mistake): return task.wrong(mistake)
          case .goOn(let operation?): return .wait(operation)
          case .goOn(nil): break
          }
        case .followed: followed(task)
        case .written: finishOperation(task)
        case .report:
          stage = .end
          return .wait(
            .send(
              to: Self.home,
              values: [Self.operations, Self.vertices, Self.edges, Self.remoteEdges, Self.checks]))
        case .end: return .done
        }
      }
    } catch {
      return task.waitForMemory(error)
    }
    return .more
  }

  // MARK: choosing

  private func choose(_ task: TaskContext) throws(AllocationFailure) -> Operation? {
    if task.isOver(after: task[integer: Self.operations], of: workload.operations) {
      stage = .report
      return nil
    }
    var random = task.random
    switch random.below(100) {
    case ..<40: try create(task)
    case ..<75:
      let isRemote = random.chance(workload.remote, in: 100) && task.nodes.count > 1
      if isRemote {
        stage = .picked
        let other = (task.nodeIndex + 1 + random.below(task.nodes.count - 1)) % task.nodes.count
        task.random = random
        return .call(
          on: task.nodes[other], RandomGraph.Function.pick, arguments: [],
          results: [Self.target])
      }
      link(task, &random)
    case ..<90:
      task.random = random
      beginWalk(task)
      return nil
    default: forget(task, &random)
    }
    task.random = random
    finishOperation(task)
    return nil
  }

  private func finishOperation(_ task: TaskContext) {
    task[integer: Self.operations] += 1
    for slot in [Self.vertex, Self.target] { task[reference: slot] = .null }
    stage = .choose
  }

  private func anchor(_ task: TaskContext, _ random: inout SplitMix) -> Reference {
    task.load(task[reference: Self.anchors], word: random.below(workload.anchors))
  }
  private func edge(_ random: inout SplitMix) -> Int {
    RandomGraph.Vertex.firstEdge + random.below(workload.degree)
  }

  // MARK: local changes

  /// A new vertex in the place of the oldest anchor.
  private func create(_ task: TaskContext) throws(AllocationFailure) {
    let vertex = try task.allocate(task.shape(task.type(1)))
    let serial = RandomGraph.serial(node: task.node, nextSerial)
    task.store(data: serial, to: vertex, word: RandomGraph.Vertex.serial)
    task.store(data: UInt64(cohort), to: vertex, word: RandomGraph.Vertex.cohort)
    task.store(
      data: Stamp.of(serial, UInt64(cohort)), to: vertex, word: RandomGraph.Vertex.stamp)
    task.store(
      vertex, to: task[reference: Self.anchors], word: nextSerial % workload.anchors)
    nextSerial += 1
    task[integer: Self.vertices] += 1
    made += 1
    if made >= workload.anchors { begin(cohort: cohort + 1) }
  }

  private func begin(cohort: Int) {
    self.cohort = cohort
    made = 0
  }

  /// An edge between two of this node's anchors, if they are of one cohort.
  private func link(_ task: TaskContext, _ random: inout SplitMix) {
    let vertex = anchor(task, &random)
    let target = anchor(task, &random)
    guard !vertex.isNull, !target.isNull,
      task.loadData(vertex, word: RandomGraph.Vertex.cohort)
        == task.loadData(target, word: RandomGraph.Vertex.cohort)
    else { return }
    task.store(target, to: vertex, word: edge(&random))
    task[integer: Self.edges] += 1
  }

  private func forget(_ task: TaskContext, _ random: inout SplitMix) {
    let vertex = anchor(task, &random)
    if !vertex.isNull { task.store(.null, to: vertex, word: edge(&random)) }
  }

  // MARK: links to other nodes

  private func read(_ slot: Slot, _ task: TaskContext) -> Operation? {
    task.read(object: slot, word: 0, into: [Self.serial, Self.cohort, Self.stamp])
  }

  private func check(_ slot: Slot, _ task: TaskContext) -> String? {
    task[integer: Self.checks] += 1
    let found = (task[data: Self.serial], task[data: Self.cohort], task[data: Self.stamp])
    return RandomGraph.mistake(on: task[reference: slot].node, found: found)
  }

  private func picked(_ task: TaskContext) -> Operation? {
    if task[reference: Self.target].isNull {
      finishOperation(task)
      return nil
    }
    stage = .pickRead
    return read(Self.target, task)
  }

  private func linkPicked(_ task: TaskContext) -> String? {
    if let mistake = check(Self.target, task) { return mistake }
    let theirs = task[data: Self.cohort]
    if theirs > UInt64(cohort) { begin(cohort: Int(theirs)) }
    let vertex = anchor(task, &task.random)
    if !vertex.isNull, task.loadData(vertex, word: RandomGraph.Vertex.cohort) == theirs {
      task.store(task[reference: Self.target], to: vertex, word: edge(&task.random))
      task[integer: Self.edges] += 1
      task[integer: Self.remoteEdges] += 1
    }
    finishOperation(task)
    return nil
  }

  // MARK: walks

  private func beginWalk(_ task: TaskContext) {
    let vertex = anchor(task, &task.random)
    if vertex.isNull { return finishOperation(task) }
    task[reference: Self.vertex] = vertex
    walkLeft = workload.walk
    walkCohort = nil
    stage = .visit
  }

  private enum Visit {
    case wrong(String)
    case goOn(Operation?)
  }

  /// A vertex was read: checks it and goes on, or ends with a write to it.
  private func visited(_ task: TaskContext) -> Visit {
    if let mistake = check(Self.vertex, task) { return .wrong(mistake) }
    let found = task[data: Self.cohort]
    if let walkCohort, let mistake = RandomGraph.mistake(edgeFrom: walkCohort, to: found) {
      return .wrong(mistake)
    }
    walkCohort = found
    walkLeft -= 1
    let edge = edge(&task.random)
    if walkLeft > 0 {
      stage = .followed
      return .goOn(task.read(object: Self.vertex, word: edge, into: [Self.target]))
    }
    // The end of the walk: one of its edges is led to an anchor of this node, or to nothing.
    let target = anchor(task, &task.random)
    let fits =
      !target.isNull && task.loadData(target, word: RandomGraph.Vertex.cohort) == found
    task[reference: Self.target] = fits ? target : .null
    stage = .written
    return .goOn(task.write(object: Self.vertex, word: edge, from: Self.target))
  }

  private func followed(_ task: TaskContext) {
    if task[reference: Self.target].isNull { return finishOperation(task) }
    task[reference: Self.vertex] = task[reference: Self.target]
    stage = .visit
  }
}
