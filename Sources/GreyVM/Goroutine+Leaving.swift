// How the loop is left: at a pause, for memory, for what an instruction waits for, by a panic.
//
// The frame on top then has in slot 0 the place where the next step goes on.

import GreyBasics
import GreyBytecode
import GreyMutator

extension Goroutine {
  func pause(_ pc: UnsafePointer<UInt64>, _ r: Registers) -> Step {
    r[0] = Int(bitPattern: pc)
    return .more
  }

  func interrupted(
    _ task: TaskContext, _ pc: UnsafePointer<UInt64>, _ r: Registers
  ) -> Step {
    if let step = pending {
      pending = nil
      return step
    }
    // The instruction runs again when there is memory.
    if allocationFailure != nil {
      r[0] = Int(bitPattern: pc)
      return waitForMemory(task)
    }
    return stopTrapped(task, pc)
  }

  func stopTrapped(_ task: TaskContext, _ pc: UnsafePointer<UInt64>) -> Step {
    let reason = trap ?? .nilDereference
    trap = nil
    return stop(task, pc, reason)
  }

  func stop(_ task: TaskContext, _ pc: UnsafePointer<UInt64>, _ trap: Trap) -> Step {
    task.frame[data: 0] = UInt64(UInt(bitPattern: pc))
    return raise(task, trap)
  }
}
