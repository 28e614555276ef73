// Results of `gc`, `gc --step` and `verify`.

import GreyBasics

/// `gc --json`: the figures of the cycle that was asked for, with `schema` in front.
package struct GcResult: ControlResult {
  package static let schema = "greywave.gc/1"
  package var figures: CycleFigures
  package init(figures: CycleFigures) { self.figures = figures }
  // The figures are the object itself, not a member of it.
  package init(from decoder: any Decoder) throws { figures = try CycleFigures(from: decoder) }
  package func encode(to encoder: any Encoder) throws { try figures.encode(to: encoder) }
}

/// Where a cycle that is walked by hand stands now.
package struct StepResult: ControlResult {
  package static let schema = "greywave.step/1"

  /// As of its last heartbeat.
  package struct Node: Hashable, Sendable, Codable {
    package var node: NodeID
    /// It neither marks nor sweeps.
    package var isIdle: Bool
    package var heapBytes: Int
    package var objects: Int
    /// How marking and sweeping stood when its collectors last held; from the first such hold on.
    package var walk: Walk?
    package init(
      node: NodeID, isIdle: Bool, heapBytes: Int, objects: Int, walk: Walk? = nil
    ) {
      self.node = node
      self.isIdle = isIdle
      self.heapBytes = heapBytes
      self.objects = objects
      self.walk = walk
    }
  }

  /// Of this cycle so far.
  package struct Walk: Hashable, Sendable, Codable {
    /// Objects to be scanned, and references to be shaded here or sent to their owner.
    package var greyLeft = 0
    package var objectsMarked = 0
    package var greyRefsSent = 0
    package var greyRefsReceived = 0
    /// Bytes that tasks in debt have scanned.
    package var assistBytes = 0
    /// Assists that were due and let off, because a step held.
    package var assistsHeld = 0
    package var pagesSwept = 0
    package var pagesLeft = 0
    package var objectsFreed = 0
    package init() {}
  }

  /// Held before it goes on from this phase.
  package var phase: ClusterPhase
  package var epoch: Epoch
  /// What happened since the step before, in a sentence.
  package var description: String
  /// What `phase` would do next, in a sentence.
  package var next: String
  package var isDone: Bool
  package var nodes: [Node]
  /// When it is done.
  package var figures: CycleFigures?

  package init(
    phase: ClusterPhase, epoch: Epoch, description: String, next: String, isDone: Bool,
    nodes: [Node], figures: CycleFigures? = nil
  ) {
    self.phase = phase
    self.epoch = epoch
    self.description = description
    self.next = next
    self.isDone = isDone
    self.nodes = nodes
    self.figures = figures
  }
}

/// What the oracle found: it shares no code with the collector.
package struct VerifyResult: ControlResult {
  package static let schema = "greywave.verify/1"

  package struct Node: Hashable, Sendable, Codable {
    package var node: NodeID
    package var reachableObjects = 0
    package var lostObjects = 0
    package var garbageObjects = 0
    package var floatingObjects = 0
    package var reachableBytes = 0
    package var transitEntries = 0
    package init(node: NodeID) { self.node = node }
  }
  /// A reachable reference into a freed slot.
  package struct Loss: Hashable, Sendable, Codable {
    package var object: ObjectName
    /// The object or root that holds the reference.
    package var heldBy: String
    package init(object: ObjectName, heldBy: String) {
      self.object = object
      self.heldBy = heldBy
    }
  }

  package var cycle: Int
  package var epoch: Epoch
  package var reachableObjects: Int
  package var lostObjects: Int
  /// Unreachable and white in the last cycle, and still there.
  package var garbageObjects: Int
  /// Unreachable, but marked or born black: the next cycle's.
  package var floatingObjects: Int
  package var stoppedUs: Int
  package var nodes: [Node]
  /// The first of the losses.
  package var lost: [Loss]

  /// The totals are the sums over the nodes.
  package init(cycle: Int, epoch: Epoch, stoppedUs: Int, nodes: [Node], lost: [Loss]) {
    self.cycle = cycle
    self.epoch = epoch
    self.stoppedUs = stoppedUs
    self.nodes = nodes
    self.lost = lost
    reachableObjects = nodes.reduce(0) { $0 + $1.reachableObjects }
    lostObjects = nodes.reduce(0) { $0 + $1.lostObjects }
    garbageObjects = nodes.reduce(0) { $0 + $1.garbageObjects }
    floatingObjects = nodes.reduce(0) { $0 + $1.floatingObjects }
  }

  package var isClean: Bool { lostObjects == 0 && garbageObjects == 0 }
}
