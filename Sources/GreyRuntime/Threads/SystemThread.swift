// A thread of the operating system with a name and an end that can be waited for.
//
// Worker, collector and I/O threads live as long as their process and each owns things by being
// the only one to touch them; a task pool that moves work between threads has no place here.

import Glibc
import Synchronization

package final class SystemThread: @unchecked Sendable {
  /// Written once by `init`, read by `join`.
  private var handle = pthread_t()

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
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, stackBytes)
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    let status = pthread_create(
      &handle, &attributes,
      { argument in
        let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
        pthread_setname_np(pthread_self(), String(start.name.prefix(15)))
        start.body()
        return nil
      }, start.toOpaque())
    pthread_attr_destroy(&attributes)
    precondition(status == 0, "cannot start thread \(name): \(String(cString: strerror(status)))")
  }

  /// Waits for the thread's end. The owner asked it to end before, and every wait inside it is
  /// limited, so this one is too.
  package func join() { pthread_join(handle, nil) }
}
