// JSON keeps what it is given, in order, and refuses the rest with the byte at which it goes wrong.

import GreyBasics
import GreyEvents
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    #"{"b":1,"a":[true,false,null],"c":{"x":-0.5,"y":18446744073709551615}}"#,
    #"["quote \" backslash \\ newline \n tab \t control \u0001"]"#, "0", "-12", #""ä 🌊""#, "[]",
    "{}", "12345678901234",
  ])
  func whatIsWrittenIsWhatWasRead(_ text: String) throws {
    #expect(try JSON(parsing: text).line == text)
  }

  @Test(arguments: [
    ("", 0), ("{", 1), ("[1,]", 3), (#"{"a":1,"a":2}"#, 7), (#"{"a" 1}"#, 5), ("[1] x", 4),
    ("01", 0), ("-", 0), ("1.", 0), ("nul", 0), (#""abc"#, 4), (#""\x""#, 3), (#""\u12""#, 3),
    (#""\ud800x""#, 7), ("\"a\nb\"", 2),
  ])
  func whatIsMalformedIsRefusedAtItsByte(_ text: String, _ offset: Int) {
    #expect { try JSON(parsing: text) } throws: { ($0 as? JSONError)?.offset == offset }
  }

  @Test(arguments: [
    ("120.0", JSON.integer(120)), ("-0.0", .integer(0)), ("1e2", .integer(100)),
    ("-12.0e-1", .number(-1.2)), ("1e15", .number(1e15)), ("9223372036854775808", .large(1 << 63)),
  ])
  func equalNumbersAreEqualValuesHoweverTheyAreWritten(_ text: String, _ value: JSON) throws {
    #expect(try JSON(parsing: text) == value)
    #expect(try JSON(parsing: value.line) == value)
  }

  @Test func nestingIsBounded() {
    let deep = String(repeating: "[", count: 10_000)
    #expect(throws: JSONError.self) { try JSON(parsing: deep) }
  }

  @Test func anyPrefixOfAnObjectIsRefused() throws {
    let line = EventLine.encode(Samples.record(.cycleFinished(Samples.figures)))
    for length in stride(from: 0, to: line.utf8.count, by: 7) {
      let prefix = Array(line.utf8.prefix(length))
      #expect(throws: JSONError.self) { try JSON(parsing: prefix) }
    }
  }

  @Test func escapesOfEveryKindAreRead() throws {
    #expect(try JSON(parsing: #""\u00e4\ud83c\udf0a\/\b\f""#) == .string("ä🌊/\u{8}\u{C}"))
  }

  private struct Everything: Codable, Equatable {
    struct Inner: Codable, Equatable { var depthBytes: Int }
    var stop1Us: Int
    var isIdle: Bool
    var absent: String?
    var inner: [Inner]
    var loose: JSON
    var seed: UInt64
    var nodes: [NodeID]
    var ratio: Double
  }

  @Test func structsKeepTheirOrderAndSpeakSnakeCase() throws {
    let value = Everything(
      stop1Us: 3, isIdle: true, absent: nil, inner: [.init(depthBytes: 8)],
      loose: .object([.init("b_c", .integer(1)), .init("aD", .null)]), seed: .max,
      nodes: [NodeID(2)], ratio: 1.5)
    let json = try JSON(encoding: value)
    #expect(
      json.line == #"{"stop1_us":3,"is_idle":true,"inner":[{"depth_bytes":8}],"#
        + #""loose":{"b_c":1,"aD":null},"seed":18446744073709551615,"nodes":[2],"ratio":1.5}"#)
    #expect(try json.decoded(as: Everything.self) == value)
  }

  @Test func aWrongShapeNamesThePath() throws {
    let json = try JSON(parsing: #"{"stop1_us":3,"is_idle":true,"inner":[{"depth_bytes":"x"}]}"#)
    #expect { try json.decoded(as: Everything.self) } throws: {
      "\($0)".contains("inner") && "\($0)".contains("depth_bytes")
    }
  }
}
