// SIGINT and SIGTERM as something to poll: the process ends by its own rules, not inside a handler.

import Glibc

package struct SignalWatch: Sendable {
  package let descriptor: Int32

  /// Blocks both signals for the whole process; call before any thread is started.
  package init() {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    descriptor = signalfd(-1, &set, Int32(SFD_NONBLOCK.rawValue | SFD_CLOEXEC.rawValue))
    signal(SIGPIPE, SIG_IGN)
  }

  /// The signal that came in, or nil.
  package func take() -> Int32? {
    var info = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    guard read(descriptor, &info, size) == size else { return nil }
    return Int32(info.ssi_signo)
  }
}
