// Tasks: how they come, wait, go on and go.
//
// A task that is created while the node marks is born scanned: its frame holds its arguments and
// nothing else, and those are shaded, by the hand-over when a task of this worker creates it, by
// S or R when a message does.

import GreyBasics
import GreyCollector
import GreyWire

extension Worker {
  /// The words must fit the function; see `accepts`.
  @discardableResult
  func createTask(
    run: RunState, function: Int, arguments: [Word], caller: MutatorTask.Caller,
    isFirst: Bool = false
  ) -> MutatorTask {
    let description = run.functions[function]
    let id = nextTaskID()
    var seed = SplitMix(
      seed: run.description.seed ^ UInt64(node.rawValue) << 48 ^ id.rawValue &* 0x9E37_79B9)
    let task = MutatorTask(
      id: id, run: run, function: function, isFirst: isFirst, body: description.makeBody(),
      caller: caller, worker: core, random: seed.split())
    TaskStack.begin(task.core, layout: description.layout, pool: chunks)
    for (index, word) in arguments.enumerated() { task.frame[bits: Slot(index)] = word.bits }
    task.scanned = marking
    task.place = tasks.count
    tasks.append(task)
    taskByID[id] = task
    run.tasks += 1
    scheduler.enqueue(task)
    return task
  }

  /// Whether a function can be started with these words: right number, right kinds.
  func accepts(_ run: RunState, function: Int, arguments: [Word]) -> Bool {
    guard function < run.functions.count else { return false }
    let description = run.functions[function]
    guard arguments.count == description.arguments else { return false }
    return arguments.enumerated().allSatisfy { index, word in
      description.layout.isReference(Slot(index)) == word.isReference
    }
  }

  // MARK: slots

  /// Nil when a slot does not exist.
  func words(of slots: [Slot], _ task: MutatorTask) -> [Word]? {
    let frame = task.frame
    let layout = frame.layout
    guard slots.allSatisfy({ $0.index >= 0 && $0.index < layout.slots }) else { return nil }
    return slots.map { Word(bits: frame[bits: $0], isReference: layout.isReference($0)) }
  }

  /// Places words into slots of the top frame; false, and nothing placed, when they do not fit.
  func store(_ words: [Word], into slots: [Slot], of task: MutatorTask) -> Bool {
    let frame = task.frame
    let layout = frame.layout
    guard words.count == slots.count,
      zip(words, slots).allSatisfy({
        $0.isReference ? layout.isReference($1) : layout.isData($1)
      })
    else { return false }
    for (word, slot) in zip(words, slots) { frame[bits: slot] = word.bits }
    return true
  }

  // MARK: going on

  func resume(_ task: MutatorTask, _ outcome: Outcome) {
    guard !task.isEnded else { return }
    task.wait = .none
    task.waitNumber += 1
    task.roomDelay = .zero
    task.outcome = outcome
    scheduler.enqueue(task)
  }

  /// True when there may be more that are due.
  func wakeSleepers() -> Bool {
    var left = configuration.timersAQuantum
    while left > 0, let task = scheduler.takeDue(now) {
      left -= 1
      if task.run.isCancelled { continue }
      switch task.wait {
      case .sleep: resume(task, .ok)
      case .room(let operation):
        task.wait = .none
        task.waitNumber += 1
        begin(operation, of: task)
      case .memory: resumeWithoutMemory(task, on: node, bytes: task.wantedBytes)
      case .none, .answer, .callee, .message, .collection: break
      }
    }
    return left == 0
  }

  /// No room now: try the whole operation again a little later, then after twice that time.
  func waitForRoom(_ operation: Operation, of task: MutatorTask) {
    task.wait = .room(operation)
    task.waitNumber += 1
    task.roomDelay =
      task.roomDelay == .zero ? .milliseconds(1) : min(task.roomDelay * 2, .milliseconds(64))
    scheduler.setTimer(for: task, at: now + task.roomDelay)
  }

  // MARK: ending

  func finish(_ task: MutatorTask, results slots: [Slot]) {
    let expected = task.run.functions[task.function]
    guard let words = words(of: slots, task), words.count == expected.results else {
      return fail(
        task,
        TaskFailure(
          "\(expected.name): \(slots.count) results, \(expected.results) are declared",
          cause: .noSuchFunction))
    }
    switch task.caller {
    case .nobody:
      if task.isFirst { endRun(task.run, ok: true, message: "", result: "{}") }
    case .node(let node, let request): answer(node, task.run.id, request, .answer(words))
    case .task(let caller):
      if !caller.isEnded, case .callee(let into) = caller.wait {
        handOver(words)
        resume(caller, store(words, into: into, of: caller) ? .ok : .failed(.noSuchFunction))
      }
    }
    remove(task)
  }

  /// A failure with a cause goes to the caller; any other one is the whole run's.
  func fail(_ task: MutatorTask, _ failure: TaskFailure) {
    let cause = failure.cause
    let memory = memoryFailure(of: task, cause: cause)
    switch task.caller {
    case .node(let node, let request):
      answer(node, task.run.id, request, .failure((cause ?? .runCancelled).onTheWire))
    case .task(let caller):
      if !caller.isEnded, case .callee = caller.wait {
        caller.memoryFailure = memory
        resume(caller, .failed(cause ?? .runCancelled))
      }
    case .nobody: break
    }
    var isCalled = true
    if case .nobody = task.caller { isCalled = false }
    if !isCalled || cause == nil {
      endRun(task.run, ok: false, message: failure.message, result: "", memory: memory)
    }
    remove(task)
  }

  /// Takes the task and its roots away. Nothing has to be shaded, even while marking: whatever one
  /// of its frames or its mailbox held and somebody else can still reach got there through a
  /// shade of its own (`TaskStack.swift`), and nobody else can look into them any more.
  func remove(_ task: MutatorTask) {
    guard !task.isEnded else { return }
    task.isEnded = true
    if case .answer(let request) = task.wait { orphan(request, of: task) }
    task.wait = .none
    task.scanCursor = nil
    task.caller = .nobody
    task.mailbox = Mailbox()
    task.run.tasks -= 1
    taskByID[task.id] = nil
    memory.forget(task)
    let last = tasks.removeLast()
    if last !== task {
      tasks[task.place] = last
      last.place = task.place
    }
    TaskStack.end(task.core, pool: chunks)
  }

  /// The request outlives the task: its record holds from now on what the slot held. The records
  /// may have been scanned already, and the task not yet: hence the shade.
  private func orphan(_ request: UInt64, of task: MutatorTask) {
    guard var record = requests[request] else { return }
    switch record.operation {
    case .read(let object, _, _), .write(let object, _, _):
      let raw = task.frame[bits: object]
      record.object = raw
      if marking != .zero { shade(raw) }
    case .allocate, .call, .spawn, .send, .give, .receive, .sleep, .yield, .collect, .memory: break
    }
    record.task = nil
    requests[request] = record
  }

  /// What one task gives another one of this worker.
  func handOver(_ words: [Word]) {
    guard marking != .zero else { return }
    for word in words where word.isReference { barrier.handOver(word.bits) }
  }
}
