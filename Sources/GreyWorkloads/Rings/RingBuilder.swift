// The three functions of `rings` that run on every node: one builds rings, and calls the other two
// on the nodes through which a ring passes.

import GreyBasics
import GreyHeap
import GreyMutator

/// Builds ring after ring, and walks around the oldest one before it drops it.
final class RingBuilder: TaskBody {
  static let home: Slot = 0
  /// The array of kept anchors, which is the node's global too.
  static let anchors: Slot = 1
  static let anchor: Slot = 2
  /// The end of what is built, or of what is walked.
  static let cursor: Slot = 3
  static let ring: Slot = 4
  static let place: Slot = 5
  static let limit: Slot = 6
  static let rings: Slot = 7
  static let objects: Slot = 8
  static let kept: Slot = 9
  static let walks: Slot = 10
  static let layout = FrameLayout(slots: 11, references: [1, 2, 3])

  private enum Stage { case prepare, choose, walk, build, close, lastWalk, report, end }
  private var stage = Stage.prepare
  private let workload: Rings
  /// Rings built; the next one gets this number on this node.
  private var built = 0
  /// The next node of the ring being built (downwards) or walked (upwards), by its distance from
  /// home.
  private var hop = 0
  /// In the last stage: the next kept ring to walk around.
  private var checked = 0

  init(_ workload: Rings) { self.workload = workload }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "a ring") { return failure }
    do throws(AllocationFailure) {
      while true {
        switch stage {
        case .prepare:
          try task.allocate(type: task.type(1), count: workload.keep, into: Self.anchors)
          task.storeGlobal(Self.anchors, at: 0)
          stage = .choose
        case .choose: choose(task)
        case .build: if let wait = try build(task) { return wait }
        case .close: close(task)
        case .walk, .lastWalk: if let wait = walk(task) { return wait }
        case .report:
          task[integer: Self.rings] = built
          task[integer: Self.kept] = min(built, workload.keep)
          stage = .end
          return .wait(
            .send(to: Self.home, values: [Self.rings, Self.objects, Self.kept, Self.walks]))
        case .end: return .done
        }
      }
    } catch {
      return task.waitForMemory(error)
    }
  }

  // MARK: choosing

  /// A number that no other ring of the run has.
  private func number(_ index: Int, _ task: TaskContext) -> Int { task.nodeIndex << 40 | index }
  private func objects(_ task: TaskContext) -> Int { 1 + workload.length * task.nodes.count }

  private func choose(_ task: TaskContext) {
    if task.isOver(after: built, of: workload.rings) {
      stage = .lastWalk
    } else if built >= workload.keep {
      stage = .walk
      beginWalk(task, around: built - workload.keep)
      return
    } else {
      stage = .build
    }
    hop = 0
    if stage == .lastWalk { nextLastWalk(task) }
  }

  // MARK: building, from the end of the ring to its beginning

  private func build(_ task: TaskContext) throws(AllocationFailure) -> Step? {
    let nodes = task.nodes
    if hop == 0 {
      task[reference: Self.anchor] = try task.allocate(task.shape(task.type(0)))
      task[integer: Self.ring] = number(built, task)
      task.store(
        data: task[data: Self.ring], to: task[reference: Self.anchor], word: Rings.Link.ring)
      task[reference: Self.cursor] = task[reference: Self.anchor]
      hop = nodes.count
    }
    // A stretch is built backwards: its last object leads to what was built before it.
    hop -= 1
    let node = nodes[(task.nodeIndex + hop) % nodes.count]
    task[integer: Self.place] = 1 + hop * workload.length
    task[integer: Self.limit] = workload.length
    if hop == 0 { stage = .close }
    return .wait(
      .call(
        on: node, Rings.Function.stretch,
        arguments: [Self.cursor, Self.ring, Self.place, Self.limit], results: [Self.cursor]))
  }

  /// The ring becomes one, and takes the oldest one's place.
  private func close(_ task: TaskContext) {
    task.store(Self.cursor, to: Self.anchor, word: Rings.Link.next)
    task.store(Self.anchor, to: Self.anchors, word: built % workload.keep)
    built += 1
    task[integer: Self.objects] += objects(task)
    task[reference: Self.anchor] = .null
    task[reference: Self.cursor] = .null
    stage = .choose
  }

  // MARK: walking

  private func beginWalk(_ task: TaskContext, around index: Int) {
    task.load(Self.anchors, word: index % workload.keep, into: Self.anchor)
    task[reference: Self.cursor] = task[reference: Self.anchor]
    task[integer: Self.ring] = number(index, task)
    task[integer: Self.place] = 0
    task[integer: Self.limit] = objects(task)
    hop = 0
  }

  /// One call walks as far as the ring stays on a node; the last one comes back to the anchor.
  private func walk(_ task: TaskContext) -> Step? {
    let nodes = task.nodes
    if stage == .lastWalk, checked == min(built, workload.keep) {
      stage = .report
      return nil
    }
    if task[integer: Self.place] < objects(task), hop < nodes.count {
      let node = nodes[(task.nodeIndex + hop) % nodes.count]
      hop += 1
      return .wait(
        .call(
          on: node, Rings.Function.walk,
          arguments: [Self.cursor, Self.ring, Self.place, Self.limit],
          results: [Self.cursor, Self.place]))
    }
    guard task[integer: Self.place] == objects(task),
      task[reference: Self.cursor] == task[reference: Self.anchor]
    else {
      return task.wrong(
        "ring \(task[integer: Self.ring]) of \(objects(task)) objects does not come back to its "
          + "anchor but ends after \(task[integer: Self.place])")
    }
    task[integer: Self.walks] += 1
    if stage == .walk {
      hop = 0
      stage = .build
    } else {
      checked += 1
      nextLastWalk(task)
    }
    return nil
  }

  private func nextLastWalk(_ task: TaskContext) {
    let kept = min(built, workload.keep)
    if checked < kept { beginWalk(task, around: built - kept + checked) }
  }
}

/// Makes one node's stretch of a ring, from its last object to its first.
final class RingStretch: TaskBody {
  static let head: Slot = 0
  static let ring: Slot = 1
  static let place: Slot = 2
  static let length: Slot = 3
  static let layout = FrameLayout(slots: 4, references: [0])

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "a stretch") { return failure }
    var left = budget
    do throws(AllocationFailure) {
      let shape = try task.shape(task.type(0))
      while task[integer: Self.length] > 0 {
        if left <= 0 { return .more }
        left -= 10
        let link = try task.allocate(shape)
        let length = task[integer: Self.length] - 1
        task.store(task[reference: Self.head], to: link, word: Rings.Link.next)
        task.store(data: task[data: Self.ring], to: link, word: Rings.Link.ring)
        task.store(
          data: UInt64(task[integer: Self.place] + length), to: link, word: Rings.Link.place)
        task[reference: Self.head] = link
        task[integer: Self.length] = length
      }
    } catch {
      return task.waitForMemory(error)
    }
    return .done(results: [Self.head])
  }
}

/// Follows a ring as far as it stays on this node and at most to its end.
final class RingWalk: TaskBody {
  static let link: Slot = 0
  static let ring: Slot = 1
  static let place: Slot = 2
  static let limit: Slot = 3
  static let layout = FrameLayout(slots: 4, references: [0])

  func step(_ task: TaskContext, budget: Int) -> Step {
    var left = budget
    let ring = task[integer: Self.ring]
    while task.isLocal(Self.link), task[integer: Self.place] < task[integer: Self.limit] {
      if left <= 0 { return .more }
      left -= 6
      let link = task[reference: Self.link]
      let place = task[integer: Self.place]
      let found = (
        ring: task.loadData(link, word: Rings.Link.ring),
        place: task.loadData(link, word: Rings.Link.place)
      )
      if let mistake = Rings.mistake(ring: ring, place: place, found: found) {
        return task.wrong(mistake)
      }
      task[reference: Self.link] = task.load(link, word: Rings.Link.next)
      task[integer: Self.place] = place + 1
    }
    return .done(results: [Self.link, Self.place])
  }
}
