// A thread of the operating system with a name and an end that can be waited for.
//
// Worker, collector and I/O threads live as long as their process and each owns things by being
// the only one to touch them; a task pool that moves work between threads has no place here.

import CGrey
import Glibc
import GreyBasics
import Synchronization

package final class SystemThread: Sendable {
  private let handle: UInt64
  private let ending: Ending

  private final class Ending: Sendable {
    let isOver = Atomic<Bool>(false)
    let bell = Doorbell()
  }

  private final class Start {
    let name: String
    let body: @Sendable () -> Void
    let ending: Ending
    init(name: String, ending: Ending, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.ending = ending
      self.body = body
    }
  }

  /// - Parameters:
  ///   - name: at most 15 bytes are kept (what `top -H` shows).
  ///   - stackBytes: deep native recursion of a workload needs more than the default.
  package init(
    name: String, stackBytes: Int = 8 << 20, _ body: @escaping @Sendable () -> Void
  ) {
    let ending = Ending()
    self.ending = ending
    let start = Unmanaged.passRetained(Start(name: name, ending: ending, body: body))
    var handle: UInt64 = 0
    let status = grey_thread_start(
      &handle, UInt64(stackBytes),
      { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        grey_thread_name(start.name)
        start.body()
        start.ending.isOver.store(true, ordering: .sequentiallyConsistent)
        start.ending.bell.ring()
        return nil
      }, start.toOpaque())
    precondition(status == 0, "cannot start thread \(name): \(String(cString: strerror(status)))")
    self.handle = handle
  }

  /// Waits for the thread's end, as long as that takes.
  package func join() { grey_thread_join(handle) }

  /// Waits for the thread's end until then. Every wait inside a thread of ours is limited, but a
  /// step of somebody's task is not.
  /// - Returns: whether it has ended.
  package func join(before deadline: Moment) -> Bool {
    while true {
      let ticket = ending.bell.ticket
      if ending.isOver.load(ordering: .sequentiallyConsistent) { break }
      let left = deadline - MonotonicClock.now
      guard left > .zero else { return false }
      ending.bell.wait(ticket, limit: left)
    }
    join()
    return true
  }
}
