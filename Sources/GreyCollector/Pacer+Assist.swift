// How much scan work an allocated byte owes while a cycle runs.
//
// The ratio is simply (work left) / (bytes left until the goal), renewed whenever either moves. Two
// corrections, both Go's, keep it from jumping:
//
// - More work done than expected means that the heap grew. The goal is then stretched in the same
//   proportion as the work (to the case that everything scannable is alive), so the ratio stays
//   flat; never beyond what the *next* cycle would be granted anyway.
// - Past the goal, 10 % more room is granted and all scannable bytes are taken for alive: the ratio
//   is steep but finite.
//
// Greywave's own: the bytes that mutators are expected to allocate while this node only waits for
// the others are taken off the room, because local marking has to be done before they are.

extension Pacer {
  /// Sizes and work as they are now; the assist ratio follows. Cheap: call it every quantum.
  package mutating func revise(live: Int, scannable: Int, work: ScanWork) {
    heapLive = live
    heapScannable = scannable
    self.work = work
    revise()
  }

  mutating func revise() {
    guard let triggered else {
      assistWorkPerByte = 0
      assistBytesPerWork = 0
      return
    }
    var goal = Double(self.goal == .max ? heapLive.saturatingAdd(heapLive) : self.goal)
    var expected = Double(expectedScan.total)
    let most = Double(
      heapScannable.saturatingAdd(stackBytes).saturatingAdd(globalBytes))
    let done = Double(work.total)
    let start = Double(triggered)
    if done > expected {
      let stretched = (goal - start) / max(expected, 1) * most + start
      let hard = (1 + Double(settings.gogc ?? 100_000) / 100) * goal
      // Never shrunk: where little of the heap is scanned, the expectation was too high.
      goal = min(max(stretched, goal), hard)
      expected = most
    }
    if Double(heapLive) > goal {
      goal *= Self.overshoot
      expected = most
    }
    let workLeft = max(expected - done, Self.leastWork)
    let room = goal - Double(heapLive)
    // Waiting takes at most half of the room: an estimate must not make the ratio explode.
    let bytesLeft = max(room - min(waitBytes.value, room / 2), 1)
    assistWorkPerByte = workLeft / bytesLeft
    assistBytesPerWork = bytesLeft / workLeft
  }

  static let overshoot = 1.1
  static let leastWork = 1000.0
}
