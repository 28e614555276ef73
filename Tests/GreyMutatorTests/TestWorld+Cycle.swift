// A collection of the test world, phase by phase, and the oracle that judges it.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyMutator

struct Violation: Hashable, CustomStringConvertible {
  let description: String
}

extension TestWorld {
  // MARK: stops

  func stop() {
    for node in nodes where !node.isDead { node.environment.stop.request() }
    for node in nodes where !node.isDead {
      for worker in node.workers.indices { quantum(node, worker: worker) }
      precondition(node.environment.stop.allParked)
    }
  }

  func release() {
    for node in nodes { node.environment.stop.release() }
  }

  // MARK: phases

  /// Stop 1.
  func arm() {
    stop()
    epoch = epoch.next
    for node in nodes where !node.isDead {
      node.heap.finishSweep()
      node.scannedWorkers = []
      node.collector.arm(epoch: epoch, members: nodes.filter { !$0.isDead }.map(\.id))
    }
    isMarking = true
    batches = []
    release()
  }

  func abort() {
    for node in nodes { node.collector.abort() }
    for node in nodes { node.heap.clearMarks() }
    isMarking = false
    batches = []
  }

  func drain(_ node: TestNode, objects: Int = 64) { _ = node.marker.drain(objects: objects) }

  /// One batch from one node into the network.
  func takeGrey(_ node: TestNode) {
    for peer in node.collector.destinationsWithGrey() {
      let references = node.collector.takeGrey(for: peer, atMost: 16)
      if !references.isEmpty { batches.append((node.id, peer, references)) }
    }
  }

  func deliverBatch(_ index: Int = 0) {
    guard index < batches.count else { return }
    let batch = batches.remove(at: index)
    if !self[batch.to].isDead {
      _ = self[batch.to].collector.receiveGrey(from: batch.from, batch.references)
    }
  }

  /// Everything grey, everywhere, without letting any task run.
  func markToTheEnd() {
    for _ in 0..<100_000 {
      for node in nodes where !node.isDead {
        drain(node, objects: 4096)
        takeGrey(node)
      }
      if batches.isEmpty, nodes.allSatisfy({ $0.isDead || $0.collector.isQuiescent }) { return }
      while !batches.isEmpty { deliverBatch() }
    }
    preconditionFailure("marking does not end")
  }

  var allRootsScanned: Bool {
    nodes.allSatisfy { $0.isDead || $0.scannedWorkers.count == $0.workers.count }
  }

  /// Stop 2, confirmation and the whole sweep, judged before and after. All roots must have been
  /// scanned.
  func confirmAndSweep() -> [Violation] {
    precondition(allRootsScanned)
    stop()
    markToTheEnd()
    var violations = judge(marked: true)
    for node in nodes where !node.isDead { node.collector.disarm() }
    isMarking = false
    for node in nodes where !node.isDead {
      node.heap.beginSweep()
      node.heap.finishSweep()
    }
    violations += judge(marked: false)
    cycles += 1
    release()
    tell(.cycleEnded(epoch))
    return violations
  }

  /// A cycle in which tasks run but no message moves.
  func collect() -> [Violation] {
    arm()
    for _ in 0..<100_000 where !allRootsScanned {
      for node in nodes {
        for worker in node.workers.indices { quantum(node, worker: worker) }
      }
    }
    return confirmAndSweep()
  }

  // MARK: the oracle

  /// Every object that a root leads to must be in an allocated slot and, before sweeping, marked.
  /// Walks by the type descriptions and the checked look-up: nothing of the marker's.
  func judge(marked: Bool) -> [Violation] {
    var violations: [Violation] = []
    visitReachable { reference, why, location in
      guard let location else {
        violations.append(Violation(description: "\(why) -> \(reference): a freed slot"))
        return
      }
      if marked, !self[reference.node].heap.view.isMarked(location.base) {
        violations.append(Violation(description: "\(why) -> \(reference): reachable and white"))
      }
    }
    return violations
  }

  var reachableObjects: Int {
    var count = 0
    visitReachable { _, _, _ in count += 1 }
    return count
  }

  var allocatedObjects: Int {
    var count = 0
    for node in nodes where !node.isDead { node.heap.forEachObject { _, _ in count += 1 } }
    return count
  }

  private func visitReachable(
    _ visit: (Reference, _ why: String, ObjectLocation?) -> Void
  ) {
    var seen: Set<Reference> = []
    var queue: [(Reference, String)] = []
    func push(_ reference: Reference, _ why: String) {
      guard !reference.isNull, Int(reference.node.rawValue) <= nodes.count,
        !self[reference.node].isDead
      else { return }
      let location = self[reference.node].heap.exactObject(containing: reference.address)
      let base = location.map { Reference(node: reference.node, address: $0.base) } ?? reference
      guard seen.insert(base).inserted else { return }
      visit(base, why, location)
      if location != nil { queue.append((base, why)) }
    }
    for node in nodes where !node.isDead {
      for worker in node.workers {
        worker.forEachRoot { kind, reference in push(reference, "\(node.id) \(kind)") }
      }
    }
    while let (reference, why) = queue.popLast() {
      let heap = self[reference.node].heap
      guard let location = heap.exactObject(containing: reference.address),
        let type = heap.types.description(location.type)
      else { continue }
      for element in 0..<(location.bytes / 8 / type.words) {
        for word in type.referenceWords {
          let offset = (element * type.words + word) * 8
          let address = UnsafeMutableRawPointer(bitPattern: location.base)! + offset
          push(Reference(rawValue: address.relaxedWord), why + "*")
        }
      }
    }
  }
}
