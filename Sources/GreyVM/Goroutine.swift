// A goroutine: the body of a task that interprets a function.
//
// The task's first frame belongs to the worker (it holds the arguments that the task was started
// with); the goroutine's function runs in the frame above it, and when that returns the task ends.

import GreyBasics
import GreyBytecode
import GreyCollector
import GreyHeap
import GreyMutator

/// Confined to the worker of its task.
final class Goroutine: TaskBody {
  let loaded: LoadedProgram
  private let isMain: Bool
  private var isStarted = false

  // Of the step under way; references are not kept across steps.
  var globals: UInt64 = 0
  var constants: UInt64 = 0
  /// Why an allocation failed; the instruction runs again after a cycle.
  var allocationFailure: AllocationFailure?
  /// What a slow path found wrong.
  var trap: Trap?
  /// What `print` has gathered: a statement's output stays together.
  var text: [UInt8] = []

  init(_ loaded: LoadedProgram, isMain: Bool) {
    self.loaded = loaded
    self.isMain = isMain
  }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if case .failed(let failure) = task.outcome {
      return ended(task, Trap.fatal(failure == .outOfMemory ? "out of memory" : failure.rawValue))
    }
    loaded.bind(task)
    if !isStarted {
      if isMain, let wait = makeStaticObjects(task) { return wait }
      let entry = loaded.functions[loaded.program.entry]
      let frame = task.push(entry.layout)
      frame[data: 0] = UInt64(UInt(bitPattern: entry.code))
      isStarted = true
    }
    globals = task.loadGlobal(0).rawValue
    constants = task.loadGlobal(1).rawValue
    return run(task, budget: budget)
  }

  /// The package variables and the string constants.
  private func makeStaticObjects(_ task: TaskContext) -> Step? {
    guard let variables = allocate(task, loaded.program.globals, count: 1),
      let strings = allocate(task, 0, count: max(1, loaded.stringBytes.count))
    else { return waitForMemory(task) }
    let target = UnsafeMutableRawPointer(
      bitPattern: Reference(rawValue: strings).address
    ).unsafelyUnwrapped
    loaded.stringBytes.withUnsafeBytes {
      target.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(target), byteCount: $0.count)
    }
    task.storeGlobal(Reference(rawValue: variables), at: 0)
    task.storeGlobal(Reference(rawValue: strings), at: 1)
    return nil
  }

  /// The goroutine's function returned: the program ends with its first one.
  func finished(_ task: TaskContext) -> Step {
    if isMain { task.finish(ok: true, result: #"{"exit":0}"#) }
    return .done
  }

  func waitForMemory(_ task: TaskContext) -> Step {
    guard let failure = allocationFailure else { return .more }
    allocationFailure = nil
    return task.waitForMemory(failure)
  }

  // MARK: memory

  /// Zeroed elements of an object type. Nil: `allocationFailure` says why.
  func allocate(_ task: TaskContext, _ object: Int, count: Int) -> UInt64? {
    let record = loaded.objects[object]
    let (bytes, overflow) = record.bytes.multipliedReportingOverflow(by: count)
    if overflow || bytes > 1 << 47 {
      allocationFailure = .tooLarge(requestedBytes: overflow ? Int.max : bytes)
      return nil
    }
    if bytes == 0 { return globals }
    do throws(AllocationFailure) {
      let shape = try task.shape(
        record.type, count: (bytes + record.unitBytes - 1) / record.unitBytes)
      return try task.allocate(shape).rawValue
    } catch {
      allocationFailure = error
      return nil
    }
  }

  /// Where a reference leads that the fast test refused: it is nil, or leads to another node, or
  /// every access is checked.
  @inline(never)
  func slowAddress(_ task: TaskContext, _ raw: UInt64) -> UnsafeMutableRawPointer? {
    // Into this goroutine's own stack.
    if Reference(rawValue: raw).isInFrame {
      return UnsafeMutableRawPointer(bitPattern: UInt(truncatingIfNeeded: raw))
    }
    let view = task.core.pointee.worker.pointee.view
    if view.isLocal(raw), view.isIntoAllocatedSlot(raw) {
      return UnsafeMutableRawPointer(bitPattern: Reference(rawValue: raw).address)
    }
    if raw == 0 {
      trap = .nilDereference
    } else if view.isLocal(raw) {
      trap = .fatal("lost object: a reference leads into a freed slot")
    } else {
      trap = .fatal("object of another node: programs run on one node")
    }
    return nil
  }

  /// Copies words that hold references where the object type says so, through the barrier.
  func copyIn(
    _ task: TaskContext, to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer,
    object: Int, count: Int
  ) {
    let record = loaded.objects[object]
    if record.references.isEmpty {
      target.copyMemory(from: source, byteCount: record.bytes * count)
      return
    }
    let barrier = task.core.pointee.worker.pointee.barrier
    let isBackward = UnsafeRawPointer(target) > source
    for step in 0..<count {
      let element = (isBackward ? count - 1 - step : step) * record.bytes
      var next = 0
      for word in 0..<record.bytes / 8 {
        let value = source.load(fromByteOffset: element + word * 8, as: UInt64.self)
        let place = target + element + word * 8
        if next < record.references.count, record.references[next] == word {
          barrier.store(value, to: place)
          next += 1
        } else {
          place.relaxedWord = value
        }
      }
    }
  }
}
