// A snapshot of 200 MB: made here, read by the release binary, removed. One of the long tests.

import Foundation
import Glibc
import Testing

extension ClusterTests {
  @Suite("A heap snapshot of 200 MB", .long) struct BigSnapshotTests {
    static let objects = 3_000_000
    static let edgesEach = 4

    @Test(
      "is read with at most 16 bytes an object and 8 an edge; cut off, it is refused",
      .timeLimit(.minutes(5)))
    func memory() throws {
      let cluster = try Cluster("big")
      defer { cluster.removeFolder() }
      let file = "\(cluster.folder)/big.heapsnapshot"
      try write(to: file)
      let size = try #require(
        try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
      #expect(size >= 200_000_000)
      let figures = try cluster.json("heap", "snapshot", file, limit: 120)
      #expect(try figures.int("objects") == Self.objects)
      let weak = try figures.int("weak_edges_dropped")
      #expect(weak == Self.objects / 10)
      #expect(try figures.int("edges") + weak == Self.objects * Self.edgesEach)
      #expect(try figures.int("reachable_objects") > Self.objects / 2)
      // The buffer and the tables of names come on top, and do not grow with the file.
      let allowed = Self.objects * 16 + Self.objects * Self.edgesEach * 8 + (16 << 20)
      #expect(try figures.int("peak_bytes") <= allowed)

      let end = 150_000_001
      try #require(truncate(file, end) == 0)
      let reply = try cluster.command(["heap", "snapshot", file], limit: 120)
      #expect(reply.code == 2, "\(reply.story)")
      #expect(reply.errors.contains("ends at byte \(end)"), "\(reply.story)")
    }

    private func write(to path: String) throws {
      let file = try #require(fopen(path, "we"))
      defer { fclose(file) }
      func put(_ text: String) { fputs(text, file) }
      put(
        """
        {"snapshot":{"meta":{"node_fields":["type","name","id","self_size","edge_count",\
        "trace_node_id","detachedness"],"node_types":[["hidden","string","object"],"string",\
        "number","number","number","number","number"],"edge_fields":["type","name_or_index",\
        "to_node"],"edge_types":[["context","element","property","internal","hidden","shortcut",\
        "weak"],"string_or_number","node"]},"node_count":\(Self.objects),\
        "edge_count":\(Self.objects * Self.edgesEach),"trace_function_count":0},
        "nodes":[
        """)
      for object in 0..<Self.objects {
        // Kind 2 is `object`; a hundred thousand names.
        let comma = object == 0 ? "" : ","
        put("\(comma)2,\(object % 100_000),\(2 * object + 1),24,\(Self.edgesEach),0,0\n")
      }
      put("],\n\"edges\":[")
      for object in 0..<Self.objects {
        for edge in 0..<Self.edgesEach {
          let isWeak = edge == 3 && object % 10 == 0
          let to =
            edge == 0 ? (object + 1) % Self.objects : (object &* 48_271 &+ edge) % Self.objects
          put("\(object + edge == 0 ? "" : ",")\(isWeak ? 6 : 2),\(edge),\(to * 7)\n")
        }
      }
      put("],\n\"strings\":[\"Class0\"")
      for name in 1..<100_000 { put(",\n\"Class\(name)\"") }
      put("]}\n")
    }
  }
}
