// Swift text with its strings, and then also its comments, replaced by spaces.
//
// One pass over the bytes with a stack: a string may hold code (an interpolation), which may hold
// a string. Comments nest. Line feeds stay, so line numbers do. Regex literals are not recognized:
// a quote in one would be taken for a string's, so write such a pattern with a string.

enum Blanking {
  private enum Context {
    /// Open parentheses; an interpolation ends with its own.
    case code(parentheses: Int)
    case string(hashes: Int, isMultiline: Bool)
  }

  private static let quote = UInt8(ascii: "\"")
  private static let hash = UInt8(ascii: "#")
  private static let backslash = UInt8(ascii: "\\")
  private static let slash = UInt8(ascii: "/")
  private static let star = UInt8(ascii: "*")
  private static let newline = UInt8(ascii: "\n")

  static func blank(_ text: [UInt8]) -> (withoutStrings: [UInt8], code: [UInt8]) {
    var withoutStrings = text
    var code = text
    var stack: [Context] = [.code(parentheses: 0)]
    var index = 0

    func byte(_ offset: Int) -> UInt8 {
      index + offset < text.count ? text[index + offset] : 0
    }
    func hide(_ count: Int, isComment: Bool) {
      for _ in 0..<count where index < text.count {
        if text[index] != newline {
          code[index] = 0x20
          if !isComment { withoutStrings[index] = 0x20 }
        }
        index += 1
      }
    }

    while index < text.count {
      switch stack[stack.count - 1] {
      case .code(let parentheses):
        let here = byte(0)
        if here == slash, byte(1) == slash {
          while index < text.count, text[index] != newline { hide(1, isComment: true) }
        } else if here == slash, byte(1) == star {
          var depth = 0
          repeat {
            if byte(0) == slash, byte(1) == star {
              depth += 1
              hide(2, isComment: true)
            } else if byte(0) == star, byte(1) == slash {
              depth -= 1
              hide(2, isComment: true)
            } else {
              hide(1, isComment: true)
            }
          } while depth > 0 && index < text.count
        } else if here == quote || here == hash {
          var hashes = 0
          while byte(hashes) == hash { hashes += 1 }
          if byte(hashes) == quote {
            let isMultiline = byte(hashes + 1) == quote && byte(hashes + 2) == quote
            hide(hashes + (isMultiline ? 3 : 1), isComment: false)
            stack.append(.string(hashes: hashes, isMultiline: isMultiline))
          } else {
            index += max(1, hashes)
          }
        } else if here == UInt8(ascii: "(") {
          stack[stack.count - 1] = .code(parentheses: parentheses + 1)
          index += 1
        } else if here == UInt8(ascii: ")") {
          if stack.count > 1, parentheses == 1 {
            stack.removeLast()
          } else {
            stack[stack.count - 1] = .code(parentheses: parentheses - 1)
          }
          index += 1
        } else {
          index += 1
        }

      case .string(let hashes, let isMultiline):
        func hashesFollow(_ offset: Int) -> Bool {
          (0..<hashes).allSatisfy { byte(offset + $0) == hash }
        }
        if byte(0) == backslash, hashesFollow(1) {
          if byte(1 + hashes) == UInt8(ascii: "(") {
            hide(2 + hashes, isComment: false)
            stack.append(.code(parentheses: 1))
          } else {
            hide(2 + hashes, isComment: false)
          }
        } else if isMultiline, byte(0) == quote, byte(1) == quote, byte(2) == quote,
          hashesFollow(3)
        {
          hide(3 + hashes, isComment: false)
          stack.removeLast()
        } else if !isMultiline, byte(0) == quote, hashesFollow(1) {
          hide(1 + hashes, isComment: false)
          stack.removeLast()
        } else if !isMultiline, byte(0) == newline {
          // Not a string after all: start afresh on the next line.
          stack.removeLast()
        } else {
          hide(1, isComment: false)
        }
      }
    }
    return (withoutStrings, code)
  }
}
