// Ctrl-C, as a flag that a command looks at while it waits. A terminal that closes (SIGHUP) and
// SIGTERM say the same.
//
// The handler does the one thing a handler may: it stores to an atomic. A second Ctrl-C before the
// first was looked at ends the process, so that nobody is ever kept; but not one that has first to
// end what it has started, which it does in bounded time. What was started to outlive
// its terminal (`nohup`) goes on ignoring it.

import Glibc
import Synchronization

package enum Interrupt {
  /// Written by the signal handler, read and cleared by the command's thread.
  private static let pressed = Atomic<Bool>(false)

  /// Whether a second one is no reason to leave at once.
  private static let endsOthersFirst = Atomic<Bool>(false)

  /// From now on Ctrl-C does not end the process by itself. It ends a wait and a read from the
  /// terminal early (no SA_RESTART), so that it is looked at soon.
  /// - Parameter endsOthersFirst: this command has started processes that must not stay.
  package static func watch(endsOthersFirst: Bool = false) {
    Self.endsOthersFirst.store(endsOthersFirst, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      let isSecond = Interrupt.pressed.exchange(true, ordering: .relaxed)
      if isSecond, !Interrupt.endsOthersFirst.load(ordering: .relaxed) { _exit(128 + number) }
    }
    // A script's shell has its background jobs ignore SIGINT; who sends it to one means it.
    sigaction(SIGINT, &action, nil)
    for number in [SIGTERM, SIGHUP] where !isIgnored(number) { sigaction(number, &action, nil) }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var present = sigaction()
    sigaction(number, nil, &present)
    let handler = unsafeBitCast(present.__sigaction_handler.sa_handler, to: Int.self)
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Whoever started this process may have had signals blocked (a test runner, a thread pool), and
  /// a child begins with what its starter blocks.
  package static func hearSignals() {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] { sigaddset(&set, number) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  /// Looks at it and leaves it.
  package static var isPressed: Bool { pressed.load(ordering: .relaxed) }

  package static func take() -> Bool { pressed.exchange(false, ordering: .relaxed) }
}
