// The house rules hold: everywhere in the package, and each of them can fail.

import Foundation
import Testing

let houseRules: [HouseRule] =
  LayoutRules.all + BanRules.all + ImportRules.walls
  + [ImportRules.floors(manifest: SourceTree.manifest)] + ScriptRules.all

@Suite("House rules")
struct HouseRulesTests {
  @Test("hold in every file", arguments: houseRules)
  func rule(_ rule: HouseRule) {
    let complaints = SourceTree.files.flatMap { rule.complaints(about: $0) }
    #expect(complaints.isEmpty, "\n\(complaints.joined(separator: "\n"))")
  }

  @Test("catch their bad sample and pass their good one", arguments: houseRules)
  func samples(_ rule: HouseRule) {
    #expect(rule.complaints(about: rule.bad).count == 1)
    #expect(rule.complaints(about: rule.good).isEmpty)
  }

  @Test("the median file has fewer than 200 lines")
  func median() throws {
    let sources = SourceTree.files.filter { $0.room != nil && $0.isSwift }
    let longest = try #require(sources.max { $0.lines.count < $1.lines.count })
    let median = LayoutRules.medianLength(sources)
    let report =
      "house rules: \(sources.count) source files, median \(median) lines, longest "
      + "\(longest.lines.count) (\(longest.path))\n"
    FileHandle.standardError.write(Data(report.utf8))
    #expect(median < LayoutRules.medianBelow)
  }

  @Test("the median of samples is their middle")
  func medianOfSamples() {
    let files = [1, 5, 300].map {
      SourceFile("Sources/A/a.swift", String(repeating: "\n", count: $0))
    }
    #expect(LayoutRules.medianLength(files) == 5)
    #expect(LayoutRules.medianLength([]) == 0)
  }

  @Test("every switch of the protocol is taken out by some test of a room")
  func everyRuleHasATest() throws {
    let rules = try #require(SourceTree.read("Sources/GreyBasics/Rule.swift"))
    let names = rules.lines.compactMap { line in
      line.firstMatch(of: /^  case ([a-zA-Z]+) = "/).map { String($0.1) }
    }
    #expect(names.count >= 22 && names.contains("atomicBlacken"))
    let tests = SourceTree.files.filter {
      $0.path.hasPrefix("Tests/Grey") && $0.path.hasSuffix("Tests.swift")
    }
    for name in names {
      let pattern = try Regex("\\.\(name)\\b")
      let catchers = tests.filter {
        String(decoding: $0.code, as: UTF8.self).firstMatch(of: pattern) != nil
      }
      #expect(!catchers.isEmpty, "nothing shows what is lost without \(name)")
    }
  }

  @Test("every room has a page that the README leads to")
  func everyRoomHasAPage() throws {
    let readme = try #require(SourceTree.read("README.md")).text
    let rooms = Room.all(in: SourceTree.manifest).filter { (1...7).contains($0.value.floor) }.map(
      \.key)
    #expect(rooms.contains("ZeroMQ") && rooms.contains("GreyBasics"))
    for room in rooms.sorted() {
      let page = "Sources/\(room)/\(room).docc/\(room).md"
      let text = SourceTree.read(page)?.lines ?? []
      #expect(text.first == "# ``\(room)``", "\(page)")
      #expect(!Search.lines(of: page, in: readme, wholeWord: false).isEmpty, "\(page)")
    }
  }

  @Test("the walk over the package finds its files")
  func tree() {
    let paths = SourceTree.files.map(\.path)
    #expect(paths.contains("Sources/GreyBasics/Identity.swift"))
    #expect(paths.contains("Tests/HouseRulesTests/HouseRulesTests.swift"))
    #expect(paths.contains("cluster/lib.sh"))
  }

  @Test("the manifest's floors are read, and its own imports go downwards")
  func manifest() throws {
    let rooms = Room.all(in: SourceTree.manifest)
    let basics = try #require(rooms["GreyBasics"])
    let engine = try #require(rooms["GreyEngine"])
    #expect(basics.floor == 1)
    #expect(engine.imports.contains("GreyHeap"))
    for (name, room) in rooms {
      for other in room.imports {
        let lower = try #require(rooms[other], "\(name) imports \(other), which is no room")
        #expect(lower.floor < room.floor, "\(name) imports \(other)")
      }
    }
  }
}

@Suite("What the house rules look at")
struct HouseRulesReadingTests {
  @Test("strings and comments are blanked, code and line feeds stay")
  func blanking() {
    /// Text, and what of it is string and comment, in order.
    let cases: [(String, strings: [String], comments: [String])] = [
      ("a // b \"c\"\nd", [], ["// b \"c\""]),
      ("a /* b /* c */ */ d", [], ["/* b /* c */ */"]),
      ("f(\"x // y\") // z", ["\"x // y\""], ["// z"]),
      ("\"a\\\"b\" c", ["\"a\\\"b\""], []),
      ("\"a\\(b(\"c\"))d\" e", ["\"a\\(", "\"c\"", "d\""], []),
      ("#\"a\"b\\(c\"# d", ["#\"a\"b\\(c\"#"], []),
      ("\"\"\"\n \"x\" \n\"\"\" y", ["\"\"\"", "\"x\"", "\"\"\""], []),
      ("#if A\nb", [], []),
      ("(a) \"unfinished\nb // c", ["\"unfinished"], ["// c"]),
    ]
    for (text, strings, comments) in cases {
      let file = SourceFile("Sources/A/a.swift", text)
      let withoutStrings = Self.blank(strings, in: text)
      let code = Self.blank(comments, in: withoutStrings)
      #expect(String(decoding: file.withoutStrings, as: UTF8.self) == withoutStrings)
      #expect(String(decoding: file.code, as: UTF8.self) == code)
    }
  }

  private static func blank(_ parts: [String], in text: String) -> String {
    var result = ""
    var rest = text[...]
    for part in parts {
      guard let place = rest.range(of: part) else { return "\(part) is not in \(text)" }
      result += rest[..<place.lowerBound] + String(repeating: " ", count: part.count)
      rest = rest[place.upperBound...]
    }
    return result + rest
  }

  @Test("imports are found with their attributes and kinds, and nowhere else")
  func imports() {
    let file = SourceFile(
      "Sources/A/a.swift",
      """
      import B
      @testable import C
      package import D
      import struct E.F
      import G.H
      // import I
      let a = "import J"
      let imported = important
      """)
    #expect(file.imports.map(\.module) == ["B", "C", "D", "E", "G"])
    #expect(file.imports.map(\.line) == [1, 2, 3, 4, 5])
  }

  @Test("a name is found as a whole word, on its line, once a line")
  func search() {
    let text = Array("sleep(1)\nasleep(1) a.sleep(1)\nfunc sleep(\n(sleep(1), sleep(2))".utf8)
    #expect(Search.lines(of: "sleep(", in: text, wholeWord: true) == [1, 4])
    #expect(Search.lines(of: "sleep(", in: text, wholeWord: false) == [1, 2, 3, 4])
    #expect(Search.lines(of: "sleep", in: Array("sleeps".utf8), wholeWord: true).isEmpty)
    #expect(Search.lines(of: "a", in: [], wholeWord: true).isEmpty)
  }
}
