// What a machine would be if nodes and cells had other names.
//
// No production value is renamed here. Every machine and every message of the search came from an
// earlier one by an input, and the first ones of different nodes differ by their names only; so
// the image of what an input led to is what the input's image leads to from the machine's image.
// It is computed by the production code itself, once, and looked up from then on.
//
// That presumes that the machines treat all nodes alike. They need not be believed: a test compares
// the states that a walk stands for with those that a walk without symmetries visits.

import GreyBasics
import GreyProtocol
import GreyWire

/// Where an interned value was first met.
enum Origin {
  /// Before the first state of the search, whose images are told (`beginImages`); a hello, of the
  /// node at this place.
  case given(Int)
  /// An input, as the key of the memo has it.
  case input(UInt64)
  /// Among what came of an input: the outcome's number, and the place there.
  case outcome(Int, Int)
  case renamed(UInt32, mask: UInt64)
  case succeeded(UInt32)
}

/// The images under one permutation; `none` where they are not known yet.
struct Images {
  static let none = UInt32.max
  let permutation: Permutation
  var parts: [UInt32] = []
  var coordinators: [UInt32] = []
  var items: [UInt32] = []
  var channels: [UInt32] = [0]

  init(_ permutation: Permutation) { self.permutation = permutation }

  static func look(_ list: [UInt32], _ number: UInt32) -> UInt32 {
    Int(number) < list.count ? list[Int(number)] : none
  }

  static func note(_ list: inout [UInt32], _ number: UInt32, _ image: UInt32) {
    while list.count <= Int(number) { list.append(none) }
    list[Int(number)] = image
  }
}

extension ControlPlane {
  /// - Parameters:
  ///   - parts: of all nodes in the first state, in the order of their places. That the permutation
  ///     maps them to each other, and the coordinator to itself, is what the search begins with.
  func beginImages(_ permutation: Permutation, parts: [UInt32], coordinator: UInt32) {
    var first = Images(permutation)
    for (place, part) in parts.enumerated() {
      Images.note(&first.parts, part, parts[permutation.nodes[place]])
    }
    Images.note(&first.coordinators, coordinator, coordinator)
    Images.note(&first.coordinators, silent, silent)
    images.append(first)
  }

  @inline(__always)
  func image(ofPart number: UInt32, _ index: Int) -> UInt32 {
    let known = Images.look(images[index].parts, number)
    return known != Images.none ? known : findPart(number, index)
  }

  @inline(__always)
  func image(ofCoordinator number: UInt32, _ index: Int) -> UInt32 {
    let known = Images.look(images[index].coordinators, number)
    return known != Images.none ? known : findCoordinator(number, index)
  }

  @inline(__always)
  func image(ofChannel number: UInt32, _ index: Int) -> UInt32 {
    let known = Images.look(images[index].channels, number)
    return known != Images.none ? known : findChannel(number, index)
  }

  // MARK: finding them

  @inline(never)
  private func findPart(_ number: UInt32, _ index: Int) -> UInt32 {
    let image: UInt32
    switch partOrigins[Int(number)] {
    case .input(let key): image = nodeOutcomes[outcome(ofNode: key, index)].next
    case .renamed(let old, let mask):
      image = rename(.part, self.image(ofPart: old, index), mask: mask)
    case .given, .outcome, .succeeded:
      preconditionFailure("part \(number) has no image: it was met before the first state")
    }
    Images.note(&images[index].parts, number, image)
    return image
  }

  @inline(never)
  private func findCoordinator(_ number: UInt32, _ index: Int) -> UInt32 {
    let image: UInt32
    switch coordinatorOrigins[Int(number)] {
    case .input(let key): image = coordinatorOutcomes[outcome(ofCoordinator: key, index)].next
    case .renamed(let old, let mask):
      image = rename(.coordinator, self.image(ofCoordinator: old, index), mask: mask)
    case .succeeded(let old): image = succeed(self.image(ofCoordinator: old, index))
    case .given, .outcome:
      preconditionFailure("coordinator \(number) has no image: it was met before the first state")
    }
    Images.note(&images[index].coordinators, number, image)
    return image
  }

  @inline(never)
  private func findChannel(_ number: UInt32, _ index: Int) -> UInt32 {
    let image = channel(channels[number].map { self.image(ofItem: $0, index) })
    Images.note(&images[index].channels, number, image)
    return image
  }

  private func image(ofItem number: UInt32, _ index: Int) -> UInt32 {
    let known = Images.look(images[index].items, number)
    if known != Images.none { return known }
    let image: UInt32
    switch itemOrigins[Int(number)] {
    case .given(let place): image = hello(of: images[index].permutation.nodes[place])
    case .outcome(let outcome, let place):
      image =
        itemsOfNodes[Int(number)]
        ? sent(byNode: outcome, place, index) : sent(byCoordinator: outcome, place, index)
    case .renamed(let old, let mask):
      image = renamedItem(self.image(ofItem: old, index), mask: mask)
    case .input, .succeeded: preconditionFailure("an item has no such origin")
    }
    Images.note(&images[index].items, number, image)
    return image
  }

  private func sent(byNode outcome: Int, _ place: Int, _ index: Int) -> UInt32 {
    let other = self.outcome(ofNode: nodeOutcomeKeys[outcome], index)
    guard case .up(let item) = nodeOutcomes[other].effects[place] else {
      preconditionFailure("a node's effects come in another order under another name")
    }
    return item
  }

  /// The coordinator speaks to nodes in the order of their ids; to each in one order.
  private func sent(byCoordinator outcome: Int, _ place: Int, _ index: Int) -> UInt32 {
    let sends = coordinatorOutcomes[outcome].sends
    let before = sends[..<place].count { $0.to == sends[place].to }
    let other = self.outcome(ofCoordinator: coordinatorOutcomeKeys[outcome], index)
    let to = UInt8(images[index].permutation.nodes[Int(sends[place].to)])
    return coordinatorOutcomes[other].sends.filter { $0.to == to }[before].item
  }

  // MARK: inputs

  /// The outcome of the input's image.
  private func outcome(ofNode key: UInt64, _ index: Int) -> Int {
    let (value, kind, operand) = Self.split(key)
    let part = image(ofPart: value, index)
    let permutation = images[index].permutation
    switch kind {
    case 0: return deliver(image(ofItem: UInt32(operand), index), to: part)
    case 1, 2:
      var counts: UInt64 = 0
      for place in 0..<scope.nodes {
        let both = operand >> UInt64(8 * place) & 0xFF
        counts |= both << UInt64(8 * permutation.nodes[place])
      }
      return markState(part, isIdle: kind == 1, counts: counts)
    case 3: return park(part)
    case 4: return endLease(part)
    case 5: return loseCoordinator(part)
    default:
      return admission(
        part, from: permutation.nodes[Int(operand >> 16)],
        object: permutation.cells[Int(operand >> 8 & 0xFF)], epoch: Int(operand & 0xFF))
    }
  }

  private func outcome(ofCoordinator key: UInt64, _ index: Int) -> Int {
    let (value, kind, operand) = Self.split(key)
    let number = image(ofCoordinator: value, index)
    let nodes = images[index].permutation.nodes
    switch kind {
    case 0:
      return deliver(
        image(ofItem: UInt32(operand >> 3), index), from: nodes[Int(operand & 7)], to: number)
    case 1: return collect(number)
    case 2: return endConfirming(number)
    case 3: return giveUpStop(number)
    case 4: return died(nodes[Int(operand)], number)
    default: return propose(number)
    }
  }
}
