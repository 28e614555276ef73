// A program's heap as V8 wrote it down, in columns: every object and every strong edge.
//
// Node and Chrome write `.heapsnapshot` files: JSON with one flat array of numbers for the objects
// ("nodes"), one for the edges in the order of the objects that hold them, and a table of strings.
// Here that becomes five columns, because a heap of millions of objects has to be built beside it:
//
//     an object   words UInt32 · firstEdge UInt32 · type UInt16     10 bytes
//     an edge     target UInt32 · kind UInt8                         5 bytes
//
// `firstEdge[i]..<firstEdge[i + 1]` are the edges of object i (compressed sparse rows). While the
// file is read an object costs 14 bytes at most; see `SnapshotColumns`.
//
// An object's size is what V8 says, or 8 bytes for each strong edge where that is more (V8 shares
// shapes and packs pointers to 4 bytes), rounded up to words: every edge has a slot of its own, so
// the object can be built, and edge number k of an object is its slot k. Weak edges keep nothing
// alive; they are dropped and counted. Object 0 is the root.

package struct HeapSnapshot: Sendable {
  /// Size of each object in words of 8 bytes.
  package let words: [UInt32]
  /// One more than there are objects.
  package let firstEdge: [UInt32]
  /// Of each object, an index into `types`.
  package let typeIndex: [UInt16]
  package let target: [UInt32]
  /// Of each edge, an index into `edgeKinds`.
  package let edgeKind: [UInt8]
  package let types: [SnapshotType]
  package let edgeKinds: [String]
  package let weakEdges: Int

  package static var root: Int { 0 }
  package var objectCount: Int { words.count }
  package var edgeCount: Int { target.count }
  package var totalWords: Int { words.reduce(0) { $0 + Int($1) } }

  /// Indices into `target` and `edgeKind`.
  @inline(__always)
  package func edges(of object: Int) -> Range<Int> {
    Int(firstEdge[object])..<Int(firstEdge[object + 1])
  }

  /// The object that holds an edge: a binary search, since no column says it.
  package func source(ofEdge edge: Int) -> Int {
    var low = 0
    var high = objectCount
    // Invariant: firstEdge[low] <= edge < firstEdge[high].
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(firstEdge[middle]) <= edge { low = middle } else { high = middle }
    }
    return low
  }

  package func type(of object: Int) -> SnapshotType { types[Int(typeIndex[object])] }
}

/// What an object is: the kind that V8 gives it and, where that names a class, the name.
package struct SnapshotType: Hashable, Sendable, CustomStringConvertible {
  /// `object`, `closure`, `string`, `native`, … as the file's own table says.
  package let kind: String
  /// A constructor's or function's name; nil for kinds whose name is contents, and for rare names.
  package var name: String?
  /// How many objects have it.
  package let objects: Int

  package var description: String { name.map { "\(kind) \($0)" } ?? kind }
}
