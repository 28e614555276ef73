// The one word by which a node's workers learn that they must stop.
//
// It is zero while mutators run and the number of the stop otherwise. Numbers are this word's own
// and never used twice, so a worker that parked for an earlier stop and slept through its release
// is not taken for one that has parked for this one. A worker publishes the number for which it
// has parked; the node is stopped when every worker has published the present one.
//
// A worker with nothing to do *rests*: it has done what parking asks for, and publishes that in
// place of a number. It counts as parked for any stop, so a stop of an idle node needs no switch
// between threads, which costs more than all the rest of the stop. Before it works again it takes
// the mark away and then reads the stop word; the engine writes the stop word and then reads the
// mark. Both do so sequentially consistently, so at least one sees the other: either the worker
// finds the stop and parks, or the engine finds it running and waits.
//
// Ordering: a worker releases its number after it has flushed its barrier buffer and dropped its
// runs, and the engine acquires it, so the engine sees all of that. The engine releases the word
// after it has armed or disarmed, and workers acquire it.

import Synchronization

package final class StopWord: @unchecked Sendable {
  package let workers: Int
  /// Word 0: the number of the stop. Word 1 + i: the number for which worker i has parked. A raw
  /// block, because sleepers need an address that stays where it is.
  private let words: UnsafeMutablePointer<Atomic<UInt64>>
  private let counter = Atomic<UInt64>(0)
  /// In place of a number: parked for whatever stop there is.
  private static let resting = UInt64.max

  package init(workers: Int) {
    self.workers = workers
    words = .allocate(capacity: workers + 1)
    for index in 0...workers { (words + index).initialize(to: Atomic(0)) }
  }

  deinit { words.deallocate() }

  /// For a futex: the low half of the number. It changes with every stop and every release.
  package var sleepWord: UnsafeRawPointer { UnsafeRawPointer(words) }

  /// Zero: run.
  package var requested: UInt64 { words[0].load(ordering: .sequentiallyConsistent) }

  /// Asks every worker to park. While a stop is on, that stop's number is returned again.
  @discardableResult
  package func request() -> UInt64 {
    let present = requested
    if present != 0 { return present }
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    words[0].store(number, ordering: .sequentiallyConsistent)
    return number
  }

  /// Lets the workers run. Who sleeps on `sleepWord` must be woken by the caller.
  package func release() { words[0].store(0, ordering: .releasing) }

  func park(_ worker: Int, for number: UInt64) {
    words[1 + worker].store(number, ordering: .releasing)
  }

  /// Nothing of this worker's needs a stop until it calls `work`.
  func rest(_ worker: Int) {
    words[1 + worker].store(Self.resting, ordering: .sequentiallyConsistent)
  }

  /// To be called before `requested` is read.
  func work(_ worker: Int) { words[1 + worker].store(0, ordering: .sequentiallyConsistent) }

  /// Workers that are parked for the present stop.
  package var parkedWorkers: Int {
    let number = requested
    return number == 0 ? 0 : (0..<workers).count { isParked($0, for: number) }
  }
  package var allParked: Bool { requested != 0 && parkedWorkers == workers }
  /// No worker has anything to do: what each has published before is all there is.
  package var allResting: Bool {
    (0..<workers).allSatisfy {
      words[1 + $0].load(ordering: .sequentiallyConsistent) == Self.resting
    }
  }
  /// The first worker, by index, that has not parked for the present stop.
  package var firstRunning: Int? {
    let number = requested
    return (0..<workers).first { number == 0 || !isParked($0, for: number) }
  }

  private func isParked(_ worker: Int, for number: UInt64) -> Bool {
    let published = words[1 + worker].load(ordering: .sequentiallyConsistent)
    return published == number || published == Self.resting
  }
}
