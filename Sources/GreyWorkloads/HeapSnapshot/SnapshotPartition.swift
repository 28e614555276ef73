// Which node of the cluster gets which object.
//
// Three ways, from the worst for a distributed heap to a good one:
//
//   hash        every object anywhere: nearly every edge leads to another node
//   contiguous  the file's order (about the order of V8's own walk), cut where the bytes divide
//   bfs         regions grown breadth first from the root, one a node, each until it has its share
//               of the bytes; the next region starts where an earlier one stopped. Neighbours stay
//               together, so few edges are cut (the greedy graph growing of METIS's first phase).
//
// All are pure functions of the snapshot and the number of parts, so every node of a cluster that
// reads the same file computes the same owners and nothing has to be sent.

package enum SnapshotPartitioning: String, CaseIterable, Sendable {
  case hash, contiguous, bfs
}

package struct SnapshotPartition: Sendable {
  /// Of each object, the part it lies in: `0..<parts`.
  package let owner: [UInt16]
  /// Edges whose ends lie in different parts.
  package let cutEdges: Int
  /// Size of each part in words of 8 bytes.
  package let words: [Int]
  /// Objects in each part.
  package let objects: [Int]

  package var parts: Int { words.count }
}

extension HeapSnapshot {
  /// - Parameter parts: 1 to 65 535.
  package func partition(_ how: SnapshotPartitioning, parts: Int) -> SnapshotPartition {
    precondition((1...Int(UInt16.max)).contains(parts), "parts must be 1 to 65535, not \(parts)")
    let owner: [UInt16] =
      switch how {
      case .hash: hashOwners(parts)
      case .contiguous: contiguousOwners(parts)
      case .bfs: grownOwners(parts)
      }
    var words = [Int](repeating: 0, count: parts)
    var objects = [Int](repeating: 0, count: parts)
    var cut = 0
    for object in 0..<objectCount {
      let part = owner[object]
      words[Int(part)] += Int(self.words[object])
      objects[Int(part)] += 1
      for edge in edges(of: object) where owner[Int(target[edge])] != part { cut += 1 }
    }
    return SnapshotPartition(owner: owner, cutEdges: cut, words: words, objects: objects)
  }

  private func hashOwners(_ parts: Int) -> [UInt16] {
    (0..<objectCount).map { object in
      // The finalizer of MurmurHash3: every bit of the number reaches every bit of the result.
      var hash = UInt64(object) &+ 0x9E37_79B9_7F4A_7C15
      hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
      hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
      hash ^= hash >> 33
      return UInt16(hash.multipliedFullWidth(by: UInt64(parts)).high)
    }
  }

  private func contiguousOwners(_ parts: Int) -> [UInt16] {
    var shares = Shares(total: totalWords, parts: parts)
    return words.map { shares.place(Int($0)) }
  }

  private func grownOwners(_ parts: Int) -> [UInt16] {
    var owner = [UInt16](repeating: 0, count: objectCount)
    var isPlaced = [Bool](repeating: false, count: objectCount)
    var shares = Shares(total: totalWords, parts: parts)
    /// The region being grown, in order of discovery. What is behind `head` is placed.
    var frontier: [UInt32] = [UInt32(Self.root)]
    var head = 0
    /// Objects at which finished regions stopped: the seeds of later ones, oldest first.
    var seeds: [UInt32] = []
    var nextSeed = 0
    /// Below it every object is placed: where to look for one that no seed leads to.
    var nextUnreached = 0
    var left = objectCount
    while left > 0 {
      if head == frontier.count {
        frontier.removeAll(keepingCapacity: true)
        head = 0
        while nextSeed < seeds.count, isPlaced[Int(seeds[nextSeed])] { nextSeed += 1 }
        if nextSeed < seeds.count {
          frontier.append(seeds[nextSeed])
        } else {
          while isPlaced[nextUnreached] { nextUnreached += 1 }
          frontier.append(UInt32(nextUnreached))
        }
      }
      let object = Int(frontier[head])
      head += 1
      if isPlaced[object] { continue }
      isPlaced[object] = true
      left -= 1
      let before = shares.part
      owner[object] = shares.place(Int(words[object]))
      if shares.part != before {
        // A new region: it starts from this object alone.
        seeds.removeFirst(nextSeed)
        nextSeed = 0
        seeds.append(contentsOf: frontier[head...])
        frontier.removeAll(keepingCapacity: true)
        head = 0
      }
      for edge in edges(of: object) where !isPlaced[Int(target[edge])] {
        frontier.append(target[edge])
      }
    }
    return owner
  }
}

/// Fills parts one after the other with an equal share each of the words.
private struct Shares {
  private let share: Int
  private let parts: Int
  private var placed = 0
  private(set) var part = 0

  init(total: Int, parts: Int) {
    share = max(1, (total + parts - 1) / parts)
    self.parts = parts
  }

  /// The part of the next object: the one in whose share its middle lies, so that one huge object
  /// does not drag its successors along.
  mutating func place(_ words: Int) -> UInt16 {
    let middle = placed + words / 2
    placed += words
    part = max(part, min(parts - 1, middle / share))
    return UInt16(part)
  }
}
