// The heap of a program that never was: regions that hang from one slot each, as in real heaps, in
// a file of its own.

import Foundation
import GreyBasics

enum SmallProgram {
  static let regions = 8
  static let objectsPerRegion = 12

  /// Written by every process that tests, always with the same contents and in one piece.
  static let path: String = {
    let path = NSTemporaryDirectory() + "greywave-small-program.heapsnapshot"
    do {
      try Data(writer.json.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      preconditionFailure("cannot write \(path): \(error)")
    }
    return path
  }()

  /// A root with a spine of holders, each with a region: a tree with edges back and across.
  private static var writer: SampleWriter {
    var random = SplitMix(seed: 7)
    var nodes = [SampleNode(kind: "synthetic", name: "(root)", size: 0)]
    var holder = 0
    for region in 0..<regions {
      let first = nodes.count
      nodes[holder].edges.append(SampleEdge(kind: "property", name: "spine", to: first))
      nodes[holder].edges.append(SampleEdge(kind: "property", name: "region", to: first + 1))
      nodes.append(SampleNode(kind: "object", name: "Holder", size: 24))
      holder = first
      for index in 0..<objectsPerRegion {
        let isLeaf = index % 3 == 2
        nodes.append(
          SampleNode(
            kind: isLeaf ? "string" : "object", name: isLeaf ? "text" : "Part\(region % 3)",
            size: 16 + 8 * random.below(5)))
        if index > 0 {
          // Held by an earlier object of the region that is no string.
          let parents = (0..<index).filter { $0 % 3 != 2 }
          let parent = first + 1 + parents[random.below(parents.count)]
          nodes[parent].edges.append(
            SampleEdge(kind: "property", name: "part", to: nodes.count - 1))
        }
        if !isLeaf, index > 1 {
          nodes[nodes.count - 1].edges.append(
            SampleEdge(kind: "element", name: "0", to: first + 1 + random.below(index)))
        }
      }
    }
    // One object that nothing holds: it is garbage from the beginning.
    nodes.append(SampleNode(kind: "object", name: "Stray", size: 40))
    return SampleWriter(nodes: nodes)
  }
}
