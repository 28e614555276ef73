// The same name means the same file wherever a node was started.

import Testing

@testable import GreyWorkloads

@Suite("Paths of snapshots")
struct SnapshotPathTests {
  private func resolve(_ path: String, _ files: Set<String>) -> String {
    SnapshotPath.resolve(path, executable: "/a/b/.build/release/greywave") {
      files.contains($0)
    }
  }

  @Test("are taken from the working folder first, then from above the executable")
  func order() {
    let sample = "configs/x.heapsnapshot"
    #expect(resolve(sample, [sample, "/a/b/\(sample)"]) == sample)
    #expect(resolve(sample, ["/a/b/\(sample)"]) == "/a/b/\(sample)")
    #expect(resolve(sample, ["/a/\(sample)", "/\(sample)"]) == "/a/\(sample)")
    #expect(resolve(sample, ["/\(sample)"]) == "/\(sample)")
  }

  @Test("stay as they are when they are absolute, or when nothing is there")
  func unchanged() {
    #expect(resolve("/x", ["/a/x", "/a//x"]) == "/x")
    #expect(resolve("x", []) == "x")
    #expect(SnapshotPath.resolve("x", executable: "") { _ in false } == "x")
  }
}

@Suite("Affine maps")
struct AffineTests {
  @Test("have powers that are what applying them again and again is")
  func powers() {
    var x: UInt64 = 7
    for exponent in 0..<200 {
      #expect(Affine.step.power(UInt64(exponent)).applied(to: 7) == x)
      x = Affine.step.applied(to: x)
    }
    let (a, b) = (Affine.step.power(1_000_003), Affine.step.power(999_983))
    #expect(a.then(b) == Affine.step.power(1_999_986))
  }
}
