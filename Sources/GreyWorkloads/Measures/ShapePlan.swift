// The graphs that marking is measured on, edge for edge those of the comparators (Tests/Peers).
//
// Everything random is a function of a place: draw e of a seed is the e-th number of SplitMix64. So
// each edge is known by itself, and nodes that build a part each need not agree on an order.
//
//   seq    slot k of object i refers to object i + 1 + k, around the end
//   tree   slots 0 and 1 refer to 2i + 1 and 2i + 2, the others are null
//   perm   the same tree, whose i-th node is object order[i] of a random permutation
//   rand   slot k of object i refers to any object
//   list   one chain through all objects, in the order of a random permutation, in slot 0
//
// Of `rand` there may be several parts: a given share of the edges then leads into other parts, to
// any object there or to one within a window around the same place (a graph that was cut with
// care).
//
// The checksum is a sum over all slots, so parts of it can be added up in any order.

import GreyBasics

package enum ShapeName: String, Sendable, CaseIterable {
  case seq, tree, perm, rand, list
}

package struct ShapePlan: Sendable {
  package let shape: ShapeName
  package let objects: Int
  package let slots: Int
  package let interior: Bool
  package let seed: UInt64
  package let parts: Int
  /// Per cent of edges that lead to another part.
  package let crossing: Int
  /// Objects around the same place that such an edge may lead to; 0: any.
  package let window: Int
  private var order: [UInt32] = []

  package init(
    _ shape: ShapeName, objects: Int, slots: Int, interior: Bool = false, seed: UInt64 = 1,
    parts: Int = 1, crossing: Int = 0, window: Int = 0
  ) {
    precondition(objects % parts == 0 && (parts == 1 || shape == .rand))
    self.shape = shape
    self.objects = objects
    self.slots = slots
    self.interior = interior
    self.seed = seed
    self.parts = parts
    self.crossing = crossing
    self.window = min(window, objects / parts)
  }

  /// With its permutation, which takes a moment for a large graph: to be used before objects and
  /// targets are asked for.
  package func prepared() -> ShapePlan {
    var plan = self
    if shape == .perm || shape == .list { plan.order = Self.permutation(objects, seed) }
    return plan
  }

  package var partObjects: Int { objects / parts }

  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private static func draw(_ seed: UInt64, _ place: Int) -> UInt64 {
    mix(seed &+ (UInt64(place) &+ 1) &* 0x9E37_79B9_7F4A_7C15)
  }

  private static func below(_ draw: UInt64, _ bound: Int) -> Int {
    Int(draw.multipliedFullWidth(by: UInt64(bound)).high)
  }

  private static func permutation(_ count: Int, _ seed: UInt64) -> [UInt32] {
    var order = (0..<UInt32(count)).map { $0 }
    for index in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(index, below(draw(seed, index), index + 1))
    }
    return order
  }

  /// The object at a place: places are what the tree and the chain are made of.
  package func object(at place: Int) -> Int { order.isEmpty ? place : Int(order[place]) }

  /// Where the graph of a part hangs.
  package func root(ofPart part: Int) -> Int {
    part == 0 ? object(at: 0) : part * partObjects
  }

  /// The target of a slot; nil: null.
  package func target(place: Int, object: Int, slot: Int) -> Int? {
    switch shape {
    case .seq: return (object + 1 + slot) % objects
    case .tree, .perm:
      let child = 2 * place + 1 + slot
      return slot < 2 && child < objects ? self.object(at: child) : nil
    case .list:
      return slot == 0 && place + 1 < objects ? self.object(at: place + 1) : nil
    case .rand:
      let draw = Self.draw(seed, object * slots + slot)
      return parts == 1 ? Self.below(draw, objects) : targetAmongParts(draw, object, slot)
    }
  }

  private func targetAmongParts(_ draw: UInt64, _ object: Int, _ slot: Int) -> Int {
    let size = partObjects
    let (part, place) = object.quotientAndRemainder(dividingBy: size)
    // The lower half of the draw decides whether, the upper one where to.
    if Int(draw & 0xFFFF_FFFF) % 100 >= crossing { return part * size + Self.below(draw, size) }
    let second = Self.draw(~seed, object * slots + slot)
    let other = (part + 1 + Int(second % UInt64(parts - 1))) % parts
    if window == 0 { return other * size + Self.below(draw, size) }
    return other * size + (place + Self.below(draw, window)) % size
  }

  /// The word of its target that the reference in a slot leads to.
  package func word(object: Int, slot: Int) -> Int {
    interior ? 1 + (object + slot) % (slots - 1) : 0
  }

  /// What a slot adds to the checksum.
  package func checksum(object: Int, slot: Int, target: Int?) -> UInt64 {
    let value = target.map { UInt64(1 + $0 * 8 + word(object: object, slot: slot)) } ?? 0
    return Self.mix(UInt64(object * slots + slot) << 32 ^ value)
  }

  package func isCrossing(_ object: Int, _ target: Int) -> Bool {
    object / partObjects != target / partObjects
  }
}
