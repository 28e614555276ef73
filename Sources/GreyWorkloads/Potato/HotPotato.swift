// hot-potato: objects whose only reference is always under way.
//
// Every node has a player, and the players sit in a circle. A potato is an object with a counter
// and a tail of further objects, its links made on node after node. A player that gets the potato
// in a message reads the counter, writes it one higher and gives the potato on, which leaves it
// nothing. So at any moment the only reference to a potato and its tail is in a message, in a
// mailbox, or in the slot of the player that holds it for three operations. Stacks are scanned at
// other times on every node, and a potato is rarely where the marking looks: what finds it are the
// transit table and the shading by senders and receivers.
//
// Why the check is right. Each message says how many stops the potato has had; each stop adds one
// to the object's counter as well, through the reference. In the end both must be equal. The tail
// is never touched on the way, only kept alive by the potato; at the end the first task walks it:
// each link carries a stamp of its potato and its place, and there must be exactly as many links.

import GreyBasics
import GreyHeap
import GreyMutator

package struct HotPotato: Workload {
  package static let name = "hot-potato"
  package static let summary =
    "Objects whose only reference is always in a message, passed round by players on all nodes"
  package static let parameters: [ParameterDescription] = [
    .integer("potatoes", default: 16, in: 1...200, help: "Objects that are passed round."),
    .integer("stops", default: 400, in: 1...100_000_000, help: "Stops that each one makes."),
    .integer("tail", default: 50, in: 0...1_000_000, help: "Objects that hang from each one."),
    .integer(
      "litter", default: 1_000, in: 0...1_000_000,
      help: "Words of garbage that a player makes at each stop, so that there are cycles."),
    .integer("players", default: 2, in: 1...100, help: "Players on each node."),
  ]
  package static let typeLimit = 2

  let potatoes: Int
  let stops: Int
  let tail: Int
  let litter: Int
  let players: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    potatoes = parameters.integer("potatoes")
    stops = parameters.integer("stops")
    tail = parameters.integer("tail")
    litter = parameters.integer("litter")
    players = parameters.integer("players")
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    [
      try .of("hot-potato.potato", words: 3, references: [Potato.next]),
      try .of("hot-potato.litter", words: 1, references: []),
    ]
  }

  package var globals: Int { 0 }

  package var functions: [FunctionDescription] {
    [
      FunctionDescription(name: "main", layout: PotatoMain.layout) { PotatoMain(self) },
      FunctionDescription(name: "player", layout: PotatoPlayer.layout, arguments: 1) {
        PotatoPlayer(stops: self.stops, litter: self.litter)
      },
    ]
  }

  static let player: FunctionIndex = 1

  /// A potato, or a link of its tail, which has no counter.
  enum Potato {
    static let next = 0
    static let counter = 1
    static let stamp = 2
  }

  /// Place 0 is the potato itself, its tail follows.
  static func stamp(potato: Int, place: Int) -> UInt64 { Stamp.of(UInt64(potato), UInt64(place)) }

  static func mistake(counter: Int, stops: Int, of potato: Int) -> String? {
    if counter == stops { return nil }
    return "potato \(potato) counts \(counter) stops, its messages \(stops)"
  }
}

/// Gets a potato, counts, passes it on.
final class PotatoPlayer: TaskBody {
  /// The first task.
  static let home: Slot = 0
  static let potato: Slot = 1
  /// Stops so far.
  static let stops: Slot = 2
  /// In the first message, the next player.
  static let address: Slot = 3
  static let neighbour: Slot = 4
  static let counter: Slot = 5
  static let litter: Slot = 6
  static let layout = FrameLayout(slots: 7, references: [1, 6])

  private enum Stage { case meet, greeted, receive, received, counted, written, littered, sent }
  private var stage = Stage.meet
  private let limit: Int
  private let litter: Int

  init(stops: Int, litter: Int) {
    limit = stops
    self.litter = litter
  }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "a player, when it had \(stage) a potato,") {
      return failure
    }
    while true {
      switch stage {
      case .meet:
        stage = .greeted
        return .wait(.receive(into: [Self.potato, Self.stops, Self.address]))
      case .greeted:
        task[data: Self.neighbour] = task[data: Self.address]
        stage = .receive
      case .receive:
        stage = .received
        return .wait(.receive(into: [Self.potato, Self.stops, Self.address]))
      case .received:
        // No potato: the game is over.
        if task[reference: Self.potato].isNull { return .done }
        stage = .counted
        if let operation = task.read(
          object: Self.potato, word: HotPotato.Potato.counter, into: [Self.counter])
        {
          return .wait(operation)
        }
      case .counted:
        stage = .written
        task[integer: Self.counter] += 1
        if let operation = task.write(
          object: Self.potato, word: HotPotato.Potato.counter, from: Self.counter)
        {
          return .wait(operation)
        }
      case .written:
        do throws(AllocationFailure) {
          if litter > 0 { try task.allocate(type: task.type(1), count: litter, into: Self.litter) }
        } catch {
          return task.waitForMemory(error)
        }
        stage = .littered
      case .littered:
        stage = .sent
        task[integer: Self.stops] += 1
        let isOver = task.isOver(after: task[integer: Self.stops], of: limit)
        return .wait(
          .give(
            to: isOver ? Self.home : Self.neighbour,
            values: [Self.potato, Self.stops, Self.address]))
      case .sent:
        // Whoever gives keeps nothing: in the whole cluster there is one reference to a potato.
        guard task[reference: Self.potato].isNull else {
          return task.wrong("a potato was given away and is still here")
        }
        stage = .receive
      }
    }
  }
}
