// Constants: exact beyond machine numbers, rounded once where a type demands it.

import BigInt
import GoCompiler
import Testing

@Suite struct ConstantTests {
  /// The value of constant `c` in a package.
  private func value(_ declaration: String) throws -> Constant {
    let object = try sound("package p\n\(declaration)\n").object("c")
    return try #require(object.constant)
  }

  @Test(arguments: [
    ("const c = 1 << 100 >> 98", "4"),
    ("const c = -5 >> 1", "-3"),
    ("const c = -1 >> 100", "-1"),
    ("const c = -8 >> 2", "-2"),
    ("const c = 0x_FF + 0b11 + 0o17 + 017 + 1_000", "1288"),
    ("const c = 'a' + 1", "98"),
    ("const c = 7 / 2 * 2.0", "6"),
    ("const c = 7 / 2.0", "3.5"),
    ("const c = -7 % 3", "-1"),
    ("const c = -7 / 2", "-3"),
    ("const c = ^0", "-1"),
    ("const c = ^uint8(3)", "252"),
    ("const c = 6 &^ 3", "4"),
    ("const c = 1.0 << 3", "8"),
    ("const c = len(\"héllo\")", "6"),
    ("const c = len([...]int{5: 1})", "6"),
    ("const c = \"a\" + `\\n`", "\"a\\\\n\""),
    ("const c = 2 < 3 && \"a\" < \"b\"", "true"),
    ("const c int32 = 1e3", "1000"),
    ("const c = float64(float32(0.1)) == 0.1", "false"),
    ("const c = 1e400 / 1e399", "10"),
    ("const c = 1.0 / 3 * 3 == 1", "true"),
    ("const c = string(rune(0x4e16))", "\"世\""),
    ("const c = min(3, 2.5, 'a')", "2.5"),
    ("const ( a = iota; b; c = 1 << iota )", "4"),
    ("const c = 0x1p-2", "0.25"),
    ("import \"math\"\nconst c = math.MaxUint64 + 1", "18446744073709551616"),
  ]) func evaluates(_ declaration: String, _ text: String) throws {
    #expect(try value(declaration).description == text)
  }

  @Test func fractionsRoundToTheNearestDouble() {
    // The standard library rounds right; what is read from text is compared with it.
    for text in [
      "0.1", "1e23", "5e-324", "2.5e-324", "2.4e-324", "1e-400", "1.7976931348623157e308",
      "9007199254740993", "2.2250738585072011e-308", "123456789.123456789e-300",
    ] {
      let package = check("package p\nconst c float64 = \(text)\n")
      #expect(package.scope.here("c")?.constant?.rational?.double == Double(text), "\(text)")
    }
    #expect(Rational(1, over: 3).float == Float(1.0 / 3))
    #expect(Rational(BigInt(1), over: BigInt(1) << 150).float == 0)
    #expect(Rational(BigInt(3), over: BigInt(1) << 150).float == Float.leastNonzeroMagnitude * 2)
  }

  @Test func exactFractionsSurviveArithmetic() {
    let third = Rational(1, over: 3)
    #expect(third + third + third == Rational(1))
    #expect(third * Rational(6) == Rational(2))
    #expect((third - Rational(1)) / third == Rational(-2))
    #expect(Rational(exactly: 0.75) == Rational(3, over: 4))
    #expect(Rational(exactly: .infinity) == nil)
    let least = Double.leastNonzeroMagnitude
    #expect(Rational(exactly: least)?.double == least)
  }

  @Test func giantsEnd() {
    #expect(told("package p\nconst c = 1 << 511\n").isEmpty)
    #expect(told("package p\nconst c = 1 << 512 * 2\n").first?.contains("overflow") == true)
    var text = "package p\nconst c0 = 1e30000\n"
    for index in 1...40 { text += "const c\(index) = c\(index - 1) * c\(index - 1)\n" }
    #expect(told(text).first == "a.go:4:15: constant multiplication overflow")
    #expect(told("package p\nconst c = 1e1000000000\n").first?.contains("exponent") == true)
    let digits = String(repeating: "9", count: 20_000)
    #expect(told("package p\nconst c = \(digits)\n").first?.contains("excessively long") == true)
  }
}
