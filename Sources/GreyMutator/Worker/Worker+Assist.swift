// Mark assists: a task that allocates while the node marks pays for it in marking.
//
// The debt is booked after each step and paid before the next one, so it is never more than a
// step's allocation. Paying is bounded a quantum: a task that owes more stays in the run queue and
// goes on paying at its next turn, and a stop is noticed in between. Nothing left to mark here
// forgives the debt. The CPU time of it all is measured, by a clock that the world gives.

import GreyBasics
import GreyCollector
import GreyHeap

extension Worker {
  func chargeAllocation(to task: MutatorTask) {
    guard task.retriesAfterCycle || marking != .zero else { return }
    let bytes = cache.takeAllocated().bytes
    if bytes > 0 { task.retriesAfterCycle = false }
    if marking != .zero { task.owedWork += assists.charge(bytes, environment.assists) }
  }

  /// False: the task still owes something, and there may be more to mark.
  func payDebt(of task: MutatorTask) -> Bool {
    let ledger = environment.assists
    guard marking != .zero, ledger.workPerByte > 0 else {
      task.owedWork = 0
      return true
    }
    guard environment.gate.isFree else {
      environment.gate.letOff()
      task.owedWork = 0
      return true
    }
    let began = configuration.threadTime()
    defer { ledger.countAssist(time: configuration.threadTime() - began) }
    var left = configuration.assistObjectsAQuantum
    var scanned = 0
    var isDry = false
    let atOnce = configuration.assistObjectsAtOnce
    while left > 0, scanned < task.owedWork, !isDry, environment.stop.requested == 0 {
      let progress = marker.drain(objects: min(atOnce, left))
      scanned += progress.scannedBytes
      left -= atOnce
      isDry = progress.isDry
    }
    hasShaded = true
    if scanned > 0 { assists.pay(scanned, ledger) }
    task.owedWork -= scanned
    if isDry, task.owedWork > 0 {
      assists.forgive(ledger)
      task.owedWork = 0
    }
    return task.owedWork <= 0
  }
}
