// What a well-formed file becomes: columns, sizes, types, and the little that is dropped.

import Foundation
import Testing

@testable import GreyWorkloads

@Suite("A heap snapshot is read")
struct HeapSnapshotTests {
  @Test("objects, edges and their order are the file's; weak edges are dropped and counted")
  func columns() throws {
    let heap = try HeapSnapshot(bytes: SampleWriter.small.bytes)
    #expect(heap.objectCount == 5)
    #expect(heap.weakEdges == 1)
    #expect(heap.target == [1, 2, 3, 1, 3, 3])
    #expect(heap.firstEdge == [0, 1, 3, 6, 6, 6])
    #expect(heap.edgeKind.map { heap.edgeKinds[Int($0)] }.last == "internal")
    #expect((0..<6).map { heap.source(ofEdge: $0) } == [0, 1, 1, 2, 2, 2])
  }

  @Test("an object has room for every strong edge, in whole words")
  func sizes() throws {
    let heap = try HeapSnapshot(bytes: SampleWriter.small.bytes)
    // The root: 0 bytes, one strong edge. 20 bytes are 3 words. 8 bytes with 3 edges are 3 words.
    #expect(heap.words == [1, 3, 3, 3, 8])
    #expect(heap.totalWords == 18)
  }

  @Test("a type is kind and class; what a string contains is no type")
  func types() throws {
    let heap = try HeapSnapshot(bytes: SampleWriter.small.bytes)
    #expect(
      (0..<5).map { heap.type(of: $0).description } == [
        "synthetic (root)", "object Cache", "object Cache", "string", "closure onVisit",
      ])
    #expect(heap.types.map(\.objects) == [1, 1, 2, 1])
  }

  @Test("fields may stand in any order, with others among them")
  func fieldOrder() throws {
    let expected = try HeapSnapshot(bytes: SampleWriter.small.bytes)
    var writer = SampleWriter.small
    for nodeFields in [
      ["type", "name", "id", "self_size", "edge_count"],
      ["edge_count", "new_field", "self_size", "name", "type", "another"],
    ] {
      for edgeFields in [
        ["to_node", "type", "name_or_index"], ["name_or_index", "to_node", "type"],
      ] {
        writer.nodeFields = nodeFields
        writer.edgeFields = edgeFields
        let heap = try HeapSnapshot(bytes: writer.bytes)
        #expect(heap.words == expected.words)
        #expect(heap.target == expected.target)
        #expect(heap.types == expected.types)
      }
    }
  }

  @Test("no token minds where a chunk of the file ends")
  func chunks() throws {
    let bytes = SampleWriter.small.bytes
    let expected = try HeapSnapshot(bytes: bytes)
    for chunk in 1...9 {
      let heap = try HeapSnapshot(bytes: bytes, chunk: chunk)
      #expect(heap.target == expected.target)
      #expect(heap.types == expected.types)
    }
  }

  @Test("nothing minds where a slice of the reading ends")
  func slices() throws {
    let bytes = SampleWriter.small.bytes
    let expected = try HeapSnapshot(bytes: bytes)
    for slice in [1, 2, 3, 5, 8, 40, 300] {
      let heap = try HeapSnapshot(bytes: bytes, slice: slice)
      #expect(heap.words == expected.words)
      #expect(heap.firstEdge == expected.firstEdge)
      #expect(heap.target == expected.target)
      #expect(heap.edgeKind == expected.edgeKind)
      #expect(heap.typeIndex == expected.typeIndex)
      #expect(heap.types == expected.types)
      #expect(heap.weakEdges == expected.weakEdges)
    }
  }

  @Test("a slice reads no more of the file than it may")
  func bounds() throws {
    var writer = SampleWriter.small
    for number in 0..<500 {
      writer.nodes.append(SampleNode(kind: "object", name: "Class\(number)", size: 16))
    }
    let bytes = writer.bytes
    let reader = SnapshotReader(SnapshotBytes(bytes: bytes, chunk: 64), typeLimit: 1_000)
    var slices = 0
    while try reader.read(about: 100) == nil { slices += 1 }
    // A record goes over the edge of its slice, by less than as much again.
    #expect(slices > bytes.count / 200, "\(slices) slices of \(bytes.count) bytes")
  }

  @Test("strings may stand before the nodes, and a file may have space anywhere")
  func looseLayout() throws {
    let json = SampleWriter.small.json
    let split = try #require(json.range(of: "\"strings\":["))
    let strings = String(json[split.lowerBound...].dropLast(2))
    let rest = json[..<split.lowerBound].dropFirst().trimmingCharacters(in: .whitespacesAndNewlines)
    let moved = "{" + strings + "," + rest.dropLast() + "}"
    let spaced =
      " \n"
      + moved.replacingOccurrences(of: "\n,", with: " ,\t\r\n ")
      .replacingOccurrences(of: "\":[", with: "\" \t:\n[ ")
    for variant in [moved, spaced] {
      let heap = try HeapSnapshot(bytes: Array(variant.utf8))
      #expect(heap.type(of: 4).name == "onVisit")
      #expect(heap.target == [1, 2, 3, 1, 3, 3])
    }
  }

  @Test("names are decoded, cut to a length, and safe to print")
  func names() throws {
    var writer = SampleWriter.small
    let long = String(repeating: "é", count: 200)
    for (written, read) in [
      (#"a\u00e9\ud83d\ude00\\\"\/"#, "aé😀\\\"/"), (#"lone \ud83d end"#, "lone \u{FFFD} end"),
      (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"), (#"bell\u0007\n"#, "bell··"),
      (#"plain π"#, "plain π"), (long, String(repeating: "é", count: 60)),
    ] {
      writer.nodes[4].name = written
      #expect(try HeapSnapshot(bytes: writer.bytes).type(of: 4).name == read)
    }
    writer.nodes[4].name = ""
    #expect(try HeapSnapshot(bytes: writer.bytes).type(of: 4).name == nil)
  }

  @Test("the rarest names are folded into their kind when there are too many")
  func folding() throws {
    var writer = SampleWriter(nodes: [SampleNode(kind: "synthetic", name: "root", size: 8)])
    for name in 0..<40 {
      for _ in 0...name {
        writer.nodes.append(SampleNode(kind: "object", name: "Class\(name)", size: 16))
      }
    }
    let all = try HeapSnapshot(bytes: writer.bytes)
    #expect(all.types.count == 41)
    // Six kinds have their place, ten names remain: the most frequent.
    let few = try HeapSnapshot(bytes: writer.bytes, typeLimit: 16)
    let kept = few.types.filter { $0.kind == "object" && $0.name != nil }
    #expect(Set(kept.compactMap(\.name)) == Set((30..<40).map { "Class\($0)" }))
    let folded = try #require(few.types.first { $0.kind == "object" && $0.name == nil })
    #expect(folded.objects == (1...30).reduce(0, +))
    #expect(few.types.reduce(0) { $0 + $1.objects } == few.objectCount)
    for object in 0..<all.objectCount {
      #expect(few.type(of: object).kind == all.type(of: object).kind)
    }
  }

  @Test("an object takes at most 16 bytes beside the heap, an edge at most 8")
  func memory() throws {
    let heap = try HeapSnapshot(bytes: SampleWriter.small.bytes)
    func bytes<Element>(_ column: [Element]) -> Int { MemoryLayout<Element>.stride }
    let object = bytes(heap.words) + bytes(heap.firstEdge) + bytes(heap.typeIndex)
    let provisional = bytes(SnapshotNames(kinds: ["object"]).provisional)
    #expect(object + provisional <= 16)
    #expect(bytes(heap.target) + bytes(heap.edgeKind) <= 8)
  }

  @Test("sections that nobody needs are skipped, however deep they nest")
  func deepNesting() throws {
    var writer = SampleWriter.small
    let depth = 200_000
    writer.extra =
      "\"trace_tree\":" + String(repeating: "[", count: depth)
      + String(repeating: "]", count: depth)
      + ",\"other\":{\"a\":[1,-2.5e+3,true,false,null,{},{\"b\":[]}],\"c\":\"\\u0041\"},"
    #expect(try HeapSnapshot(bytes: writer.bytes).objectCount == 5)
  }

  @Test("a path that cannot be read is an error that says why")
  func unreadable() {
    let folder = FileManager.default.temporaryDirectory
    #expect(throws: HeapSnapshotError.unreadable(path: folder.path, reason: "not a regular file")) {
      try HeapSnapshot(path: folder.path)
    }
    let absent = folder.appendingPathComponent("no-such-\(UUID().uuidString)").path
    #expect(
      throws: HeapSnapshotError.unreadable(path: absent, reason: "No such file or directory")
    ) {
      try HeapSnapshot(path: absent)
    }
  }
}
