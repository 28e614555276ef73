// Ctrl-C, as a flag that a command looks at while it waits.
//
// The handler does the one thing a handler may: it stores to an atomic. A second Ctrl-C before the
// first was looked at ends the process, so that nobody is ever kept.

import Glibc
import Synchronization

package enum Interrupt {
  /// Written by the signal handler, read and cleared by the command's thread.
  private static let pressed = Atomic<Bool>(false)

  /// From now on Ctrl-C does not end the process by itself.
  package static func watch() {
    signal(SIGINT) { _ in
      if Interrupt.pressed.exchange(true, ordering: .relaxed) { _exit(130) }
    }
  }

  package static func take() -> Bool { pressed.exchange(false, ordering: .relaxed) }
}
