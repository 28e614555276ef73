// What is refused, and that the error points at the place: a corpus of defects made from one good
// file. Nothing here may crash, and nothing that is damaged may be taken.

import Foundation
import GreyBasics
import Testing

@testable import GreyWorkloads

@Suite("A damaged heap snapshot is refused")
struct HeapSnapshotMalformedTests {
  @Test("cut off at any byte, it is truncated there")
  func truncation() {
    let bytes = SampleWriter.small.bytes
    // The last byte is a line feed after the closing brace.
    for length in 0..<(bytes.count - 1) {
      let error = readingError(bytes: Array(bytes[..<length]))
      guard case .truncated(let offset, let expected) = error else {
        Issue.record("cut at \(length): \(String(describing: error))")
        continue
      }
      #expect(offset == length)
      #expect(!expected.isEmpty)
    }
    #expect(readingError(bytes: bytes.dropLast()) == nil)
  }

  @Test("with any byte replaced, it is read or refused with an offset in the file, never a crash")
  func replacedBytes() {
    let bytes = SampleWriter.small.bytes
    var refused = 0
    for index in bytes.indices {
      for byte in [UInt8(ascii: "9"), UInt8(ascii: "]"), UInt8(ascii: "\""), 0x00, 0xFF] {
        var damaged = bytes
        damaged[index] = byte
        guard let error = readingError(bytes: damaged) else { continue }
        refused += 1
        #expect((0...bytes.count).contains(error.offset ?? -1))
      }
    }
    // Digits may become other digits and letters other letters; the rest is structure.
    #expect(refused > bytes.count * 2)
  }

  @Test("with stretches deleted, doubled or swapped at random, the same", arguments: 1...4)
  func shuffledBytes(seed: UInt64) {
    let bytes = SampleWriter.small.bytes
    var random = SplitMix(seed: seed)
    for _ in 0..<500 {
      var damaged = bytes
      let start = random.below(bytes.count)
      let end = min(bytes.count, start + 1 + random.below(40))
      switch random.below(3) {
      case 0: damaged.removeSubrange(start..<end)
      case 1: damaged.insert(contentsOf: bytes[start..<end], at: random.below(bytes.count))
      default: damaged.replaceSubrange(start..<end, with: bytes[start..<end].reversed())
      }
      if let error = readingError(bytes: damaged, chunk: 1 + random.below(64)) {
        #expect((0...damaged.count).contains(error.offset ?? -1))
      }
    }
  }

  /// One defect: `good` in the file becomes `bad`, and the error stands at `bad` plus `shift`.
  struct Defect: CustomTestStringConvertible, Sendable {
    var what: String
    var good: String
    var bad: String
    var expected: String
    var shift = 0
    var testDescription: String { what }
  }

  static let defects = [
    Defect(what: "no JSON at all", good: "{\"snapshot\"", bad: "hello", expected: "an object"),
    Defect(
      what: "trailing garbage", good: "]}\n", bad: "]}\nx", expected: "the end of the file",
      shift: 3),
    Defect(what: "a second document", good: "]}\n", bad: "]}{}", expected: "the end", shift: 2),
    Defect(
      what: "a negative size", good: ",20,2,", bad: ",-20,2,", expected: "whole number", shift: 1),
    Defect(what: "a fraction", good: ",20,2,", bad: ",20.5,2,", expected: "“,” or “]”", shift: 3),
    Defect(what: "an exponent", good: ",20,2,", bad: ",2e1,2,", expected: "“,” or “]”", shift: 2),
    Defect(what: "a leading zero", good: ",20,2,", bad: ",020,2,", expected: "self_size", shift: 1),
    Defect(what: "a text", good: ",20,2,", bad: ",\"20\",2,", expected: "whole number", shift: 1),
    Defect(
      what: "a number that overflows", good: ",20,2,", bad: ",99999999999999999999999,2,",
      expected: "below 2^53", shift: 1),
    Defect(
      what: "a size beyond 32 GiB", good: ",20,2,", bad: ",999999999999,2,",
      expected: "a size in words", shift: 1),
    Defect(
      what: "a node type that is not in the table", good: "\"nodes\":[5,", bad: "\"nodes\":[6,",
      expected: "a node type, below 6", shift: 9),
    Defect(
      what: "an edge type that is not in the table", good: "\"edges\":[1,", bad: "\"edges\":[7,",
      expected: "an edge type, below 7", shift: 9),
    Defect(
      what: "an edge into the middle of a node", good: "\"edges\":[1,1,7",
      bad: "\"edges\":[1,1,8", expected: "a multiple of 7", shift: 13),
    Defect(
      what: "an edge beyond the nodes", good: "\"edges\":[1,1,7", bad: "\"edges\":[1,1,35",
      expected: "the number of a node, below 5", shift: 13),
    Defect(
      what: "a negative edge", good: "\"edges\":[1,1,7", bad: "\"edges\":[1,1,-7",
      expected: "whole number", shift: 13),
    Defect(
      what: "a name that is no string's number", good: "\"nodes\":[5,1", bad: "\"nodes\":[5,11",
      expected: "one of 9 strings", shift: 11),
    Defect(
      what: "a lost field of the last node", good: ",64,0,0,0]", bad: ",64,0,0]",
      expected: "all fields of node", shift: 8),
    Defect(
      what: "a comma after the last node", good: ",64,0,0,0]", bad: ",64,0,0,0,]",
      expected: "node_count 5"),
    Defect(
      what: "an edge count beyond the edges", good: ",64,0,0,0]", bad: ",64,1,0,0]",
      expected: "an edge count within the rest, below 1", shift: 4),
    Defect(
      what: "an edge count that is too small", good: ",20,2,", bad: ",20,1,",
      expected: "add up to edge_count 7"),
    Defect(
      what: "fewer nodes than counted", good: "\"node_count\":5", bad: "\"node_count\":6",
      expected: "node_count 6 nodes"),
    Defect(
      what: "more nodes than counted", good: "\"node_count\":5", bad: "\"node_count\":4",
      expected: "the end of “nodes”"),
    Defect(
      what: "no node at all", good: "\"node_count\":5", bad: "\"node_count\":0",
      expected: "at least a root"),
    Defect(
      what: "more nodes than the file can hold", good: "\"node_count\":5",
      bad: "\"node_count\":4000000000", expected: "node_count 4000000000 nodes"),
    Defect(
      what: "a count beyond 32 bits", good: "\"node_count\":5", bad: "\"node_count\":4294967295",
      expected: "node_count below 2^32", shift: 13),
    Defect(
      what: "more edges than counted", good: "\"edge_count\":7", bad: "\"edge_count\":6",
      expected: "an edge count within the rest"),
    Defect(
      what: "fewer edges than counted", good: "\"edge_count\":7", bad: "\"edge_count\":8",
      expected: "add up to edge_count 8"),
    Defect(
      what: "no count", good: "\"node_count\":5,", bad: "", expected: "snapshot.node_count"),
    Defect(
      what: "a missing node field", good: "\"self_size\"", bad: "\"selfsize\"",
      expected: "node_fields with “self_size” once"),
    Defect(
      what: "a missing edge field", good: "\"to_node\"", bad: "\"type\"",
      expected: "edge_fields with “type” once"),
    Defect(
      what: "missing fields", good: "\"node_fields\"", bad: "\"fields\"",
      expected: "snapshot.meta.node_fields"),
    Defect(
      what: "missing types", good: "\"edge_types\"", bad: "\"types\"",
      expected: "snapshot.meta.edge_types"),
    Defect(
      what: "types that are no list", good: "\"node_types\":[[", bad: "\"node_types\":[\"a\",[",
      expected: "node_types[0] with 1 to 255 names"),
    Defect(
      what: "a kind without a name", good: "\"node_types\":[[\"hidden\"",
      bad: "\"node_types\":[[\"\"", expected: "node_types[0] with names"),
    Defect(what: "missing meta", good: "\"meta\"", bad: "\"mate\"", expected: "snapshot.meta"),
    Defect(
      what: "a missing section", good: "\"strings\":[", bad: "\"things\":[",
      expected: "a section “strings”"),
    Defect(
      what: "nodes without their meaning", good: "\"snapshot\":{", bad: "\"snapshop\":{",
      expected: "“snapshot” before “nodes”"),
    Defect(
      what: "a section twice", good: "\"samples\"", bad: "\"edges\"",
      expected: "each key of the snapshot once", shift: 7),
    Defect(
      what: "a control character in a string", good: "contents,", bad: "con\tents,",
      expected: "a character of a string", shift: 3),
    Defect(
      what: "an unknown escape", good: "contents,", bad: "\\contents,",
      expected: "an escaped character", shift: 1),
    Defect(
      what: "a bad code point", good: "contents,", bad: "\\u12g4,", expected: "a hexadecimal digit",
      shift: 4),
    Defect(
      what: "brackets that do not match", good: "\"samples\":[]", bad: "\"samples\":[{]}",
      expected: "a key", shift: 12),
    Defect(
      what: "an unknown word in a skipped section", good: "\"samples\":[]",
      bad: "\"samples\":[nil]", expected: "“null”", shift: 12),
    Defect(
      what: "a key without value in a skipped section", good: "\"samples\":[]",
      bad: "\"samples\":{\"a\"}", expected: "“:”", shift: 14),
  ]

  @Test("each defect is named where it stands", arguments: defects)
  func defect(_ defect: Defect) throws {
    let json = SampleWriter.small.json
    let place = try #require(json.range(of: defect.good), "the sample has no \(defect.good)")
    let damaged = json.replacingCharacters(in: place, with: defect.bad)
    let error = try #require(readingError(damaged), "it was taken")
    #expect(error.description.contains(defect.expected), "\(error)")
    let start = json.utf8.distance(from: json.startIndex, to: place.lowerBound)
    if defect.shift > 0 { #expect(error.offset == start + defect.shift, "\(error)") }
    #expect(error.offset ?? -1 >= start || defect.good.hasPrefix("\"edge_count"), "\(error)")
  }

  @Test("nesting without end is refused, not followed")
  func endlessNesting() {
    var writer = SampleWriter.small
    writer.extra = "\"trace_tree\":" + String(repeating: "[", count: (1 << 20) + 1)
    let error = readingError(writer.json)
    #expect(error?.description.contains("nested values") == true)
  }

  @Test("the message says what to do")
  func messages() {
    let cut = readingError(bytes: Array(SampleWriter.small.bytes.prefix(100)))
    #expect(cut?.description.contains("write it again") == true)
    #expect(readingError("[1]")?.description.contains("as V8 writes it") == true)
  }
}
