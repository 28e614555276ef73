// What the code generator reads: placements, captures, tags.

import GoCompiler
import GoSyntax
import Testing

@Suite struct EscapeDecisionTests {
  private let package: CheckedPackage
  private let decisions: EscapeDecisions

  init() {
    let text = """
      package main
      var sink *int
      func id(p *int, q **int) (*int, *int) { return p, *q }
      func leak(p *int) { sink = p }
      func use() int {
        kept, lost, copied, shared := 1, 2, 3, 4
        id(&kept, nil)
        leak(&lost)
        f := func() int { shared++; return copied + shared }
        return f()
      }
      func main() { use() }
      """
    package = Checker.check(Parser.parse(SourceText(name: "a.go", text)))
    decisions = EscapeProgram.analyze(package)
  }

  private func function(_ name: String) throws -> Object {
    try #require(package.functions.first { $0.name == name })
  }

  private func variable(_ name: String) throws -> Object {
    try #require(package.objects.compactMap { $0 }.first { $0.name == name && $0.role == .local })
  }

  @Test func variablesAreWhereTheyMustBe() throws {
    #expect(decisions.placement(of: try variable("kept")) == .frame)
    #expect(decisions.placement(of: try variable("lost")) == .heap)
  }

  @Test func closuresCopyWhatNobodyAssigns() throws {
    #expect(!decisions.isCapturedByReference(try variable("copied")))
    #expect(decisions.isCapturedByReference(try variable("shared")))
  }

  @Test func tagsSayWhereParametersGo() throws {
    let id = try #require(decisions.parameterTags(of: try function("id")))
    #expect(id.map { $0.result(0) } == [0, nil])
    #expect(id.map { $0.result(1) } == [nil, 1])
    #expect(id.allSatisfy { $0.heap == nil })
    #expect(decisions.parameterTags(of: try function("leak"))?.first?.heap == 0)
  }

  @Test(
    "one call may give a built-in function all its operands",
    arguments: [
      "append(f())", "copy(g())", "func() []any { return append(h()) }()", "min(k())",
    ])
  func operandsOfOneCall(_ expression: String) {
    let text = """
      package main
      func f() ([]*int, *int, *int) { return nil, new(int), nil }
      func g() ([]byte, []byte) { return nil, nil }
      func h() ([]any, int, *int) { return nil, 1, nil }
      func k() (int, int) { return 1, 2 }
      func main() { x := \(expression); _ = x }
      """
    let package = Checker.check(Parser.parse(SourceText(name: "a.go", text)))
    if package.problems.isEmpty { _ = EscapeProgram.analyze(package) }
    #expect(package.problems.isEmpty || expression.hasPrefix("min"))
  }

  @Test func whatWasNeverSeenIsHeap() throws {
    let other = Expression(id: Int.max, start: Position(0), .bad)
    #expect(decisions.placement(of: other) == .heap)
  }
}
