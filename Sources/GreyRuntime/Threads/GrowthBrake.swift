// How far a heap may run ahead of the cycle that is due.
//
// From the alarm to the end of the sweep it is messages between processes that a heap waits for. On
// a machine that has no processor to spare they are late, and it is the allocating task that takes
// the processor from them: `allocate` was seen to fill 650 MB, page fault by page fault, where 4 MB
// are enough. Assists do not help, because there is nothing to mark. So once the heap is several
// times what it was at the alarm, its worker sleeps between steps, a millisecond at a time, which
// is what the messages need.
//
// It sleeps only so many times a cycle. A node cannot know whether its growth is what the cluster
// waits for: others may be far from their triggers, and then no cycle comes for its sake.

/// Of one worker's thread.
package struct GrowthBrake {
  package static let pause = Duration.milliseconds(1)
  package static let pausesACycle = 20
  /// The heap's growth since the alarm that needs no brake: what comes while a cycle is prompt.
  package static let factor = 4
  package static let leastBytes = 16 << 20

  private var alarmBytes: Int?
  private var pauses = 0

  package init() {}

  package var isOn: Bool { alarmBytes != nil }

  package mutating func cycleIsDue(heapBytes: Int) {
    alarmBytes = heapBytes
    pauses = 0
  }

  /// Whether to pause now. Garbage that is being freed counts as heap, and says nothing.
  package mutating func takesHold(heapBytes: Int, isSweeping: Bool) -> Bool {
    guard let alarmBytes else { return false }
    if heapBytes < alarmBytes || pauses == Self.pausesACycle {
      self.alarmBytes = nil
      return false
    }
    guard !isSweeping, heapBytes > alarmBytes * Self.factor + Self.leastBytes else { return false }
    pauses += 1
    return true
  }
}
