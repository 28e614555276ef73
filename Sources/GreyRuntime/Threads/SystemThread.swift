// A thread of the operating system with a name and an end that can be waited for.
//
// Worker, collector and I/O threads live as long as their process and each owns things by being
// the only one to touch them; a task pool that moves work between threads has no place here.

import CGrey
import Glibc

package final class SystemThread: Sendable {
  private let handle: UInt64

  private final class Start {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// - Parameters:
  ///   - name: at most 15 bytes are kept (what `top -H` shows).
  ///   - stackBytes: deep native recursion of a workload needs more than the default.
  package init(
    name: String, stackBytes: Int = 8 << 20, _ body: @escaping @Sendable () -> Void
  ) {
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    var handle: UInt64 = 0
    let status = grey_thread_start(
      &handle, UInt64(stackBytes),
      { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        grey_thread_name(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    precondition(status == 0, "cannot start thread \(name): \(String(cString: strerror(status)))")
    self.handle = handle
  }

  /// Waits for the thread's end. The owner asked it to end before, and every wait inside it is
  /// limited, so this one is too.
  package func join() { grey_thread_join(handle) }
}
