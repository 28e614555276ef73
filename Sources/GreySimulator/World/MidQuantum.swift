// What another thread of a node does in the midst of a worker's quantum.
//
// Turns are atomic, and that hides what two threads do to one word. One such race is known, and the
// heap says where it lies: without the rule `atomic-blacken` a refill loads a word of mark bits,
// adds the bits of the objects to be born, and stores it. What a marker sets in that word in
// between is gone. So there, and only there, the collector may have a turn inside the worker's.
// With the rule in force there is no place for it.

import GreyBasics
import GreyCollector
import GreyEngine
import GreyHeap
import GreyMutator

/// Confined to the thread of its simulated world, as the engines in it are.
final class MidQuantum: @unchecked Sendable {
  private let core: NodeCore
  private let now: Moment
  private let draws: Draws
  private let objects: Int
  /// What came of the collector's last turn; nil when it had none.
  private(set) var progress: BackgroundCollector.Progress?

  /// - Parameter objects: that one turn scans at most.
  init(_ core: NodeCore, now: Moment, _ draws: Draws, objects: Int) {
    self.core = core
    self.now = now
    self.draws = draws
    self.objects = objects
    core.heap.meanwhile.withLock { $0 = { [unowned self] in collect() } }
  }

  func end() { core.heap.meanwhile.withLock { $0 = nil } }

  private func collect() {
    guard core.collector.armedEpoch != .zero, draws.below(2) == 1 else { return }
    progress = core.backgrounds[0].quantum(now: now, objects: 1 + draws.below(objects))
  }
}
