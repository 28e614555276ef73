// What a node says to the coordinator: a closed set.

import GreyBasics

package enum NodeMessage: Hashable, Sendable {
  /// The first message of a process, and of a node that finds a new coordinator.
  case hello(Hello)
  /// Swept, cleared, ready for a stop.
  case prepared(epoch: Epoch)
  /// Every task is at a safepoint and, for stop 1, the barrier is on.
  /// `stopNanoseconds`: from hearing of the stop to the last worker's safepoint.
  case stopped(stop: StopNumber, epoch: Epoch, stopNanoseconds: UInt64)
  /// The state of marking. Unasked when an idle node's counts change or it turns idle; within
  /// stop 2 (`stop` not zero) after every change; on request with the number of the wave.
  case report(MarkReport)
  /// This node's lease ended before it heard how the stop ended. In stop 1 it has aborted the
  /// epoch; in stop 2 it marks on.
  case leaseEnded(stop: StopNumber, epoch: Epoch)
  /// The epoch's garbage is freed.
  case swept(SweepReport)
  /// The step of a cycle walked by hand is done here, and this node's collectors hold.
  case walked(WalkReport)
  /// Answers the coordinator's heartbeat, and comes unasked at the heartbeat interval.
  case heartbeat(NodeStatus)
  /// The fenced incarnation's messages are discarded.
  case fenced(node: NodeID)

  /// Text of a run, in order per task.
  case runOutput(run: RunID, text: String)
  /// This node's part of the run is over. `result` is a JSON object of the workload's own; `memory`
  /// is what a task did not get that failed for it.
  case runEnded(
    run: RunID, ok: Bool, message: String, result: String, memory: MemoryFailure? = nil)
  /// The answer to an inspection; `problem` is empty unless it failed.
  case inspection(request: UInt64, problem: String, body: [UInt8])
  /// A task wants a full cycle; the reason is for people.
  case collectRequest(CollectDemand, reason: String)
  /// A task touched a slot that was freed: never in a cluster with every rule in force.
  /// `offset`: of the object in this node's heap; nil when what the task held was no reference.
  case lostObject(run: RunID, offset: UInt64?, description: String)
  /// Nothing is owed any more: this incarnation is gone when this is heard.
  case left
}

/// Memory that a task did not get, although a full cycle was tried if one could have helped.
package struct MemoryFailure: Hashable, Sendable {
  /// Whose heap it is.
  package var node: NodeID
  /// Who asked: `build, task 64`, on the node that says so.
  package var task: String
  /// Zero where that is not known.
  package var requestedBytes: UInt64

  package init(node: NodeID, task: String, requestedBytes: UInt64) {
    self.node = node
    self.task = task
    self.requestedBytes = requestedBytes
  }
}

/// What a task wants a cycle for.
package enum CollectDemand: UInt8, Hashable, Sendable, CaseIterable {
  /// It asked for one (`runtime.GC`).
  case cycle = 1
  /// It is parked at the limit until memory was freed.
  case memory
}

package struct Hello: Hashable, Sendable {
  /// What the wire format is called; another one is refused.
  package var version: UInt16
  package var cluster: String
  package var pid: UInt32
  /// Of the process, in clock ticks since boot, so that a reused pid is not taken for it.
  package var processStart: UInt64
  package var host: String
  package var endpoint: String
  /// Not zero when this process was a member before: a restarted coordinator takes it over.
  package var node: NodeID
  package var term: Term
  package var highestEpoch: Epoch
  /// Everybody on this node's member list, so that a new coordinator hears of all of them.
  package var members: [Member]
  package init(
    version: UInt16, cluster: String, pid: UInt32, processStart: UInt64, host: String,
    endpoint: String, node: NodeID, term: Term, highestEpoch: Epoch, members: [Member]
  ) {
    self.version = version
    self.cluster = cluster
    self.pid = pid
    self.processStart = processStart
    self.host = host
    self.endpoint = endpoint
    self.node = node
    self.term = term
    self.highestEpoch = highestEpoch
    self.members = members
  }
}

/// How far marking is at one node, and what it has exchanged with each member.
package struct MarkReport: Hashable, Sendable {
  package struct Channel: Hashable, Sendable {
    package var peer: NodeID
    /// References sent to that peer in grey batches of this epoch.
    package var sent: UInt64
    /// References of that peer's grey batches of this epoch that have been shaded.
    package var received: UInt64
    package init(peer: NodeID, sent: UInt64, received: UInt64) {
      self.peer = peer
      self.sent = sent
      self.received = received
    }
  }
  package var epoch: Epoch
  package var membersVersion: UInt64
  /// Zero when unasked.
  package var wave: UInt64
  /// Not zero within stop 2.
  package var stop: StopNumber
  /// All roots scanned, nothing grey held by any worker, buffers flushed, no batch waiting.
  package var isIdle: Bool
  /// In the order of the peers' ids.
  package var channels: [Channel]
  package init(
    epoch: Epoch, membersVersion: UInt64, wave: UInt64, stop: StopNumber, isIdle: Bool,
    channels: [Channel]
  ) {
    self.epoch = epoch
    self.membersVersion = membersVersion
    self.wave = wave
    self.stop = stop
    self.isIdle = isIdle
    self.channels = channels
  }
}

/// What one node's part of a cycle cost and freed.
package struct SweepReport: Hashable, Sendable {
  package var epoch: Epoch
  package var objectsMarked: UInt64 = 0
  package var objectsFreed: UInt64 = 0
  package var bytesFreed: UInt64 = 0
  package var heapStartBytes: UInt64 = 0
  package var heapEndBytes: UInt64 = 0
  package var heapLiveBytes: UInt64 = 0
  package var goalBytes: UInt64 = 0
  package var stackBytes: UInt64 = 0
  package var globalBytes: UInt64 = 0
  package var greyReferencesSent: UInt64 = 0
  package var greyBatchesSent: UInt64 = 0
  package var assistNanoseconds: UInt64 = 0
  package var backgroundMarkNanoseconds: UInt64 = 0
  package var idleMarkNanoseconds: UInt64 = 0
  package var sweepNanoseconds: UInt64 = 0
  /// Workers, over which CPU times are to be seen.
  package var processors: UInt64 = 0
  package init(epoch: Epoch) { self.epoch = epoch }
}

/// A node's state at a heartbeat.
package struct NodeStatus: Hashable, Sendable {
  package var sequence: UInt64 = 0
  package var epoch: Epoch = .zero
  package var isMarking = false
  package var isSweeping = false
  /// The trigger comes from the memory limit.
  package var isMemoryLimited = false
  /// It wants to leave, and takes nothing new: no run is to be started there.
  package var isLeaving = false
  /// The stop that it is in, or zero.
  package var stop: StopNumber = .zero
  package var heapBytes: UInt64 = 0
  package var triggerBytes: UInt64 = 0
  package var goalBytes: UInt64 = 0
  package var limitBytes: UInt64 = 0
  /// What the heap can never pass: its own limit, or its arena.
  package var heapLimitBytes: UInt64 = 0
  package var objects: UInt64 = 0
  package var tasks: UInt64 = 0
  package var transitEntries: UInt64 = 0
  /// Bytes queued towards peers and not yet received by them.
  package var unacknowledgedBytes: UInt64 = 0
  package var malformedFrames: UInt64 = 0
  /// While a stop waits: the task that has not reached a safepoint.
  package var runningTask: String = ""
  /// Peers that have confirmed nothing of what was sent to them for a whole `fence_after`, in the
  /// order of their ids.
  package var severedPeers: [NodeID] = []
  /// Peers that sent, in a frame of their link, what is no message; likewise.
  package var unreadablePeers: [NodeID] = []
  package init() {}
}
