// What a stirring task can do in one step, and how likely that is in one run.
//
// Each is a step of some story in which a collector that leaves out a rule loses an object: to take
// the last reference out of an object, or to put it into one and forget it, to hand it to another
// task and forget it, to make an object and publish it at once. The weights are drawn a run, so
// that some runs do little but one or two of them.

import GreyBasics

package enum StirOperation: String, CaseIterable, Sendable, Codable {
  case rest
  /// A new object into a slot.
  case allocate
  /// A new object that refers to what the slot referred to.
  case allocateBefore = "allocate-before"
  case allocateThere = "allocate-there"
  /// An object without references, or some element of a large one, behind a field.
  case allocateLeaf = "allocate-leaf"
  case load
  /// Loads a field and stores nil to it.
  case take
  case store
  /// Stores to a field and forgets.
  case give
  case storeNil = "store-nil"
  case storeSelf = "store-self"
  case drop
  case copy
  case storeGlobal = "store-global"
  case giveGlobal = "give-global"
  case loadGlobal = "load-global"
  case takeGlobal = "take-global"
  case storeNilGlobal = "store-nil-global"
  /// Another task, here or elsewhere, gets two references as its arguments; they are forgotten.
  case spawn
  case call
  /// To a task that keeps messages; what was sent is forgotten, at once or once it has arrived.
  case send
  /// The task goes on elsewhere, with two of its references.
  case move
  /// Waits for a full cycle.
  case collect

  /// `allCases` makes a new array whenever it is asked, and every step of a task asks.
  static let all = allCases

  /// It does something with the object in its slot.
  var wantsObject: Bool {
    switch self {
    case .rest, .allocate, .allocateBefore, .allocateThere, .drop, .loadGlobal, .takeGlobal,
      .storeNilGlobal, .collect:
      false
    case .allocateLeaf, .load, .take, .store, .give, .storeNil, .storeSelf, .copy, .storeGlobal,
      .giveGlobal, .spawn, .call, .send, .move:
      true
    }
  }

  /// As often as each other one, when nothing was drawn; a cycle takes too long for that.
  package static let evenWeights = allCases.map { $0 == .rest ? 1 : $0 == .collect ? 0 : 4 }

  /// What runs are about, beside a little of everything: moving references within the heap, between
  /// tasks and nodes, or through globals.
  private static let themes: [[StirOperation]] = [
    [.take, .give, .allocateBefore, .load, .storeNil],
    [.call, .spawn, .allocate, .allocateThere],
    [.send, .move, .allocateBefore, .drop],
    [.giveGlobal, .takeGlobal, .storeNilGlobal, .spawn],
    [],
  ]

  /// Drawn for one run: most operations seldom or never, a few often.
  package static func weights(from random: inout SplitMix) -> [Int] {
    let theme = themes[random.below(themes.count)]
    return allCases.map { operation in
      let weight = [0, 0, 0, 1, 4, 16][random.below(6)]
      if operation == .rest { return 1 }
      if operation == .collect { return weight / 16 }
      if theme.isEmpty { return operation == .allocateBefore ? 2 + weight : weight }
      return theme.contains(operation) ? 16 : weight / 4
    }
  }
}
