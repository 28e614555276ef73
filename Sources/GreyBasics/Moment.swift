// Points of time as the engine sees them: nanoseconds since some start that only the world knows.
// The real world reads its monotonic clock, the simulator counts; nothing below floor 6 reads one.

@frozen @usableFromInline
package struct Moment: Hashable, Comparable, Sendable {
  @usableFromInline package let nanoseconds: UInt64

  @inlinable package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }
  @inlinable package static var zero: Moment { Moment(nanoseconds: 0) }
  /// Later than every real point: a deadline that never comes.
  @inlinable package static var distantFuture: Moment { Moment(nanoseconds: .max) }

  @inlinable package static func < (a: Moment, b: Moment) -> Bool { a.nanoseconds < b.nanoseconds }

  /// Saturates at `distantFuture` and at zero.
  @inlinable package static func + (a: Moment, b: Duration) -> Moment {
    let delta = b.nanoseconds
    if delta >= 0 {
      let (sum, overflow) = a.nanoseconds.addingReportingOverflow(UInt64(delta))
      return overflow ? .distantFuture : Moment(nanoseconds: sum)
    }
    let back = delta.magnitude
    return Moment(nanoseconds: back > a.nanoseconds ? 0 : a.nanoseconds - back)
  }

  @inlinable package static func - (a: Moment, b: Moment) -> Duration {
    a >= b
      ? .nanoseconds(Int64(clamping: a.nanoseconds - b.nanoseconds))
      : .nanoseconds(-Int64(clamping: b.nanoseconds - a.nanoseconds))
  }
}

extension Duration {
  /// Whole nanoseconds, saturating (292 years either way).
  @inlinable package var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? (seconds > 0 ? .max : .min) : whole &+ attoseconds / 1_000_000_000
  }
  /// Whole microseconds, as every `_us` field reports them.
  @inlinable package var microseconds: Int64 { nanoseconds / 1_000 }
  /// Seconds with their fraction.
  @inlinable package var inSeconds: Double { Double(nanoseconds) / 1e9 }
  /// `Duration`'s own product is generic and goes through 128-bit division: 100 ns and more.
  /// Saturates.
  @inlinable package func times(_ factor: Int64) -> Duration {
    let (product, overflow) = nanoseconds.multipliedReportingOverflow(by: factor)
    let bound: Int64 = (nanoseconds < 0) == (factor < 0) ? .max : .min
    return Duration.nanoseconds(overflow ? bound : product)
  }
}
