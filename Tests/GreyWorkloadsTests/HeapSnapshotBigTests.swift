// A file of 200 MB: made here, read once, removed. Only on request (`GREYWAVE_BIG=1`), and meant
// for a release build: a debug build takes a minute.

import Foundation
import Glibc
import Testing

@testable import GreyWorkloads

@Suite(
  "A heap snapshot of 200 MB", .serialized,
  .enabled(if: ProcessInfo.processInfo.environment["GREYWAVE_BIG"] == "1"))
struct HeapSnapshotBigTests {
  static let objects = 3_000_000
  static let edgesEach = 4

  @Test("is read with at most 16 bytes an object and 8 an edge beside the heap")
  func memory() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("greywave-\(UUID().uuidString).heapsnapshot")
    defer { try? FileManager.default.removeItem(at: file) }
    try Self.write(to: file)
    let size = try #require(
      try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int)
    #expect(size >= 200_000_000)

    // Makes the high-water mark begin again at what is resident now.
    try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"), options: [])
    let before = try Self.resident("VmRSS:")
    let heap = try HeapSnapshot(path: file.path)
    let peak = try Self.resident("VmHWM:") - before
    #expect(heap.objectCount == Self.objects)
    #expect(heap.edgeCount + heap.weakEdges == Self.objects * Self.edgesEach)
    #expect(heap.weakEdges == Self.objects / 10)
    // The buffer and the tables of names come on top, and do not grow with the file.
    let allowed = heap.objectCount * 16 + (heap.edgeCount + heap.weakEdges) * 8 + (16 << 20)
    #expect(peak <= allowed, "\(peak) bytes at the peak")
    #expect(heap.reachable().count > Self.objects / 2)
    #expect(heap.partition(.bfs, parts: 4).objects.reduce(0, +) == Self.objects)
  }

  /// Bytes of this process in memory: now (`VmRSS:`) or at most so far (`VmHWM:`).
  static func resident(_ key: String) throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(key) })
    return try #require(Int(line.filter(\.isNumber))) * 1024
  }

  static func write(to url: URL) throws {
    let file = try #require(fopen(url.path, "w"))
    defer { fclose(file) }
    func put(_ text: String) { fputs(text, file) }
    var head = SampleWriter.small
    head.nodes = []
    head.nodeCount = objects
    head.edgeCount = objects * edgesEach
    let json = head.json
    let start = try #require(json.range(of: "\"nodes\":["))
    put(String(json[..<start.upperBound]))
    for object in 0..<objects {
      // Kind 2 is `object`; a tenth of a million names.
      put("\(object == 0 ? "" : ",")2,\(object % 100_000),\(2 * object + 1),24,\(edgesEach),0,0\n")
    }
    put("],\n\"edges\":[")
    let stride = head.nodeFields.count
    for object in 0..<objects {
      for edge in 0..<edgesEach {
        let isWeak = edge == 3 && object % 10 == 0
        let to = edge == 0 ? (object + 1) % objects : (object &* 48_271 &+ edge) % objects
        put("\(object + edge == 0 ? "" : ",")\(isWeak ? 6 : 2),\(edge),\(to * stride)\n")
      }
    }
    put("],\n\"strings\":[\"Class0\"")
    for name in 1..<100_000 { put(",\n\"Class\(name)\"") }
    put("]}\n")
  }
}
