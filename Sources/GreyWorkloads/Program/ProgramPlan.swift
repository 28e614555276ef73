// What every node of `heap-snapshot` derives from the file, the same everywhere: which objects are
// its own, which objects of others its edges lead to, and in which round which slots are cleared.
//
// The snapshot is read once in a process, when its types are asked for; the plan is made by the
// first task that needs it. Both take longer than a step should (some milliseconds for each
// megabyte of the file), once, at the beginning of the run.

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
    var snapshot: HeapSnapshot?
    var plans: [ProgramPlan] = []
  }
  /// Protects what has been read and planned so far; values in it never change.
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

  func snapshot() throws(WorkloadError) -> HeapSnapshot {
    let read = cache.withLock { cache -> Result<HeapSnapshot, HeapSnapshotError> in
      if let snapshot = cache.snapshot { return .success(snapshot) }
      do throws(HeapSnapshotError) {
        let snapshot = try HeapSnapshot(path: path, typeLimit: typeLimit)
        cache.snapshot = snapshot
        return .success(snapshot)
      } catch {
        return .failure(error)
      }
    }
    switch read {
    case .success(let snapshot): return snapshot
    case .failure(let error): throw WorkloadError("\(path): \(error)")
    }
  }

  /// The plan of the node in whose step this is called.
  func plan(_ task: TaskContext) throws(WorkloadError) -> ProgramPlan {
    let snapshot = try snapshot()
    let (nodes, node, seed) = (task.nodes.count, task.nodeIndex, task.seed)
    return cache.withLock { cache in
      if let plan = cache.plans.first(where: { $0.nodes == nodes && $0.node == node }) {
        return plan
      }
      let plan = ProgramPlan(
        snapshot, nodes: nodes, node: node, partition: partition, rounds: rounds, drops: drops,
        seed: seed)
      cache.plans.append(plan)
      return plan
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

  init(
    _ snapshot: HeapSnapshot, nodes: Int, node: Int, partition how: SnapshotPartitioning,
    rounds: Int, drops: Int, seed: UInt64
  ) {
    let partition = snapshot.partition(how, parts: nodes)
    let owner = partition.owner
    var own: [UInt32] = []
    var foreign: [UInt32] = []
    var place = [UInt32](repeating: 0, count: snapshot.objectCount)
    var isForeign = SnapshotObjects(count: snapshot.objectCount)
    for object in 0..<snapshot.objectCount where Int(owner[object]) == node {
      place[object] = UInt32(own.count)
      own.append(UInt32(object))
      for edge in snapshot.edges(of: object) {
        let target = Int(snapshot.target[edge])
        if Int(owner[target]) != node, isForeign.insert(target) { foreign.append(UInt32(target)) }
      }
    }
    foreign.sort { (owner[Int($0)], $0) < (owner[Int($1)], $1) }
    for (index, object) in foreign.enumerated() { place[Int(object)] = UInt32(index) }
    self.snapshot = snapshot
    self.nodes = nodes
    self.node = node
    self.owner = owner
    self.own = own
    self.foreign = foreign
    self.place = place
    cutEdges = partition.cutEdges
    self.rounds = Self.rounds(snapshot, rounds, drops, seed)
  }

  /// Each round clears some of the same slots, at least one, drawn with the run's seed.
  private static func rounds(
    _ snapshot: HeapSnapshot, _ count: Int, _ drops: Int, _ seed: UInt64
  ) -> [ProgramRound] {
    var random = SplitMix(seed: seed)
    let edges = snapshot.drops(count: drops, seed: random.next()).map(\.edge)
    return (0..<count).map { _ in
      var cut = edges.filter { _ in random.chance(1, in: 2) }
      if cut.isEmpty, !edges.isEmpty { cut = [edges[random.below(edges.count)]] }
      return ProgramRound(cut: Set(cut), alive: snapshot.reachable(without: cut))
    }
  }

  func isOwn(_ object: Int) -> Bool { Int(owner[object]) == node }

  /// A run of limited duration may have more rounds than were planned: they begin again.
  func round(_ number: Int) -> ProgramRound { rounds[number % rounds.count] }
}
