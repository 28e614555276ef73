// The trace line of one cycle in the format of Go's GODEBUG=gctrace=1, then the cluster's own.
//
//   gc # @#s #%: #+#+# ms clock, #+#/#/#+# ms cpu, #->#-># MB, # MB goal, # MB stacks,
//   # MB globals, # P
//
// What each number of Go's means here: the clock times are stop 1, concurrent mark and stop 2; the
// CPU times are stop 1 × processors, assists / background / idle marking, stop 2 × processors; the
// sizes are the heap when the cycle began, when marking ended, and live. They are printed by Go's
// rules (`fmtNSAsMS`, and MB that are MiB cut off), so that tools for Go's lines read these too.
// After a bar follows what only a cluster has.

package enum GoTrace {
  /// - Parameter isUnsafe: rules were off in that cycle, which is said behind the bar, where tools
  ///   for Go's lines do not look.
  package static func line(_ f: CycleFigures, isUnsafe: Bool = false) -> String {
    let processors = max(1, f.processors)
    let clock = [f.stop1Us, f.markUs, f.stop2Us].map(milliseconds).joined(separator: "+")
    let marking = [f.assistUs, f.backgroundMarkUs, f.idleMarkUs].map(milliseconds)
      .joined(separator: "/")
    let stops = [f.stop1Us, f.stop2Us].map { stop in
      // A line of a log says what somebody wrote there.
      let (product, overflow) = stop.multipliedReportingOverflow(by: processors)
      return milliseconds(overflow ? .max : product)
    }
    let heaps = [f.heapStartBytes, f.heapEndBytes, f.heapLiveBytes].map(mebibytes)
      .joined(separator: "->")
    let go =
      "gc \(f.cycle) @\(seconds(f.startUs))s \(percent(f.gcCpuPercent))%: \(clock) ms clock, "
      + "\(stops[0])+\(marking)+\(stops[1]) ms cpu, \(heaps) MB, "
      + "\(goal(f)), "
      + "\(mebibytes(f.stackBytes)) MB stacks, \(mebibytes(f.globalBytes)) MB globals, "
      + "\(processors) P\(f.trigger == .command ? " (forced)" : "")"
    return go
      + " | \(isUnsafe ? "UNSAFE " : "")epoch \(f.epoch) \(f.trigger.rawValue), "
      + "\(Text.plural(f.nodes, "node")), "
      + "sweep \(milliseconds(f.sweepUs)) ms, marked \(f.objectsMarked), "
      + "freed \(f.objectsFreed) (\(mebibytes(f.bytesFreed)) MB), "
      + "grey \(f.greyRefsSent) refs \(f.greyBatches) batches, "
      + "waves \(f.waves), false \(f.falseCandidates)"
  }

  /// Without a goal (GOGC=off) Go prints 2⁶⁴ bytes cut off to MB; a word says it better.
  private static func goal(_ f: CycleFigures) -> String {
    HeapBound.told(f.goalBytes) == HeapBound.none ? "off goal" : "\(mebibytes(f.goalBytes)) MB goal"
  }

  private static func mebibytes(_ bytes: Int) -> String { String(bytes >> 20) }

  private static func percent(_ value: Double) -> String {
    Int(exactly: value.rounded(.towardZero)).map { String($0) } ?? "?"
  }

  /// Go's `itoaDiv(ms, 3)`.
  private static func seconds(_ us: Int) -> String { divided(us / 1_000, 3) }

  /// Go's `fmtNSAsMS`: whole milliseconds from 10 ms on, below that three significant digits.
  static func milliseconds(_ us: Int) -> String {
    if us >= 10_000 { return String(us / 1_000) }
    if us <= 0 { return "0" }
    var value = us
    var decimals = 3
    while value >= 100 {
      value /= 10
      decimals -= 1
    }
    return divided(value, decimals)
  }

  private static func divided(_ value: Int, _ decimals: Int) -> String {
    guard decimals > 0 else { return String(value) }
    let digits = String(value)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }
}
