// What a task waits for, begun.
//
// An operation on a local object or task is done at once. One on another node becomes a message;
// the task then waits with its frame as it is, so everything the operation is about stays alive in
// its slots. A message that finds no room is not built at all: the task waits and begins again.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyWire

extension Worker {
  func begin(_ operation: Operation, of task: MutatorTask) {
    switch operation {
    case .allocate(let node, let type, let count, let slot):
      allocate(operation, task, on: node, type: type, count: count, into: slot)
    case .read(let object, let word, let slots):
      read(operation, task, object: object, word: word, into: slots)
    case .write(let object, let word, let slot):
      write(operation, task, object: object, word: word, from: slot)
    case .call(let node, let function, let arguments, let results):
      call(operation, task, on: node, function, arguments, into: results)
    case .spawn(let node, let function, let arguments, let slot):
      spawn(operation, task, on: node, function, arguments, into: slot)
    case .send(let to, let values): send(operation, task, to: to, values, keeps: true)
    case .give(let to, let values): send(operation, task, to: to, values, keeps: false)
    case .receive(let slots): receiveMessage(task, into: slots)
    case .sleep(let duration):
      task.wait = .sleep
      task.waitNumber += 1
      scheduler.setTimer(for: task, at: now + duration)
    case .yield: resume(task, .ok)
    case .collect: waitForCollection(task)
    case .memory(let bytes): waitForMemory(task, bytes: bytes, retry: nil)
    }
  }

  // MARK: objects

  private func allocate(
    _ operation: Operation, _ task: MutatorTask, on node: NodeID, type: TypeIndex, count: Int,
    into slot: Slot
  ) {
    guard task.frame.layout.isReference(slot), count >= 0, count <= Int(UInt32.max) else {
      return resume(task, .failed(.noSuchField))
    }
    guard node == self.node else {
      return request(
        operation, of: task, to: node, into: [slot],
        .allocate(type: type.rawValue, count: UInt32(count)))
    }
    do {
      let shape = try view.shape(type, count: count)
      task.frame[reference: slot] = try cache.allocate(shape)
      task.retriesAfterCycle = false
      resume(task, .ok)
    } catch {
      switch error {
      case .limitReached(let bytes, _, _):
        waitForMemory(task, bytes: bytes, retry: operation)
      case .tooLarge(let bytes): resumeWithoutMemory(task, on: self.node, bytes: bytes)
      case .undefinedType: resume(task, .failed(.noSuchField))
      }
    }
  }

  private func read(
    _ operation: Operation, _ task: MutatorTask, object: Slot, word: Int, into slots: [Slot]
  ) {
    guard let owner = owner(of: object, task) else { return }
    guard owner == node else {
      guard word >= 0, word <= Int(UInt32.max) else {
        return resume(task, .failed(.noSuchField))
      }
      return request(
        operation, of: task, to: owner, into: slots,
        .read(
          object: task.frame[reference: object], word: UInt32(word), words: UInt32(slots.count)))
    }
    switch fields(of: task.frame[reference: object], word: word, count: slots.count) {
    case .success(let words):
      resume(task, store(words, into: slots, of: task) ? .ok : .failed(.noSuchField))
    case .failure(let failure): resumeFailed(task, failure, task.frame[reference: object])
    }
  }

  private func write(
    _ operation: Operation, _ task: MutatorTask, object: Slot, word: Int, from slot: Slot
  ) {
    guard let owner = owner(of: object, task) else { return }
    guard let value = words(of: [slot], task)?.first, word >= 0, word <= Int(UInt32.max) else {
      return resume(task, .failed(.noSuchField))
    }
    let reference = task.frame[reference: object]
    guard owner == node else {
      return request(
        operation, of: task, to: owner, into: [],
        .write(object: reference, word: UInt32(word), value: value))
    }
    if let failure = setField(of: reference, word: word, to: value) {
      resumeFailed(task, failure, reference)
    } else {
      resume(task, .ok)
    }
  }

  /// The node of the object in a slot; nil when the task was told that there is none.
  private func owner(of slot: Slot, _ task: MutatorTask) -> NodeID? {
    guard task.frame.layout.isReference(slot) else {
      resume(task, .failed(.noSuchField))
      return nil
    }
    let reference = task.frame[reference: slot]
    if reference.isNull {
      resume(task, .failed(.nullReference))
      return nil
    }
    if reference.rawValue == HeapLayout.poison {
      resumeFailed(task, .lostObject, reference)
      return nil
    }
    return reference.node
  }

  private func resumeFailed(_ task: MutatorTask, _ failure: OperationFailure, _ at: Reference) {
    if failure == .lostObject {
      reportLost(run: task.run.id, at, "\(nameOf(task)): \(nameOfLost(at))")
    }
    resume(task, .failed(failure))
  }

  // MARK: tasks

  private func call(
    _ operation: Operation, _ task: MutatorTask, on node: NodeID, _ function: FunctionIndex,
    _ arguments: [Slot], into results: [Slot]
  ) {
    guard let words = words(of: arguments, task) else {
      return resume(task, .failed(.noSuchFunction))
    }
    guard node == self.node else {
      return request(
        operation, of: task, to: node, into: results,
        .call(function: function.rawValue, arguments: words))
    }
    guard accepts(task.run, function: Int(function.rawValue), arguments: words) else {
      return resume(task, .failed(.noSuchFunction))
    }
    handOver(words)
    task.wait = .callee(into: results)
    task.waitNumber += 1
    createTask(
      run: task.run, function: Int(function.rawValue), arguments: words, caller: .task(task))
  }

  private func spawn(
    _ operation: Operation, _ task: MutatorTask, on node: NodeID, _ function: FunctionIndex,
    _ arguments: [Slot], into slot: Slot
  ) {
    guard let words = words(of: arguments, task), task.frame.layout.isData(slot) else {
      return resume(task, .failed(.noSuchFunction))
    }
    guard node == self.node, environment.nextSpawnWorker() == index else {
      return request(
        operation, of: task, to: node, into: [slot],
        .spawn(function: function.rawValue, arguments: words))
    }
    guard accepts(task.run, function: Int(function.rawValue), arguments: words) else {
      return resume(task, .failed(.noSuchFunction))
    }
    handOver(words)
    let made = createTask(
      run: task.run, function: Int(function.rawValue), arguments: words, caller: .nobody)
    task.frame[data: slot] = TaskAddress(node: node, task: made.id).rawValue
    resume(task, .ok)
  }

  private func send(
    _ operation: Operation, _ task: MutatorTask, to: Slot, _ values: [Slot], keeps: Bool
  ) {
    guard task.frame.layout.isData(to), let words = words(of: values, task) else {
      return resume(task, .failed(.noSuchField))
    }
    let address = TaskAddress(rawValue: task.frame[data: to])
    guard address.node == node, Int(address.task.rawValue & 63) == index else {
      request(
        operation, of: task, to: address.node, into: keeps ? [] : values,
        .deliver(task: address.task, values: words))
      // Not before the message is made: it is shaded and entered from these slots.
      if !keeps, case .answer = task.wait { forget(values, of: task) }
      return
    }
    guard let receiver = taskByID[address.task] else {
      return resume(task, .failed(.noSuchTask))
    }
    guard receiver.mailbox.count < configuration.mailboxCapacity else {
      return waitForRoom(operation, of: task)
    }
    handOver(words)
    deliver(words, to: receiver)
    if !keeps { forget(values, of: task) }
    resume(task, .ok)
  }

  /// The references among these slots; a store to a frame needs no barrier.
  private func forget(_ slots: [Slot], of task: MutatorTask) {
    let layout = task.frame.layout
    for slot in slots where layout.isReference(slot) { task.frame[reference: slot] = .null }
  }

  /// Into a mailbox that has room; the words are shaded already.
  func deliver(_ words: [Word], to receiver: MutatorTask) {
    receiver.mailbox.put(words)
    if case .message(let slots) = receiver.wait { receiveMessage(receiver, into: slots) }
  }

  private func receiveMessage(_ task: MutatorTask, into slots: [Slot]) {
    guard var words = task.mailbox.take() else {
      task.wait = .message(into: slots)
      task.waitNumber += 1
      return
    }
    // Taking is a store of nil to the mailbox: what it loses is shaded.
    handOver(words)
    let layout = task.frame.layout
    for slot in slots.dropFirst(words.count) {
      words.append(Word(bits: 0, isReference: layout.isReference(slot)))
    }
    resume(task, store(words, into: slots, of: task) ? .ok : .failed(.noSuchField))
  }
}
