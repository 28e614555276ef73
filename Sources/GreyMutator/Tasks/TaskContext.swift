// What a body can ask and do besides its fast paths.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyWire

extension TaskContext {
  /// How the operation that the last step waited for ended.
  package var outcome: Outcome { task.outcome }

  package var id: TaskID { task.id }
  package var address: TaskAddress { TaskAddress(node: node, task: task.id) }
  /// This node.
  package var node: NodeID { worker.node }
  /// All nodes of the run, in its order.
  package var nodes: [NodeID] { task.run.description.nodes }
  /// This node's place among them.
  package var nodeIndex: Int { nodes.firstIndex(of: node) ?? 0 }
  package var run: RunID { task.run.id }
  package var seed: UInt64 { task.run.description.seed }
  package var now: Moment { worker.now }
  /// When a run of limited duration is to come to its end; far away for one without.
  package var deadline: Moment { task.run.deadline }
  package var isPastDeadline: Bool { now >= deadline }

  /// The workload's types, in the order of `Workload.types()` and of their definition.
  package func type(_ index: Int) -> TypeIndex { task.run.types[index] }
  package var typeCount: Int { task.run.types.count }

  /// Types that are known only from the run's input: after those of `Workload.types()`, the same
  /// and in the same order on every node, and for each worker of a node anew. Nothing of a type may
  /// be met on a worker before it is defined there.
  package func define(types: [TypeDescription]) throws(WorkloadError) {
    let run = task.run
    let limit = Swift.type(of: run.workload).typeLimit
    guard run.types.count + types.count <= limit else {
      throw WorkloadError("\(run.types.count + types.count) types; \(limit) are announced")
    }
    for type in types {
      let index = TypeIndex(rawValue: run.description.firstType + UInt16(run.types.count))
      do { try worker.heap.types.define(type, at: index) } catch {
        throw WorkloadError("\(error)")
      }
      run.types.append(index)
    }
  }

  /// The run's objects on this node, of its types from the `first`-th on.
  package func census(ofTypesFrom first: Int) -> HeapCensus {
    let index = task.run.description.firstType
    return HeapCensus(ofTypes: index + UInt16(first)..<index + UInt16(typeCount))
  }

  /// Goes on counting; true at the end. After `collect`, while the run does nothing else, the
  /// number is exact or too high, never too low: see `HeapCensus`.
  package func count(_ census: inout HeapCensus, budget: Int) -> Bool {
    worker.heap.count(&census, budget: budget)
  }

  // MARK: globals of this run on this node

  package var globals: Int { task.run.globals.count }

  package func loadGlobal(_ index: Int) -> Reference {
    Reference(rawValue: globalAddress(index).relaxedWord)
  }
  package func loadGlobal(_ index: Int, into slot: Slot) {
    self[reference: slot] = loadGlobal(index)
  }

  /// Through the write barrier: a global is heap to it, not stack.
  package func storeGlobal(_ value: Reference, at index: Int) {
    host.pointee.barrier.storeGlobal(value.rawValue, to: globalAddress(index))
  }
  package func storeGlobal(_ slot: Slot, at index: Int) {
    storeGlobal(self[reference: slot], at: index)
  }

  private func globalAddress(_ index: Int) -> UnsafeMutableRawPointer {
    precondition(
      index >= 0 && index < globals, "global \(index) of \(globals): Workload.globals says so")
    return task.run.globals.words + index * 8
  }

  // MARK: local or remote

  /// Does a read at once when the object is local and returns nil; otherwise the operation to
  /// wait for: `if let read = task.read(…) { return .wait(read) }`.
  package func read(object: Slot, word: Int, into slots: [Slot]) -> Operation? {
    guard isLocal(object) else { return .read(object: object, word: word, into: slots) }
    let reference = self[reference: object]
    let layout = frame.layout
    for (index, slot) in slots.enumerated() {
      if layout.isReference(slot) {
        self[reference: slot] = load(reference, word: word + index)
      } else {
        self[data: slot] = loadData(reference, word: word + index)
      }
    }
    return nil
  }

  /// The same for a write.
  package func write(object: Slot, word: Int, from slot: Slot) -> Operation? {
    guard isLocal(object) else { return .write(object: object, word: word, from: slot) }
    if frame.layout.isReference(slot) {
      store(slot, to: object, word: word)
    } else {
      store(data: self[data: slot], to: object, word: word)
    }
    return nil
  }

  /// What to return after a failed allocation: waits for a full cycle, then the body runs again
  /// and retries. When that fails too, `outcome` says `.outOfMemory` at once.
  package func waitForMemory(_ failure: AllocationFailure) -> Step {
    switch failure {
    case .limitReached(let bytes, _, _): .wait(.memory(bytes: bytes))
    case .tooLarge(let bytes):
      failWithoutMemory(failure, bytes: bytes)
    case .undefinedType:
      .failed(TaskFailure("\(failure)", cause: .noSuchField))
    }
  }

  private func failWithoutMemory(_ failure: AllocationFailure, bytes: Int) -> Step {
    worker.noteMemoryFailure(task, on: node, bytes: bytes)
    return .failed(TaskFailure("\(failure)", cause: .outOfMemory))
  }

  // MARK: the run

  /// A piece of the run's output.
  package func output(_ text: String) { output(Array(text.utf8), to: .errors) }

  package func output(_ bytes: [UInt8], to stream: OutputStream) {
    if let write = worker.configuration.output { return write(bytes, stream) }
    worker.put(.runOutput(run, String(decoding: bytes, as: UTF8.self)))
  }

  package var wallTime: Int { worker.configuration.wallTime() }
  package var heapStatistics: HeapStatistics { worker.heap.statistics }

  /// Ends the run with its result, a JSON object. What still runs of it is cancelled by the
  /// coordinator; calling it again changes nothing.
  package func finish(ok: Bool, message: String = "", result: String = "{}") {
    worker.endRun(
      task.run, ok: ok, message: message, result: result,
      memory: ok ? nil : worker.memoryFailure(of: task))
  }
}
