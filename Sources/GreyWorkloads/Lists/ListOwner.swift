// The owner of one list of `list-across`: every step begins one operation on one element.

import GreyBasics
import GreyHeap
import GreyMutator

final class ListOwner: TaskBody {
  static let home: Slot = 0
  static let first: Slot = 1
  static let last: Slot = 2
  /// The element at which the walk is, or that is being made.
  static let element: Slot = 3
  /// The one from which the walk came.
  static let behind: Slot = 4
  static let none: Slot = 5
  static let previous: Slot = 6
  static let next: Slot = 7
  static let list: Slot = 8
  static let number: Slot = 9
  static let made: Slot = 10
  static let dropped: Slot = 11
  static let reads: Slot = 12
  static let layout = FrameLayout(slots: 13, references: [1, 2, 3, 4, 5, 6, 7])

  private enum Stage {
    case append, writeList, writeNumber, writePrevious, writeNext, appended
    case beginForwards, beginBackwards, read, check
    case cut, drop, report, end
  }
  private var stage = Stage.append
  private let length: Int
  private let rounds: Int
  /// The numbers of the elements that the list has.
  private var numbers = 0..<0
  private var round = 0
  private var isForwards = true
  /// Where the walk is, and after how many elements it ends.
  private var walk = (number: 0, left: 0)
  private var isCutting = false

  init(length: Int, rounds: Int) {
    self.length = length
    self.rounds = rounds
  }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "\(stage) of list-across") { return failure }
    var turns = 64
    while turns > 0 {
      turns -= 1
      switch stage {
      case .append, .writeList, .writeNumber, .writePrevious, .writeNext, .appended:
        if let operation = append(task) { return .wait(operation) }
      case .beginForwards: begin(task, forwards: true)
      case .beginBackwards: begin(task, forwards: false)
      case .read:
        stage = .check
        if let operation = task.read(
          object: Self.element, word: 0, into: [Self.previous, Self.next, Self.list, Self.number])
        {
          return .wait(operation)
        }
      case .check: if let mistake = check(task) { return task.wrong(mistake) }
      case .cut:
        stage = .drop
        // The front half ends at the element before the cut, the back half begins behind it. The
        // half that stays loses its way into the one that goes.
        let word = dropsFront ? ListAcross.Element.previous : ListAcross.Element.next
        if let operation = task.write(object: Self.element, word: word, from: Self.none) {
          return .wait(operation)
        }
      case .drop: drop(task)
      case .report:
        stage = .end
        return .wait(.send(to: Self.home, values: [Self.made, Self.dropped, Self.reads]))
      case .end: return .done
      }
    }
    return .more
  }

  // MARK: appending

  /// The next operation on the element being appended; nil when there is none to wait for.
  private func append(_ task: TaskContext) -> Operation? {
    switch stage {
    case .append:
      guard numbers.count < length else {
        stage = .beginForwards
        return nil
      }
      stage = .writeList
      let node = task.nodes[(task.nodeIndex + numbers.upperBound) % task.nodes.count]
      return .allocate(on: node, type: task.type(0), count: 1, into: Self.element)
    case .writeList:
      stage = .writeNumber
      task[integer: Self.list] = task.nodeIndex
      return task.write(object: Self.element, word: ListAcross.Element.list, from: Self.list)
    case .writeNumber:
      stage = .writePrevious
      task[integer: Self.number] = numbers.upperBound
      return task.write(object: Self.element, word: ListAcross.Element.number, from: Self.number)
    case .writePrevious:
      stage = .writeNext
      return task.write(object: Self.element, word: ListAcross.Element.previous, from: Self.last)
    case .writeNext:
      stage = .appended
      if numbers.isEmpty { return nil }
      return task.write(object: Self.last, word: ListAcross.Element.next, from: Self.element)
    default:
      if numbers.isEmpty { task[reference: Self.first] = task[reference: Self.element] }
      task[reference: Self.last] = task[reference: Self.element]
      numbers = numbers.lowerBound..<numbers.upperBound + 1
      task[integer: Self.made] += 1
      stage = .append
      return nil
    }
  }

  // MARK: walking

  private func begin(_ task: TaskContext, forwards: Bool) {
    isForwards = forwards
    task[reference: Self.element] = task[reference: forwards ? Self.first : Self.last]
    task[reference: Self.behind] = .null
    walk = (forwards ? numbers.lowerBound : numbers.upperBound - 1, numbers.count)
    stage = .read
  }

  /// Checks the element that was read and goes on to the next one.
  private func check(_ task: TaskContext) -> String? {
    let ahead = isForwards ? Self.next : Self.previous
    let found = ListAcross.Reading(
      list: task[data: Self.list], number: task[data: Self.number],
      behind: task[reference: isForwards ? Self.previous : Self.next])
    let expected = ListAcross.Reading(
      list: UInt64(task.nodeIndex), number: UInt64(walk.number),
      behind: task[reference: Self.behind])
    if let mistake = ListAcross.mistake(found, expected: expected) { return mistake }
    task[integer: Self.reads] += 1
    walk.left -= 1
    if isCutting, walk.left == 0 {
      stage = .cut
      return nil
    }
    let isAtEnd = task[reference: ahead].isNull
    guard isAtEnd == (walk.left == 0) else {
      return "list \(task.nodeIndex) of \(numbers.count) elements "
        + (isAtEnd ? "ends" : "goes on") + " at element \(walk.number)"
    }
    walk.number += isForwards ? 1 : -1
    task[reference: Self.behind] = task[reference: Self.element]
    task[reference: Self.element] = task[reference: ahead]
    stage = .read
    if isAtEnd { finishWalk(task) }
    return nil
  }

  private func finishWalk(_ task: TaskContext) {
    if isForwards {
      stage = .beginBackwards
    } else if task.isOver(after: round, of: rounds) {
      stage = .report
    } else {
      beginCut(task)
    }
  }

  // MARK: cutting

  private var dropsFront: Bool { round % 2 == 0 }

  /// Walks from the end that stays to the first element of its half.
  private func beginCut(_ task: TaskContext) {
    isCutting = true
    begin(task, forwards: !dropsFront)
    walk.left = (numbers.count + 1) / 2
  }

  private func drop(_ task: TaskContext) {
    let stays = (numbers.count + 1) / 2
    task[integer: Self.dropped] += numbers.count - stays
    if dropsFront {
      task[reference: Self.first] = task[reference: Self.element]
      numbers = numbers.upperBound - stays..<numbers.upperBound
    } else {
      task[reference: Self.last] = task[reference: Self.element]
      numbers = numbers.lowerBound..<numbers.lowerBound + stays
    }
    // No slot may keep what was dropped.
    for slot in [Self.element, Self.behind, Self.previous, Self.next] {
      task[reference: slot] = .null
    }
    isCutting = false
    round += 1
    stage = .append
  }
}
