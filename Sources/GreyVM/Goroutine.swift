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
  let goroutines: Goroutines
  /// As traces show it; the program's first one is 1.
  let number: Int
  private let isMain: Bool
  private var isStarted = false
  /// It serves the library: programs do not count it.
  var isInBackground = false
  /// Of a goroutine that has started, for whoever shows its stack.
  private(set) var context: TaskContext?

  // While it waits for another goroutine.
  /// Why, in Go's words.
  var waitReason = ""
  /// The channels where it waits.
  var waitsAt: [Waiting] = []
  /// What it is told when it goes on.
  var wakeTrap: Trap?

  // Of the step under way; references are not kept across steps.
  var globals: UInt64 = 0
  var constants: UInt64 = 0
  /// Why an allocation failed; the instruction runs again after a cycle.
  var allocationFailure: AllocationFailure?
  /// What a slow path found wrong.
  var trap: Trap?
  /// What the step ends with when an instruction has seen to the rest.
  var pending: Step?
  /// What `print` has gathered: a statement's output stays together.
  var text: [UInt8] = []

  init(_ loaded: LoadedProgram, isMain: Bool) {
    self.loaded = loaded
    self.isMain = isMain
    goroutines = loaded.goroutines
    number = goroutines.begin()
    if isMain { goroutines.main = self }
  }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if case .failed(let failure) = task.outcome {
      return ended(task, Trap.fatal(failure == .outOfMemory ? "out of memory" : failure.rawValue))
    }
    if goroutines.isOver { return .done }
    loaded.bind(task)
    if !isStarted {
      if isMain, let wait = makeStaticObjects(task) { return wait }
      context = task
      begin(task)
      isStarted = true
    }
    globals = task.loadGlobal(0).rawValue
    constants = task.loadGlobal(1).rawValue
    if let trap = wakeTrap { return wokenBy(trap, task) }
    return run(task, budget: budget)
  }

  /// The frame of the function that it runs: the program's, or that of the closure in the task's
  /// first frame.
  private func begin(_ task: TaskContext) {
    if isMain {
      let entry = loaded.functions[loaded.program.entry]
      let frame = task.push(entry.layout)
      frame[data: 0] = UInt64(UInt(bitPattern: entry.code))
    } else {
      _ = start(task, task[reference: 0].rawValue)
    }
  }

  /// The instruction that it waited in, of two words, has failed.
  private func wokenBy(_ trap: Trap, _ task: TaskContext) -> Step {
    let r = Registers(slots: task.core.pointee.slots)
    let place = r[0]
    r[0] = place - 16
    let step = raise(task, trap)
    // Without memory for the panic it waits and is told again.
    if case .wait(.memory) = step { r[0] = place } else { wakeTrap = nil }
    return step
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

  /// By `runtime.Goexit`. The program's first one leaves the others to it; its task stays, because
  /// the run ends with that.
  func left(_ task: TaskContext) -> Step {
    if !isMain { return finished(task) }
    goroutines.end()
    goroutines.main = nil
    if goroutines.isEmpty { return abandoned(task) }
    return goroutines.isDeadlocked ? deadlocked(task) : .wait(.receive(into: []))
  }

  private func abandoned(_ task: TaskContext) -> Step {
    ended(task, .fatal("no goroutines (main called runtime.Goexit) - deadlock!"))
  }

  /// The goroutine's function returned: the program ends with its first one.
  func finished(_ task: TaskContext) -> Step {
    if isMain {
      goroutines.isOver = true
      task.finish(ok: true, result: #"{"exit":0}"#)
      return .done
    }
    goroutines.end(inBackground: isInBackground)
    if goroutines.isEmpty { return abandoned(task) }
    return goroutines.isDeadlocked ? deadlocked(task) : .done
  }

  /// `os.Exit`: nothing that is deferred runs.
  func exited(_ task: TaskContext, status: Int) -> Step {
    goroutines.isOver = true
    task.finish(ok: true, result: #"{"exit":\#(status & 0xFF)}"#)
    return .done
  }

  func waitForMemory(_ task: TaskContext) -> Step {
    guard let failure = allocationFailure else { return .more }
    allocationFailure = nil
    return task.waitForMemory(failure)
  }

  // MARK: memory

  /// Where an object of this node lies. Nil: `trap` says why.
  func object(_ task: TaskContext, _ raw: UInt64) -> UnsafeMutableRawPointer? {
    let worker = task.core.pointee.worker
    return addressOf(raw, task, worker.pointee.taggedBase, worker.pointee.accessibleBytes)
  }

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
