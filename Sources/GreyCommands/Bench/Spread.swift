// The middle and the ends of what several rounds measured.
//
// The median, because a round that the scheduler took the processor from must not move the figure;
// the ends, so that everybody sees how far to trust it.

package struct Spread: Hashable, Sendable {
  package let low: Double
  package let median: Double
  package let high: Double

  package init(_ values: [Double]) {
    precondition(!values.isEmpty, "a measurement has at least one round")
    let sorted = values.sorted()
    let middle = sorted.count / 2
    low = sorted[0]
    high = sorted[sorted.count - 1]
    median =
      sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
