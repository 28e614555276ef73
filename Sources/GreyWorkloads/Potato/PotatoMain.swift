// The first task of `hot-potato`: seats the players, makes the potatoes, waits for them to come
// home and looks whether anything of them is missing.

import GreyBasics
import GreyHeap
import GreyMutator

final class PotatoMain: TaskBody {
  static let home: Slot = 0
  static let potato: Slot = 1
  static let next: Slot = 2
  static let stops: Slot = 3
  /// Where a message goes.
  static let address: Slot = 4
  /// What it says of a third party.
  static let neighbour: Slot = 5
  static let counter: Slot = 6
  static let stamp: Slot = 7
  static let layout = FrameLayout(slots: 8, references: [1, 2])

  private enum Stage {
    case seat, seated, introduce, make, writeStamp, writeNext, made, throwIn, thrown
    case await, cameHome, check, release, end
  }
  private var stage = Stage.seat
  private let workload: HotPotato
  private var players: [UInt64] = []
  /// The next player to be introduced or sent home, or the next potato.
  private var index = 0
  /// Where in a potato and its tail: the tail is made from its end, and checked from the potato.
  private var place = 0
  /// Which potato is being checked.
  private var potato = 0
  private var stops = 0

  init(_ workload: HotPotato) { self.workload = workload }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "\(stage) of hot-potato") { return failure }
    task[data: Self.home] = task.address.rawValue
    var turns = 64
    while turns > 0 {
      turns -= 1
      switch stage {
      case .seat, .seated, .introduce:
        if let operation = seat(task) { return .wait(operation) }
      case .make, .writeStamp, .writeNext, .made, .throwIn, .thrown:
        if let operation = make(task) { return .wait(operation) }
      case .await:
        if index == workload.potatoes {
          index = 0
          stage = .release
          continue
        }
        index += 1
        place = 0
        stage = .cameHome
        return .wait(.receive(into: [Self.potato, Self.stops, Self.neighbour]))
      case .cameHome:
        stage = .check
        if let operation = task.read(
          object: Self.potato, word: 0, into: [Self.next, Self.counter, Self.stamp])
        {
          return .wait(operation)
        }
      case .check: if let mistake = check(task) { return task.wrong(mistake) }
      case .release:
        if index == players.count {
          stage = .end
          continue
        }
        task[reference: Self.potato] = .null
        task[data: Self.address] = players[index]
        index += 1
        return .wait(
          .send(to: Self.address, values: [Self.potato, Self.stops, Self.neighbour]))
      case .end:
        let result: ResultObject = [
          "potatoes": .integer(workload.potatoes), "players": .integer(players.count),
          "stops": .integer(stops), "tail_objects": .integer(workload.potatoes * workload.tail),
        ]
        task.finish(ok: true, result: result.json)
        return .done
      }
    }
    return .more
  }

  // MARK: the players

  private func seat(_ task: TaskContext) -> Operation? {
    switch stage {
    case .seat:
      let nodes = task.nodes
      if players.count == nodes.count * workload.players {
        stage = .introduce
        return nil
      }
      stage = .seated
      // Neighbours in the circle are on different nodes.
      return .spawn(
        on: nodes[players.count % nodes.count], HotPotato.player, arguments: [Self.home],
        into: Self.address)
    case .seated:
      players.append(task[data: Self.address])
      stage = .seat
      return nil
    default:
      if index == players.count {
        index = 0
        place = workload.tail
        stage = .make
        return nil
      }
      task[data: Self.address] = players[index]
      task[data: Self.neighbour] = players[(index + 1) % players.count]
      index += 1
      return .send(to: Self.address, values: [Self.potato, Self.stops, Self.neighbour])
    }
  }

  // MARK: the potatoes

  /// Makes potato `index` from the end of its tail to its head, then throws it in.
  private func make(_ task: TaskContext) -> Operation? {
    switch stage {
    case .make:
      if index == workload.potatoes {
        index = 0
        stage = .await
        return nil
      }
      stage = .writeStamp
      let node = task.nodes[(index + place) % task.nodes.count]
      return .allocate(on: node, type: task.type(0), count: 1, into: Self.potato)
    case .writeStamp:
      stage = .writeNext
      task[data: Self.stamp] = HotPotato.stamp(potato: index, place: place)
      return task.write(object: Self.potato, word: HotPotato.Potato.stamp, from: Self.stamp)
    case .writeNext:
      stage = .made
      return task.write(object: Self.potato, word: HotPotato.Potato.next, from: Self.next)
    case .made:
      task[reference: Self.next] = task[reference: Self.potato]
      place -= 1
      stage = place < 0 ? .throwIn : .make
      return nil
    case .throwIn:
      stage = .thrown
      task[integer: Self.stops] = 0
      task[data: Self.address] = players[index % players.count]
      task[reference: Self.next] = .null
      return .give(to: Self.address, values: [Self.potato, Self.stops, Self.neighbour])
    default:
      index += 1
      place = workload.tail
      stage = .make
      return nil
    }
  }

  // MARK: home again

  /// The potato, or a link of its tail, was read: right, and what comes next?
  private func check(_ task: TaskContext) -> String? {
    if place == 0 {
      // Which one it is only its stamp says.
      let stamp = task[data: Self.stamp]
      let known = (0..<workload.potatoes).first { HotPotato.stamp(potato: $0, place: 0) == stamp }
      guard let known else { return "what came home is no potato: its stamp is \(stamp)" }
      potato = known
      let messages = task[integer: Self.stops]
      if let mistake = HotPotato.mistake(
        counter: task[integer: Self.counter], stops: messages, of: potato)
      {
        return mistake
      }
      stops += messages
    } else if task[data: Self.stamp] != HotPotato.stamp(potato: potato, place: place) {
      return "link \(place) of the tail of potato \(potato) is another object"
    }
    let isLast = task[reference: Self.next].isNull
    guard isLast == (place == workload.tail) else {
      return "the tail of potato \(potato) ends after \(place) of \(workload.tail) links"
    }
    task[reference: Self.potato] = task[reference: Self.next]
    place += 1
    stage = isLast ? .await : .cameHome
    return nil
  }
}
