// What the engine does after every input: it takes what the threads left for it, and tells the
// machine what has come true since.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire

/// The engine's view of the epoch that this node marks.
struct MarkingProgress {
  let epoch: Epoch
  let armedAt: Moment
  let heapStartBytes: Int
  /// When the node last became idle; nil while it is not.
  var idleSince: Moment?
  /// Time spent idle, waiting for others.
  var waited = Duration.zero
  /// What the machine was last told.
  var toldIdle = false
  var toldProgress: UInt64 = .max
  /// Batches that came early and whose epoch was armed meanwhile, not yet taken by the collector.
  var early: [BatchGate.Batch] = []
}

/// The epoch whose garbage this node frees.
struct SweepProgress {
  let epoch: Epoch
  let begunAt: Moment
  var report: SweepReport
}

extension NodeEngine {
  func settle() {
    guard let core else { return }
    drainOutboxes(core)
    placeWaiting()
    if let pause, !pause.isTold, core.stop.allParked {
      self.pause?.isTold = true
      feed(.workersParked(pause: pause.number))
    }
    // Before the preparation that may have brought the sweep to its end.
    finishSweepIfDone(core)
    let prepared = core.duties.preparedEpoch
    if prepared > preparedFor {
      preparedFor = prepared
      feed(.finishedPreparing(prepared))
    }
    sendGrey()
    reportMarking(core)
    answerWalk(core)
    leaveWhenDrained(core)
    lookAtHeap(core)
    let released = core.times.takeReleased()
    if released > 0 { log(.memoryReleased(bytes: released)) }
  }

  /// At most so much of each worker's outbox a settling: tasks that talk to tasks of the same node
  /// refill it as fast as it is read, and heartbeats, stops and peers must have their turn.
  private static let outputsATurn = 256

  private func drainOutboxes(_ core: NodeCore) {
    hasMoreOutput = false
    for (index, worker) in core.workers.enumerated() {
      for _ in 0..<Self.outputsATurn {
        guard let output = worker.outbox.take() else { break }
        take(output, of: index, core)
      }
      if !worker.outbox.isEmptyHint { hasMoreOutput = true }
    }
  }

  private func take(_ output: WorkerOutput, of worker: Int, _ core: NodeCore) {
    switch output {
    case .send(let to, let transit, let message):
      if to == core.node { return handToWorker(message, transit: transit, core) }
      if peerIndex(to) == nil {
        // It was a member when the run began, or the worker would not have sent; whoever knows of
        // the run knows of all members of then. So it is gone, perhaps without having been heard
        // of here, and then no fence tells the worker.
        refuse(message, to: to, transit: transit, .deadNode, core.workers[worker])
      } else if !enqueue(.mutator(message), to: to, transit: transit) {
        refuse(message, to: to, transit: transit, .outOfMemory, core.workers[worker])
      }
    case .placed(let from, let sequence):
      if from == core.node {
        // Between workers of one node the sequence is the sender's transit number.
        core.workers[MutatorMessage.worker(ofTransit: sequence)].inbox.putAlways(
          .placed(transit: sequence))
        effects.append(.wakeWorkers)
      } else {
        drive(from, .placed(sequence: sequence))
      }
    case .rootsScanned(let epoch): rootsScanned[worker] = epoch
    case .runOutput(let run, let text): send(.runOutput(run: run, text: text))
    case .runEnded(let run, let ok, let message, let result, let memory):
      runEnded(
        .runEnded(run: run, ok: ok, message: message, result: result, memory: memory))
    case .lostObject(let run, let object, let description):
      let isHere = core.heap.view.isLocal(object.rawValue)
      let offset = isHere ? UInt64(core.heap.view.offset(of: object.address)) : nil
      send(.lostObject(run: run, offset: offset, description: description))
    case .wantsCollection(_, let demand, let reason):
      send(.collectRequest(demand, reason: reason))
    case .tasks(let request, let summaries): toldTasks(request, summaries)
    case .log(let text): log(.remark(text: text))
    }
  }

  /// The task hears of it like of a remote failure, and its root goes. An answer is lost with the
  /// one who waits for it.
  private func refuse(
    _ message: MutatorMessage, to node: NodeID, transit: UInt64, _ failure: RemoteFailure,
    _ worker: Worker
  ) {
    switch message.body {
    case .answer, .failure: break
    case .allocate, .read, .write, .call, .spawn, .deliver:
      let answer = MutatorMessage(
        run: message.run, stamp: .zero, request: message.request, body: .failure(failure))
      worker.inbox.putAlways(.message(from: node, sequence: 0, answer))
    }
    if transit != 0 { worker.inbox.putAlways(.placed(transit: transit)) }
    effects.append(.wakeWorkers)
  }

  private func runEnded(_ message: NodeMessage) {
    send(message)
    endedRuns.append(message)
    if endedRuns.count > 100 { endedRuns.removeFirst() }
  }

  /// Between two workers of this node: bounded by the tasks, each of which waits for its answer.
  private func handToWorker(_ message: MutatorMessage, transit: UInt64, _ core: NodeCore) {
    core.workers[message.worker(of: core.workers.count)].inbox.putAlways(
      .message(from: core.node, sequence: transit, message))
    effects.append(.wakeWorkers)
  }

  // MARK: Marking

  private func reportMarking(_ core: NodeCore) {
    guard var progress = marking else { return }
    defer { if marking != nil { marking = progress } }
    while let batch = progress.early.first,
      core.collector.receiveGrey(from: batch.from, batch.references)
    {
      progress.early.removeFirst()
    }
    let report = core.collector.report()
    guard report.epoch == progress.epoch else { return }
    let idle =
      report.isQuiescent && progress.early.isEmpty
      && rootsScanned.allSatisfy { $0 == progress.epoch }
    if idle, progress.idleSince == nil { progress.idleSince = now }
    if !idle, let since = progress.idleSince {
      progress.waited += now - since
      progress.idleSince = nil
    }
    guard
      isSampling || idle != progress.toldIdle
        || idle && report.progressNumber != progress.toldProgress
    else { return }
    isSampling = false
    progress.toldIdle = idle
    progress.toldProgress = report.progressNumber
    feed(
      .markState(
        isIdle: idle,
        channels: report.channels.map {
          .init(peer: $0.peer, sent: $0.sent, received: $0.received)
        }))
  }

  // MARK: Sweeping

  private func finishSweepIfDone(_ core: NodeCore) {
    guard let progress = sweeping, !core.heap.isSweeping else { return }
    sweeping = nil
    pace.sweepFinished()
    setAlarm(core)
    let totals = core.heap.takeSweepTotals()
    var report = progress.report
    report.objectsFreed = UInt64(clamping: totals.objectsFreed)
    report.bytesFreed = UInt64(clamping: totals.bytesFreed)
    report.heapLiveBytes = UInt64(clamping: totals.liveBytes)
    report.goalBytes = UInt64(clamping: pace.pacer.goal)
    report.sweepNanoseconds = core.times.take().sweep
    spent.sweep += .nanoseconds(Int64(clamping: report.sweepNanoseconds))
    feed(.sweepFinished(report))
    // What was last said of the heap counts the garbage that is gone now.
    send(.heartbeat(filledIn(NodeStatus())))
    for request in sweepWaiters { answerSwept(request) }
    sweepWaiters = []
  }
}
