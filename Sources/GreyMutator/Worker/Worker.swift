// One worker thread's part of a node: it runs tasks and owns their frames, mailboxes, requests and
// transit entries.
//
// It is a value machine with a heap: `quantum` is called again and again, by a thread or by a
// simulator, does a bounded piece of work and never blocks, sleeps or reads a clock. Everything
// comes in through `inbox` and the stop word and goes out through `outbox`.
//
// One quantum, in this order:
//   1. the stop word: park (flush the barrier buffer, drop the allocation runs), or go on;
//   2. a new epoch: begin to scan roots;
//   3. messages: serve requests, place answers;
//   4. tasks of cancelled runs taken away, timers;
//   5. a piece of the roots, while marking;
//   6. one step of one task, and what its allocation owes to marking;
//   7. hand everything grey to the collector, and rest if there is nothing left to do.
//
// Numbers. A task id is `serial:42 | worker:6`, request and transit numbers end in the worker's
// index too (`SlotTable`), so the engine finds the worker of any message by six bits.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyWire
import Synchronization

package enum WorkerState: Hashable, Sendable {
  /// Something was done: call again soon.
  case ran
  /// Until the stop is released.
  case parked
  /// Nothing to do until a message comes, or this moment.
  case idle(until: Moment?)
}

/// The task in whose step a worker is: read by the engine to name who holds up a stop.
package struct RunningTask: Hashable, Sendable {
  package let task: TaskID
  package let run: RunID
}

package final class Worker: @unchecked Sendable {
  // What other threads may touch.
  package let index: Int
  package let inbox: BoundedQueue<WorkerInput>
  package let outbox: BoundedQueue<WorkerOutput>
  package let environment: MutatorEnvironment
  package let figures = WorkerFigures()
  private let runningTaskWord = Atomic<UInt64>(0)
  private let runningRunWord = Atomic<UInt64>(0)

  // From here on everything is confined to the worker's thread, or to whoever drives it.
  let node: NodeID
  let heap: Heap
  let collector: Collector
  let rules: RuleSet
  let configuration: WorkerConfiguration
  let view: HeapView
  let cache: AllocationCache
  let marker: Marker
  let barrier: BarrierBuffer
  let core: UnsafeMutablePointer<WorkerCore>
  let chunks = StackChunkPool()

  var now = Moment.zero
  /// The epoch that was armed when this quantum began; zero when not marking.
  var marking = Epoch.zero
  /// The highest epoch that was ever armed here.
  var highestArmed = Epoch.zero
  /// Something was shaded and not yet published.
  var hasShaded = false
  private var parkedFor: UInt64 = 0
  /// As the stop word has it.
  private var isResting = false

  var scheduler = Scheduler()
  var tasks: [MutatorTask] = []
  var taskByID: [TaskID: MutatorTask] = [:]
  private var nextSerial: UInt64 = 0
  var runs: [RunState] = [] {
    didSet { globalBytes = runs.reduce(0) { $0 + $1.globals.count * 8 } }
  }
  /// For the pacer: of all runs.
  package private(set) var globalBytes = 0
  /// Runs whose tasks are being taken away, and how far down the list of tasks that is.
  var cancelling: [(run: RunState, left: Int)] = []
  /// The highest numbers of runs are not enough: runs end in any order.
  var endedRuns: Set<RunID> = []
  var members: Set<NodeID>
  var dead: Set<NodeID> = []
  var stalled: Set<NodeID> = []

  var requests: SlotTable<WaitRecord>
  var transit: TransitTable
  var held: [HeldMessage] = []
  /// Acknowledged and not placed: always empty with every rule in force.
  var arrivedEarly: [HeldMessage] = []
  var scan: RootScan?
  var memory = MemoryWaits()
  var assists = AssistAccount()
  /// Its node takes nothing new: see `Worker+Leaving.swift`.
  var isLeaving = false
  package internal(set) var counters = WorkerCounters()

  package init(index: Int, environment: MutatorEnvironment) {
    precondition(index < environment.workers, "worker \(index) of \(environment.workers)")
    self.index = index
    self.environment = environment
    node = environment.node
    heap = environment.heap
    collector = environment.collector
    rules = environment.rules
    configuration = environment.configuration
    view = heap.view
    inbox = BoundedQueue(capacity: configuration.inboxCapacity)
    outbox = BoundedQueue(capacity: configuration.outboxCapacity)
    cache = heap.makeCache()
    marker = collector.makeMarker()
    barrier = collector.makeBuffer()
    requests = SlotTable(worker: index)
    transit = TransitTable(worker: index)
    members = [environment.node]
    core = .allocate(capacity: 1)
    core.initialize(
      to: WorkerCore(
        taggedBase: view.taggedBase,
        accessibleBytes: configuration.checksEveryAccess ? 0 : view.arenaBytes, view: view,
        cache: Unmanaged.passUnretained(cache), barrier: barrier,
        worker: Unmanaged.passUnretained(self).toOpaque()))
  }

  deinit {
    for task in tasks { TaskStack.end(task.core, pool: chunks) }
    collector.retire(barrier)
    core.deallocate()
  }

  /// One bounded piece of work. `budget`: units for a task's step.
  package func quantum(now: Moment, budget: Int) -> WorkerState {
    self.now = now
    let wasResting = isResting
    if wasResting {
      isResting = false
      environment.stop.work(index)
    }
    let stop = environment.stop.requested
    if stop != 0 {
      // The engine may have counted on the rest and be arming: nothing here is touched any more.
      if wasResting { publishParked(stop) } else { park(for: stop) }
      return .parked
    }
    parkedFor = 0
    noticeEpoch()
    // What is empty is not even called: most quanta are one step and nothing else.
    var worked = false
    if !inbox.isEmptyHint || !arrivedEarly.isEmpty { worked = takeInbox() }
    if !cancelling.isEmpty, removeCancelled() { worked = true }
    if scheduler.hasTimers, wakeSleepers() { worked = true }
    if !memory.requests.isEmpty, refuseLateRequests() { worked = true }
    if memory.asked != nil { askAgainIfLate() }
    if scanRoots() { worked = true }
    if runTask(budget: budget) { worked = true }
    publishGrey()
    reportScanned()
    publishFigures()
    if worked || scheduler.runnable > 0 || !arrivedEarly.isEmpty || !inbox.isEmptyHint
      || scan?.isDone == false
    {
      return .ran
    }
    rest()
    return .idle(until: nextMoment)
  }

  /// When something is due here without a message.
  private var nextMoment: Moment? {
    [memory.nextDeadline, memory.askedAgainAt, scheduler.nextMoment()].compactMap { $0 }.min()
  }

  /// Who is in a step now, if anybody; for any thread.
  package var runningTask: RunningTask? {
    let task = runningTaskWord.load(ordering: .relaxed)
    if task == 0 { return nil }
    return RunningTask(
      task: TaskID(rawValue: task),
      run: RunID(rawValue: runningRunWord.load(ordering: .relaxed)))
  }

  // MARK: stopping

  /// A safepoint reached: no step is under way. What the barrier holds goes to the collector, so
  /// that quiescence is exact, and the runs go back to the heap, so that what is allocated after
  /// arming comes from blackened runs and sweeping finds no cached one.
  private func park(for stop: UInt64) {
    if parkedFor == stop { return }
    noticeEpoch()
    handBack()
    publishParked(stop)
  }

  private func publishParked(_ stop: UInt64) {
    parkedFor = stop
    environment.stop.park(index, for: stop)
  }

  /// Nothing to do: until the next quantum a stop need not ask this worker.
  private func rest() {
    handBack()
    isResting = true
    environment.stop.rest(index)
  }

  private func handBack() {
    barrier.flush()
    marker.publish()
    hasShaded = false
    cache.dropRuns()
  }

  /// Marking begins only while this worker is parked, and ends so, too, except by an abort.
  private func noticeEpoch() {
    let armed = collector.armedEpoch
    if armed == marking { return }
    marking = armed
    // Of an epoch that was aborted in the middle of a stack.
    scan?.task?.scanCursor = nil
    highestArmed = max(highestArmed, armed)
    if armed == .zero {
      scan = nil
      assists = AssistAccount()
    } else {
      scan = RootScan(epoch: armed, tasks: tasks.count)
      _ = cache.takeAllocated()
    }
  }

  // MARK: grey

  /// Shades a root, or what a message brings or takes.
  func shade(_ raw: UInt64) {
    marker.shade(raw)
    hasShaded = true
  }

  func publishGrey() {
    guard marking != .zero else { return }
    barrier.flush()
    if hasShaded {
      marker.publish()
      hasShaded = false
    }
  }

  // MARK: running

  private func runTask(budget: Int) -> Bool {
    // A task whose large stack is being scanned, or that is in debt, lets the next one go first.
    var candidates = scheduler.runnable
    while candidates > 0, let task = scheduler.next() {
      candidates -= 1
      if task.run.isCancelled { continue }
      if task.scanCursor != nil {
        scheduler.enqueue(task)
        continue
      }
      if task.owedWork > 0, !payDebt(of: task) {
        scheduler.enqueue(task)
        return true
      }
      step(task, budget: budget)
      return true
    }
    return false
  }

  private func step(_ task: MutatorTask, budget: Int) {
    runningRunWord.store(task.run.id.rawValue, ordering: .relaxed)
    runningTaskWord.store(task.id.rawValue, ordering: .relaxed)
    if task.retriesAfterCycle { _ = cache.takeAllocated() }
    counters.steps += 1
    let step = task.body.step(task.context, budget: budget)
    runningTaskWord.store(0, ordering: .relaxed)
    chargeAllocation(to: task)
    if case .wait(.memory) = step {
    } else {
      task.retriesAfterCycle = false
      task.memoryDeadline = nil
    }
    if task.isEnded { return }
    if let fault = task.fault {
      task.fault = nil
      fail(task, fault)
      return
    }
    switch step {
    case .more: scheduler.enqueue(task)
    case .wait(let operation): begin(operation, of: task)
    case .done(let results): finish(task, results: results)
    case .failed(let failure): fail(task, failure)
    }
  }

  func nextTaskID() -> TaskID {
    nextSerial += 1
    return TaskID(rawValue: nextSerial << 6 | UInt64(index))
  }

  /// For what may never be held back; how many of these there are is bounded elsewhere: by the
  /// messages that came in, the runs, the cycles.
  func put(_ output: WorkerOutput) { outbox.putAlways(output) }
}

/// What a worker has done, for `status` and tests. Read it between quanta.
package struct WorkerCounters: Hashable, Sendable {
  package var steps = 0
  package var messagesSent = 0
  package var messagesPlaced = 0
  package var requestsServed = 0
  package var rootsScanned = 0
  /// Late or misdirected messages, and those of dead nodes and cancelled runs.
  package var messagesDropped = 0
  package init() {}
}
