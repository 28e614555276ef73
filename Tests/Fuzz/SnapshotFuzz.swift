// Heap snapshots: files that V8 wrote, or that were cut off, edited, or made up.
//
// The first byte of an input says in which pieces the rest is read: the pieces must not matter. A
// snapshot that was believed is a graph: every edge leads to an object, every object belongs to one
// part of each partition, the dominators and the drops can be computed. An error points into the
// file.

import GreyWorkloads

extension FuzzReader {
  static let snapshot = FuzzReader(
    name: "snapshot", seeds: SnapshotFuzz.seeds, words: SnapshotFuzz.words
  ) { bytes in
    guard let piece = bytes.first else { return }
    let file = Array(bytes.dropFirst())
    let whole = SnapshotFuzz.read(file, chunk: 1 << 16, slice: 1 << 20)
    let pieces = SnapshotFuzz.read(file, chunk: 1 + Int(piece) % 16, slice: 1 + Int(piece))
    switch (whole, pieces) {
    case (.success(let snapshot), .success(let other)):
      property(snapshot.types == other.types, "in pieces it has other types")
      property(snapshot.target == other.target, "in pieces it has other edges")
      property(snapshot.words == other.words, "in pieces it has other sizes")
      SnapshotFuzz.check(snapshot, bytes: file.count)
    case (.failure(let error), .failure(let other)):
      property(error == other, "in pieces it is wrong in another way: \(error), \(other)")
      property((0...file.count).contains(error.offset ?? -1), "an error elsewhere: \(error)")
    default: property(false, "in pieces it is believed or not: \(whole), \(pieces)")
    }
  }
}

private enum SnapshotFuzz {
  static func read(
    _ file: [UInt8], chunk: Int, slice: Int
  ) -> Result<HeapSnapshot, HeapSnapshotError> {
    do throws(HeapSnapshotError) {
      return .success(try HeapSnapshot(bytes: file, chunk: chunk, slice: slice))
    } catch {
      return .failure(error)
    }
  }

  static func check(_ snapshot: HeapSnapshot, bytes: Int) {
    let objects = snapshot.objectCount
    // A number and its comma take two bytes.
    property(objects <= bytes && snapshot.edgeCount <= bytes, "more than the file can hold")
    property(snapshot.firstEdge.count == objects + 1, "edges of no object")
    property(snapshot.target.allSatisfy { $0 < objects }, "an edge to nowhere")
    property(
      snapshot.types.reduce(0) { $0 + $1.objects } == objects, "objects without a type, or with two"
    )
    for object in 0..<objects {
      let edges = snapshot.edges(of: object)
      property(edges.count <= snapshot.words[object], "an object without room for its edges")
      property(!snapshot.type(of: object).description.isEmpty, "a type without a name")
    }
    for edge in 0..<snapshot.edgeCount {
      let source = snapshot.source(ofEdge: edge)
      property(snapshot.edges(of: source).contains(edge), "an edge of another object")
    }
    for way in SnapshotPartitioning.allCases {
      let partition = snapshot.partition(way, parts: 3)
      property(partition.owner.allSatisfy { $0 < 3 }, "an object of no part")
      property(partition.objects.reduce(0, +) == objects, "a part lost an object")
    }
    let all = snapshot.reachable().count
    let drops = snapshot.drops(count: 4, seed: 1)
    for drop in drops {
      property(snapshot.reachable(without: [drop.edge]).count < all, "a drop that drops nothing")
    }
  }

  private static func file(nodes: String, edges: String, count: (Int, Int)) -> String {
    "{\"snapshot\":{\"meta\":{\"node_fields\":[\"type\",\"name\",\"id\",\"self_size\","
      + "\"edge_count\"],\"node_types\":[[\"hidden\",\"string\",\"object\"],\"string\",\"number\","
      + "\"number\",\"number\"],\"edge_fields\":[\"type\",\"name_or_index\",\"to_node\"],"
      + "\"edge_types\":[[\"context\",\"element\",\"property\",\"weak\"],\"string_or_number\","
      + "\"node\"]},\"node_count\":\(count.0),\"edge_count\":\(count.1)},\"nodes\":[\(nodes)],"
      + "\"edges\":[\(edges)],\"locations\":[0,{\"a\":-1.5e3},true,null],"
      + "\"strings\":[\"\",\"a\\u00e9\\ud83d\\ude00\",\"b\\n\"]}\n"
  }

  @Sendable static func seeds() -> [[UInt8]] {
    [
      file(nodes: "0,0,1,8,0", edges: "", count: (1, 0)),
      file(
        nodes: "0,0,1,0,2,2,1,3,24,1,2,2,5,16,1,1,1,7,40,0",
        edges: "1,0,5,2,1,10,2,2,15,3,1,5", count: (4, 4)),
      file(
        nodes: "0,0,1,0,2,2,1,3,24,2,2,1,5,16,1", edges: "1,0,5,1,1,10,2,2,10,2,1,0,0,2,5",
        count: (3, 5)),
    ].flatMap { text in [[0] + Array(text.utf8), [7] + Array(text.utf8)] }
  }

  static let words = [
    "\"snapshot\":", "\"meta\":", "\"node_fields\":", "\"node_types\":", "\"edge_fields\":",
    "\"edge_types\":", "\"node_count\":", "\"edge_count\":", "\"nodes\":", "\"edges\":",
    "\"strings\":", "\"type\"", "\"name\"", "\"self_size\"", "\"to_node\"", "\"name_or_index\"",
    "\"element\"", "\"weak\"", "4294967294", "9007199254740991", "\\ud83d", "\\ude00", "[[", "{\"",
  ]
}
