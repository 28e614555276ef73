// Parameters: what is refused before a run begins, and that what help says holds.

import GreyHeap
import GreyMutator
import GreyWorkloads
import Testing

@Suite("Parameters of workloads")
struct WorkloadParameterTests {
  static let library = WorkloadLibrary(Workloads.all)

  private func refusal(_ workload: String, _ parameters: [(String, String)]) -> ParameterError? {
    do {
      _ = try Self.library.make(workload, parameters: parameters.map { (key: $0.0, value: $0.1) })
      return nil
    } catch {
      return error as? ParameterError
    }
  }

  @Test("have defaults with which every workload can be made, and help", arguments: Workloads.all)
  func defaults(workload: any Workload.Type) throws {
    let made = try Self.library.make(workload.name, parameters: [])
    #expect(!made.functions.isEmpty && made.functions[0].arguments == 0)
    #expect(!workload.summary.isEmpty && workload.summary.count < 100)
    #expect(workload.parameters.allSatisfy { $0.help.hasSuffix(".") })
    #expect(workload.name.allSatisfy { $0.isLowercase || $0 == "-" })
  }

  @Test("announce no fewer types than there are", arguments: SmallRun.all)
  func types(run: SmallRun) throws {
    let parameters = run.parameters.sorted { $0.key < $1.key }.map {
      (key: $0.key, value: $0.value)
    }
    let made = try Self.library.make(run.workload, parameters: parameters)
    let types = try made.types()
    // `heap-snapshot` defines the rest when it has read its file.
    #expect(!types.isEmpty && types.count <= type(of: made).typeLimit)
  }

  @Test("are refused when nobody knows them, with the nearest that is known")
  func unknown() {
    #expect(
      refusal("binary-trees", [("dept", "8")])
        == .unknownKey(key: "dept", nearest: "depth", valid: ["depth"]))
    guard case .unknownKey(_, nil, let valid) = refusal("rings", [("colour", "red")]) else {
      Issue.record("taken")
      return
    }
    #expect(valid == ["rings", "length", "keep"])
  }

  @Test(
    "are refused out of range, of another kind or twice",
    arguments: [
      ("binary-trees", "depth", "5"), ("binary-trees", "depth", "deep"),
      ("gcbench", "array", "0"), ("rings", "keep", "0"), ("list-across", "length", "3"),
      ("churn", "entries", "1"), ("graph", "remote", "101"), ("graph", "degree", "-1"),
      ("hot-potato", "potatoes", "201"), ("kv", "keys", "0"),
      ("heap-snapshot", "partition", "hsah"), ("heap-snapshot", "rounds", "0"),
    ])
  func invalid(workload: String, key: String, value: String) {
    guard case .invalidValue(key, value, _, _) = refusal(workload, [(key, value)]) else {
      Issue.record("\(workload) takes \(key)=\(value)")
      return
    }
    #expect(refusal(workload, [(key, "8"), (key, "8")]) == .repeatedKey(key: key))
  }

  @Test("name a snapshot that can be read, or the run says which cannot")
  func snapshotFile() throws {
    guard case .impossible(let message) = refusal("heap-snapshot", [("file", "")]) else {
      Issue.record("an empty path is taken")
      return
    }
    #expect(message.contains("'file'"))
    let cluster = try TestCluster(nodes: 2)
    let ending = cluster.run("heap-snapshot", ["file": "/nowhere/none.heapsnapshot"])
    let end = try #require(ending)
    #expect(!end.ok)
    #expect(end.message.contains("/nowhere/none.heapsnapshot"))
  }
}
