// A node that leaves takes nothing new, so that what it has can come to its end.
//
// What would begin something here for somebody else is refused with a failure of its own: runs,
// tasks that others spawn or call, objects that others allocate. What is there stays of use until
// the node goes: fields are read and written, messages delivered, answers taken, because the tasks
// that still run, here and elsewhere, need that to end. And they may begin what they need here: a
// task that cannot allocate does not end any sooner.

import GreyBasics
import GreyWire

extension Worker {
  func leave() {
    guard !isLeaving else { return }
    isLeaving = true
    // Others wait for memory here: it will not be theirs.
    let waiting = memory.requests
    memory.requests = []
    for request in waiting { serve(request.arrival) }
  }

  /// Said by one worker of the node; the run then fails everywhere.
  func refuseRun(_ description: RunDescription) {
    endedRuns.insert(description.run)
    if index == 0 {
      put(
        .runEnded(
          description.run, ok: false,
          message: "\(node) is leaving the cluster: start it again on the other nodes", result: ""))
    }
    releaseHeld(of: description.run)
  }
}

extension MutatorMessage {
  /// Whether it makes its receiver begin something: a task, or an object.
  var begins: Bool {
    switch body {
    case .allocate, .call, .spawn: true
    case .read, .write, .deliver, .answer, .failure: false
    }
  }
}
