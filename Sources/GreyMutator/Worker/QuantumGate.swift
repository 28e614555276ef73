// How much a node's collectors may do while a cycle is walked by hand.
//
// Between walks the gate is free and says so in one relaxed load a quantum. While it is not, the
// one collector that is walked takes its work from the allowance, everybody else waits, and a task
// that owes an assist is let off, because its debt is nobody's step.
//
// A step is over when nothing of the allowance is left and nobody works on what was taken. The
// taker counts itself before it takes, and the engine reads in the other order, so a step is never
// over too early.

import Synchronization

package final class QuantumGate: Sendable {
  /// Written by the engine, taken from by collectors.
  private let left = Atomic<Int>(.max)
  private let takers = Atomic<Int>(0)
  private let held = Atomic<Int>(0)

  package init() {}

  package var isFree: Bool { left.load(ordering: .relaxed) == .max }

  /// Nothing may be done any more, and nobody does anything.
  package var isSpent: Bool {
    left.load(ordering: .sequentiallyConsistent) == 0
      && takers.load(ordering: .sequentiallyConsistent) == 0
  }

  /// Assists let off since the gate was last closed.
  package var heldAssists: Int { held.load(ordering: .relaxed) }

  // MARK: The engine

  /// From a free gate: a walk begins.
  package func allow(_ units: Int) {
    if isFree { held.store(0, ordering: .relaxed) }
    left.store(max(0, units), ordering: .sequentiallyConsistent)
  }

  package func free() { left.store(.max, ordering: .sequentiallyConsistent) }

  // MARK: Collectors

  /// Takes some of the allowance; zero: hold. Whatever it says, `end` follows.
  package func begin(atMost wanted: Int) -> Int {
    takers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    var present = left.load(ordering: .sequentiallyConsistent)
    while present > 0 {
      if present == .max { return wanted }
      let taken = min(present, wanted)
      let (exchanged, original) = left.compareExchange(
        expected: present, desired: present - taken, ordering: .sequentiallyConsistent)
      if exchanged { return taken }
      present = original
    }
    return 0
  }

  /// - Parameter isDry: there was nothing left to do, so the step is over for this node.
  package func end(isDry: Bool) {
    if isDry {
      var present = left.load(ordering: .sequentiallyConsistent)
      while present != .max, present > 0 {
        let (exchanged, original) = left.compareExchange(
          expected: present, desired: 0, ordering: .sequentiallyConsistent)
        if exchanged { break }
        present = original
      }
    }
    takers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
  }

  // MARK: Tasks

  func letOff() { held.wrappingAdd(1, ordering: .relaxed) }
}
