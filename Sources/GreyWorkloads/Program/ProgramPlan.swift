// What every node of `heap-snapshot` derives from the file, the same everywhere: which objects are
// its own, which objects of others its edges lead to, and in which round which slots are cleared.
//
// A large file takes seconds to be read, and no task may keep its worker from a safepoint for that
// long. So whichever task of the run comes to it reads on for one step's budget; the file's types
// are defined when it is read, and then the plan is made, a pass over the heap in a step. (A pass
// takes some milliseconds for each million of edges.)

import GreyBasics
import GreyMutator

/// The snapshot and the plans of a run on one worker.
package final class ProgramImage: Sendable {
  private let path: String
  private let partition: SnapshotPartitioning
  private let rounds: Int
  private let drops: Int
  private let typeLimit: Int

  private struct Cache {
    var reader: SnapshotReader?
    var snapshot: HeapSnapshot?
    var planning: ProgramPlanning?
    var plans: [ProgramPlan] = []
  }
  /// Protects what has been read and planned so far.
  private let cache = Guarded(Cache())

  init(
    path: String, partition: SnapshotPartitioning, rounds: Int, drops: Int, typeLimit: Int
  ) {
    self.path = path
    self.partition = partition
    self.rounds = rounds
    self.drops = drops
    self.typeLimit = typeLimit
  }

  /// The plan of the node in whose step this is called; nil: there is more to be done for it, call
  /// again in the next step.
  func plan(_ task: TaskContext, budget: Int) throws(WorkloadError) -> ProgramPlan? {
    // A unit of a step is a few nanoseconds, and so is a byte.
    guard let snapshot = try snapshot(budget: budget) else { return nil }
    if task.typeCount == ProgramTypes.own {
      try task.define(types: ProgramTypes.descriptions(snapshot))
      return nil
    }
    let (nodes, node, seed) = (task.nodes.count, task.nodeIndex, task.seed)
    return cache.withLock { cache in
      if let plan = cache.plans.first(where: { $0.nodes == nodes && $0.node == node }) {
        return plan
      }
      var planning =
        cache.planning
        ?? ProgramPlanning(
          snapshot: snapshot, nodes: nodes, node: node, partitioning: partition,
          roundCount: rounds, drops: drops, seed: seed)
      cache.planning = nil
      guard let plan = planning.advance() else {
        cache.planning = planning
        return nil
      }
      cache.plans.append(plan)
      return plan
    }
  }

  private func snapshot(budget: Int) throws(WorkloadError) -> HeapSnapshot? {
    let read = cache.withLock { cache -> Result<HeapSnapshot?, HeapSnapshotError> in
      if let snapshot = cache.snapshot { return .success(snapshot) }
      do throws(HeapSnapshotError) {
        let reader: SnapshotReader
        if let begun = cache.reader {
          reader = begun
        } else {
          reader = try SnapshotReader(
            path: SnapshotPath.resolve(path), typeLimit: typeLimit)
          cache.reader = reader
        }
        cache.snapshot = try reader.read(about: max(1, budget))
        if cache.snapshot != nil { cache.reader = nil }
        // The step is over: what follows is the next one's.
        return .success(nil)
      } catch {
        return .failure(error)
      }
    }
    switch read {
    case .success(let snapshot): return snapshot
    case .failure(let error): throw WorkloadError("\(path): \(error)")
    }
  }
}

/// Which slots are cleared in a round, and what is alive while they are.
struct ProgramRound: Sendable {
  /// Edges of the file.
  let cut: Set<Int>
  let alive: SnapshotObjects
}

final class ProgramPlan: Sendable {
  let snapshot: HeapSnapshot
  let nodes: Int
  /// This node's place among them.
  let node: Int
  /// Of each object the place of its node.
  let owner: [UInt16]
  /// This node's objects, by their numbers in the file, ascending.
  let own: [UInt32]
  /// Objects of other nodes to which edges of this node's lead; those of one node together.
  let foreign: [UInt32]
  /// Of each object its place in `own` or in `foreign`; of no meaning for those in neither.
  let place: [UInt32]
  let cutEdges: Int
  let rounds: [ProgramRound]

  fileprivate init(_ planning: ProgramPlanning) {
    snapshot = planning.snapshot
    nodes = planning.nodes
    node = planning.node
    owner = planning.owner
    own = planning.own
    foreign = planning.foreign
    place = planning.place
    cutEdges = planning.cutEdges
    rounds = planning.rounds
  }

  func isOwn(_ object: Int) -> Bool { Int(owner[object]) == node }

  /// A run of limited duration may have more rounds than were planned: they begin again.
  func round(_ number: Int) -> ProgramRound { rounds[number % rounds.count] }
}

/// A plan that is being made, a pass over the heap at a time.
private struct ProgramPlanning {
  let snapshot: HeapSnapshot
  let nodes: Int
  let node: Int
  let partitioning: SnapshotPartitioning
  let roundCount: Int
  let drops: Int
  let seed: UInt64

  private enum Stage { case partition, places, drops, rounds }
  private var stage = Stage.partition
  var owner: [UInt16] = []
  var cutEdges = 0
  var own: [UInt32] = []
  var foreign: [UInt32] = []
  var place: [UInt32] = []
  var rounds: [ProgramRound] = []
  private var edges: [Int] = []
  private var random = SplitMix(seed: 0)

  init(
    snapshot: HeapSnapshot, nodes: Int, node: Int, partitioning: SnapshotPartitioning,
    roundCount: Int, drops: Int, seed: UInt64
  ) {
    self.snapshot = snapshot
    self.nodes = nodes
    self.node = node
    self.partitioning = partitioning
    self.roundCount = roundCount
    self.drops = drops
    self.seed = seed
  }

  /// The next pass; the plan after the last one.
  mutating func advance() -> ProgramPlan? {
    switch stage {
    case .partition:
      let partition = snapshot.partition(partitioning, parts: nodes)
      owner = partition.owner
      cutEdges = partition.cutEdges
      stage = .places
    case .places:
      findPlaces()
      stage = .drops
    case .drops:
      random = SplitMix(seed: seed)
      edges = snapshot.drops(count: drops, seed: random.next()).map(\.edge)
      stage = .rounds
    case .rounds:
      rounds.append(nextRound())
      if rounds.count == roundCount { return ProgramPlan(self) }
    }
    return nil
  }

  private mutating func findPlaces() {
    place = [UInt32](repeating: 0, count: snapshot.objectCount)
    var isForeign = SnapshotObjects(count: snapshot.objectCount)
    for object in 0..<snapshot.objectCount where Int(owner[object]) == node {
      place[object] = UInt32(own.count)
      own.append(UInt32(object))
      for edge in snapshot.edges(of: object) {
        let target = Int(snapshot.target[edge])
        if Int(owner[target]) != node, isForeign.insert(target) { foreign.append(UInt32(target)) }
      }
    }
    let owner = owner
    foreign.sort { (owner[Int($0)], $0) < (owner[Int($1)], $1) }
    for (index, object) in foreign.enumerated() { place[Int(object)] = UInt32(index) }
  }

  /// Each round clears some of the same slots, at least one, drawn with the run's seed.
  private mutating func nextRound() -> ProgramRound {
    var cut = edges.filter { _ in random.chance(1, in: 2) }
    if cut.isEmpty, !edges.isEmpty { cut = [edges[random.below(edges.count)]] }
    return ProgramRound(cut: Set(cut), alive: snapshot.reachable(without: cut))
  }
}
