// A thread that marks and sweeps in the background, within its share of the CPU.
//
// Go gives the collector a quarter of the processors while it marks, and what nobody uses. Here a
// collector thread that worked for t while workers are busy rests for the complement, so that
// marking takes `share` of (workers × wall time); while every worker is idle or stopped it works
// without a rest. Sweeping is not limited: what it does not do, allocation must.

import GreyBasics
import GreyEngine
import Synchronization

package final class CollectorThread: Sendable {
  private let shared: Shared
  private let bell: Doorbell
  private let thread: SystemThread

  private final class Shared: Sendable {
    let ending = Atomic<Bool>(false)
  }

  /// - Parameter share: of one CPU, for marking while workers run; above zero, at most one. Asked
  ///   after each quantum, because it can be changed.
  package init(
    _ background: BackgroundCollector, name: String, bell: Doorbell, activity: WorkerActivity,
    share: @escaping @Sendable () -> Double
  ) {
    let shared = Shared()
    self.shared = shared
    self.bell = bell
    let box = Confined(background)
    thread = SystemThread(name: name) {
      let background = box.value
      let pause = Doorbell()
      while !shared.ending.load(ordering: .relaxed) {
        let ticket = bell.ticket
        let start = MonotonicClock.now
        switch background.quantum(now: start) {
        case .marked:
          let used = MonotonicClock.now - start
          background.account(used, whileIdle: !activity.isBusy)
          let share = share()
          if share < 1, activity.isBusy {
            let limit = min(used * ((1 - share) / share), Duration.milliseconds(5))
            pause.wait(pause.ticket, limit: limit)
          }
        case .swept: background.accountSweep(MonotonicClock.now - start)
        case .waiting: bell.wait(ticket, limit: .milliseconds(1))
        case .idle: bell.wait(ticket, limit: .milliseconds(200))
        }
      }
    }
  }

  package func end() {
    shared.ending.store(true, ordering: .relaxed)
    bell.ring()
    thread.join()
  }
}
