// The out-of-line halves of `TaskContext+FastPath`.
//
// An access that cannot be done (null, remote, or outside the object when every access is checked)
// does not trap: it yields zero and fails the task after the step, with the place in the message.
// So a mistake in one workload ends that run and nothing else.

import GreyBasics
import GreyCollector
import GreyHeap

extension TaskContext {
  var task: MutatorTask { Unmanaged.fromOpaque(core.pointee.task).takeUnretainedValue() }
  var worker: Worker { Unmanaged.fromOpaque(host.pointee.worker).takeUnretainedValue() }

  @usableFromInline @inline(never)
  func pushSlowly(_ layout: FrameLayout) -> Frame {
    if core.pointee.stackBytes > TaskStack.mostBytes {
      fail(.stackOverflow, "a stack of \(core.pointee.depth) frames")
    }
    return TaskStack.pushInNextChunk(core, record: layout.record, pool: worker.chunks)
  }

  @usableFromInline @inline(never)
  func popSlowly() {
    if core.pointee.chunk.load(as: UnsafeMutableRawPointer?.self) != nil {
      TaskStack.leaveChunk(core, pool: worker.chunks)
    }
  }

  @usableFromInline @inline(never)
  func loadSlowly(_ object: Reference, word: Int, isReference: Bool) -> UInt64 {
    switch worker.field(of: object, word: word, isReference: isReference) {
    case .success(let address): return address.relaxedWord
    case .failure(let failure):
      fail(failure, "load of word \(word) of \(worker.nameOfLost(object))", object)
      return 0
    }
  }

  @usableFromInline @inline(never)
  func storeSlowly(_ value: UInt64, to object: Reference, word: Int, isReference: Bool) {
    switch worker.field(of: object, word: word, isReference: isReference) {
    case .success(let address):
      if isReference {
        host.pointee.barrier.store(value, to: address)
      } else {
        address.relaxedWord = value
      }
    case .failure(let failure):
      fail(failure, "store to word \(word) of \(worker.nameOfLost(object))", object)
    }
  }

  /// The first thing that went wrong in this step is what counts.
  func fail(_ failure: OperationFailure, _ place: String, _ object: Reference = .null) {
    if task.fault == nil {
      task.fault = TaskFailure(failure, at: "\(task.run.functions[task.function].name): \(place)")
    }
    if failure == .lostObject {
      worker.reportLost(run: task.run.id, object, "\(worker.nameOf(task)): \(place)")
    }
  }
}
