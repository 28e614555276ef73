// SIGINT and SIGTERM as something to poll: the process ends by its own rules, not inside a handler.

import CGrey

package struct SignalWatch: Sendable {
  package let descriptor: Int32

  /// Blocks both signals for the whole process; call before any thread is started.
  package init() { descriptor = grey_signals_open() }

  /// The signal that came in, or nil.
  package func take() -> Int32? {
    let signal = grey_signals_take(descriptor)
    return signal == 0 ? nil : signal
  }
}
