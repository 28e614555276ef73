// Small snapshots for tests, written as V8 writes them, with any field order and any defect.

import Foundation
import Testing

@testable import GreyWorkloads

struct SampleNode {
  var kind: String
  var name: String
  var size: Int
  var edges: [SampleEdge] = []
}

struct SampleEdge {
  var kind: String
  /// An index for `element` and `hidden` edges, else a name.
  var name: String
  var to: Int
}

/// Writes the JSON of a snapshot. Every field can be changed, so that defects can be planted.
struct SampleWriter {
  var nodeFields = [
    "type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness",
  ]
  var edgeFields = ["type", "name_or_index", "to_node"]
  var nodeKinds = ["hidden", "string", "object", "closure", "number", "synthetic"]
  var edgeKinds = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"]
  var nodes: [SampleNode] = []
  /// Sections after `edges`, as they stand.
  var extra = #""trace_tree":[],"samples":[],"locations":[0,1,2,3],"#
  var nodeCount: Int?
  var edgeCount: Int?

  var json: String {
    var strings: [String] = ["<dummy>"]
    func string(_ text: String) -> Int {
      if let known = strings.firstIndex(of: text) { return known }
      strings.append(text)
      return strings.count - 1
    }
    let nodeRows = nodes.enumerated().map { index, node in
      nodeFields.map { field -> String in
        switch field {
        case "type": "\(nodeKinds.firstIndex(of: node.kind)!)"
        case "name": "\(string(node.name))"
        case "id": "\(2 * index + 1)"
        case "self_size": "\(node.size)"
        case "edge_count": "\(node.edges.count)"
        default: "0"
        }
      }.joined(separator: ",")
    }
    let edgeRows = nodes.flatMap(\.edges).map { edge in
      edgeFields.map { field -> String in
        switch field {
        case "type": "\(edgeKinds.firstIndex(of: edge.kind)!)"
        case "name_or_index":
          edge.kind == "element" || edge.kind == "hidden" ? edge.name : "\(string(edge.name))"
        case "to_node": "\(edge.to * nodeFields.count)"
        default: "0"
        }
      }.joined(separator: ",")
    }
    func names(_ all: [String]) -> String {
      "[" + all.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }
    func types(_ fields: [String], _ kinds: [String]) -> String {
      "[" + fields.map { $0 == "type" ? names(kinds) : "\"number\"" }.joined(separator: ",") + "]"
    }
    let meta =
      "{\"node_fields\":\(names(nodeFields)),\"node_types\":\(types(nodeFields, nodeKinds)),"
      + "\"edge_fields\":\(names(edgeFields)),\"edge_types\":\(types(edgeFields, edgeKinds)),"
      + "\"location_fields\":[\"object_index\"]}"
    return "{\"snapshot\":{\"meta\":\(meta),\"node_count\":\(nodeCount ?? nodes.count),"
      + "\"edge_count\":\(edgeCount ?? edgeRows.count),\"trace_function_count\":0},\n"
      + "\"nodes\":[\(nodeRows.joined(separator: "\n,"))],\n"
      + "\"edges\":[\(edgeRows.joined(separator: "\n,"))],\n"
      + extra + "\n\"strings\":[" + strings.map { "\"\($0)\"" }.joined(separator: ",\n") + "]}\n"
  }

  var bytes: [UInt8] { Array(json.utf8) }

  /// A root that holds two objects, which hold each other, a string, and an object that only a
  /// weak edge leads to.
  static var small: SampleWriter {
    SampleWriter(nodes: [
      SampleNode(
        kind: "synthetic", name: "(root)", size: 0,
        edges: [
          SampleEdge(kind: "element", name: "1", to: 1),
          SampleEdge(kind: "weak", name: "seen", to: 4),
        ]),
      SampleNode(
        kind: "object", name: "Cache", size: 20,
        edges: [
          SampleEdge(kind: "property", name: "next", to: 2),
          SampleEdge(kind: "property", name: "title", to: 3),
        ]),
      SampleNode(
        kind: "object", name: "Cache", size: 8,
        edges: [
          SampleEdge(kind: "property", name: "next", to: 1),
          SampleEdge(kind: "hidden", name: "4000000", to: 3),
          SampleEdge(kind: "internal", name: "map", to: 3),
        ]),
      SampleNode(kind: "string", name: "contents, not a name", size: 24),
      SampleNode(kind: "closure", name: "onVisit", size: 64),
    ])
  }
}

/// The error with which reading ends, or nil.
func readingError(_ json: String, chunk: Int = 1 << 16) -> HeapSnapshotError? {
  readingError(bytes: Array(json.utf8), chunk: chunk)
}

/// The same whether it is read at once or in slices.
func readingError(bytes: [UInt8], chunk: Int = 1 << 16) -> HeapSnapshotError? {
  let errors = [1 << 30, 1 + bytes.count / 500].map { slice -> HeapSnapshotError? in
    do throws(HeapSnapshotError) {
      _ = try HeapSnapshot(bytes: bytes, chunk: chunk, slice: slice)
      return nil
    } catch {
      return error
    }
  }
  #expect(errors[0] == errors[1])
  return errors[0]
}

/// The package's folder, wherever the tests are run from.
let packageRoot = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
