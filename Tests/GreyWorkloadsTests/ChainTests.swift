// The workload that the README writes for its readers compiles, runs and is what stands there.

import Foundation
import GreyMutator
import GreyWorkloads
import Testing

@Suite("The README's workload")
struct ChainTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  @Test("finds its cells on every node", arguments: [1, 3])
  func runs(nodes: Int) throws {
    let cluster = try TestCluster(nodes: nodes)
    let ending = try #require(cluster.run("chain", ["cells": "300"]), "it does not end")
    #expect(ending.ok, "\(ending.message)")
    #expect(ending.result == "{\"cells\":300}")
    #expect(cluster.cycles > 0)
    #expect(cluster.lost.isEmpty)
  }

  @Test("stands in the README as it is compiled here")
  func isTheSame() throws {
    let code = try String(
      contentsOf: Self.folder.appendingPathComponent("Chain.swift"), encoding: .utf8)
    // There it is a file of GreyWorkloads, and sees what is internal to it.
    let there = code.replacing("\n@testable import GreyWorkloads\n", with: "")
    let root = Self.folder.deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    #expect(readme.contains("```swift\n\(there)```\n"))
  }
}
