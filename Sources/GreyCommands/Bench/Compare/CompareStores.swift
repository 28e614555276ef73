// Row 8: ns a reference store through the write barrier, off and on, flushes included.
//
// CPU time of the storing thread on both sides. Ours is the barrier's production code in this
// process (`StoreBench`). In Go the store is the compiler's, measured while another goroutine has a
// large heap marked. One difference remains: Go's flush marks the objects at once, on the same
// thread; ours filters and hands over what is left to the marker.

import GreyBasics
import GreyEvents

enum CompareStores {
  static func all(_ tools: CompareTools) -> [Measurement] {
    [
      Measurement([
        RowHeading("8-store-off-go", "ns/store", peer: "Go", goal: .atMost(0.7)),
        RowHeading("8-store-on-go", "ns/store", peer: "Go", goal: .atMost(0.35)),
      ]) { scale, news in
        tools.noteAbsent([.go], news)
        let count = scale.objects * 2
        let off = try StoreRounds(count: count, isOn: false)
        let on = try StoreRounds(count: count, isOn: true)
        for rounds in [off, on] { _ = try rounds.round() }
        return ComparedRounds {
          let go = try tools.peers.run(.go, ["store", "\(count * 2)"])
          return [
            RoundSample(ours: try off.round()[0].ours, peer: go?.figure("off_ns")),
            RoundSample(ours: try on.round()[0].ours, peer: go?.figure("on_ns")),
          ]
        }
      }
    ]
  }
}
