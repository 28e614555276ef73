// One row for all states that are each other's images under the symmetries of the scope.
//
// Of a row and all its images the least is kept: first by the numbers of machines and connections,
// which mostly differ, then by its bytes. A state's orbit (how many different states it stands for)
// is the number of symmetries through the number of those that lead to the least row; the sum over
// a walk is what a walk without symmetries visits.

import GreyBasics

/// The symmetries of a scope as tables, and room for images.
struct Symmetry {
  let group: [Permutation]
  /// By permutation and place: whose image lies there.
  private let sources: UnsafeMutablePointer<UInt8>
  private let images: UnsafeMutablePointer<UInt8>
  /// By permutation and byte: the image of a reference.
  private let references: UnsafeMutablePointer<UInt8>
  private let nodes: Int

  init(_ scope: Scope) {
    group =
      scope.usesSymmetry
      ? Permutation.group(of: scope)
      : [Permutation(nodes: Array(0..<scope.nodes), cells: Array(scope.owners.indices))]
    nodes = scope.nodes
    sources = .allocate(capacity: group.count * nodes)
    images = .allocate(capacity: group.count * nodes)
    references = .allocate(capacity: group.count * 256)
    for (index, permutation) in group.enumerated() {
      for (node, image) in permutation.nodes.enumerated() {
        sources[index * nodes + image] = UInt8(node)
        images[index * nodes + node] = UInt8(image)
      }
      for value in 0...255 {
        let isReference = (1...permutation.cells.count).contains(value)
        references[index * 256 + value] =
          isReference ? permutation.reference(UInt8(value)) : UInt8(value)
      }
    }
  }

  func free() {
    sources.deallocate()
    images.deallocate()
    references.deallocate()
  }

  @inline(__always)
  func source(_ index: Int, _ place: Int) -> Int { Int(sources[index * nodes + place]) }
  @inline(__always)
  func image(_ index: Int, _ node: Int) -> Int { Int(images[index * nodes + node]) }
  @inline(__always)
  func table(_ index: Int) -> UnsafeMutablePointer<UInt8> { references + index * 256 }
}

extension World {
  /// The nodes of `next` differ by nothing but their names.
  func beginSymmetry() {
    guard plane.images.isEmpty else { return }
    let parts = (0..<layout.nodes).map { next.number(partAt($0)) }
    for permutation in symmetry.group.dropFirst() {
      plane.beginImages(permutation, parts: parts, coordinator: next.number(0))
    }
  }

  /// Of `next` and its images the least becomes `next`.
  func takeLeast() {
    orbit = 1
    guard symmetry.group.count > 1, takesLeast else { return }
    original.update(from: next, count: layout.size)
    var leads = 1
    for index in 1..<symmetry.group.count {
      let order = makeImage(index)
      if order < 0 {
        next.update(from: image, count: layout.size)
        leads = 1
      } else if order == 0 {
        leads += 1
      }
    }
    orbit = symmetry.group.count / leads
  }

  /// Makes `image` of `original`, unless it is seen to be greater than `next` before: 1 then, 0
  /// when they are equal, -1 when it is less.
  private func makeImage(_ index: Int) -> Int {
    let order = imageMachines(index)
    if order > 0 { return order }
    imageHeap(index)
    sortSlots(of: image)
    imageMessages(index)
    sortMessages(of: image)
    if order < 0 { return order }
    for at in layout.budgetsAt..<layout.size where image[at] != next[at] {
      return image[at] < next[at] ? -1 : 1
    }
    return 0
  }

  private func imageMachines(_ index: Int) -> Int {
    var order = 0
    func put(_ at: Int, _ number: UInt32) -> Bool {
      image.setNumber(at, number)
      if order == 0 {
        let other = next.number(at)
        order = number < other ? -1 : number == other ? 0 : 1
      }
      return order <= 0
    }
    guard put(0, plane.image(ofCoordinator: original.number(0), index - 1)) else { return 1 }
    for place in 0..<layout.nodes {
      let node = symmetry.source(index, place)
      let part = original.number(partAt(node))
      // What stands for the dead knows nobody.
      let partImage = isDead(original, node) ? part : plane.image(ofPart: part, index - 1)
      guard put(partAt(place), partImage),
        put(downAt(place), plane.image(ofChannel: original.number(downAt(node)), index - 1)),
        put(upAt(place), plane.image(ofChannel: original.number(upAt(node)), index - 1))
      else { return 1 }
    }
    return order
  }

  private func imageHeap(_ index: Int) {
    let references = symmetry.table(index)
    (image + layout.budgetsAt).update(
      from: original + layout.budgetsAt, count: layout.flagsAt - layout.budgetsAt)
    let slots = layout.tasks * layout.slots
    for cell in 0..<layout.cells {
      let place = Int(references[cell + 1]) - 1
      image[colourAt(place)] = original[colourAt(cell)]
      image[fieldAt(place)] = references[Int(original[fieldAt(cell)])]
    }
    for place in 0..<layout.nodes {
      let node = symmetry.source(index, place)
      image[flagsAt(place)] = original[flagsAt(node)]
      for slot in 0..<slots {
        image[slotAt(place, 0, 0) + slot] = references[Int(original[slotAt(node, 0, 0) + slot])]
      }
      if scope.hasGlobals {
        image[globalAt(place)] = references[Int(original[globalAt(node)])]
      }
      for cell in 0..<layout.cells {
        let to = Int(references[cell + 1]) - 1
        image[greyAt(place, to)] = original[greyAt(node, cell)]
        image[batchAt(place, to)] = original[batchAt(node, cell)]
        image[batchAt(place, to) + 1] = original[batchAt(node, cell) + 1]
      }
      for other in 0..<layout.nodes {
        image[countAt(place, symmetry.image(index, other))] = original[countAt(node, other)]
      }
    }
  }

  private func imageMessages(_ index: Int) {
    let references = symmetry.table(index)
    for number in 0..<layout.messages {
      let (message, other) = (original + messageAt(number), image + messageAt(number))
      other.update(from: message, count: 8)
      if message[Field.kind] == Kind.free { continue }
      other[Field.from] = UInt8(symmetry.image(index, Int(message[Field.from])))
      other[Field.to] = UInt8(symmetry.image(index, Int(message[Field.to])))
      other[Field.object] = references[Int(message[Field.object])]
      other[Field.value] = references[Int(message[Field.value])]
    }
  }
}
