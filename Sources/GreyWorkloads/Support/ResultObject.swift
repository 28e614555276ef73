// A run's result: one JSON object, its fields in the order in which they were written down.

/// The values that results have.
enum ResultValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  case integer(Int)
  case text(String)
  case list([ResultValue])

  init(integerLiteral value: Int) { self = .integer(value) }
  init(stringLiteral value: String) { self = .text(value) }

  fileprivate var json: String {
    switch self {
    case .integer(let value): "\(value)"
    case .text(let value): ResultObject.quoted(value)
    case .list(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
    }
  }
}

struct ResultObject: ExpressibleByDictionaryLiteral {
  private var fields: [(name: String, value: ResultValue)]

  init(dictionaryLiteral fields: (String, ResultValue)...) {
    self.fields = fields.map { (name: $0.0, value: $0.1) }
  }

  var json: String {
    "{" + fields.map { Self.quoted($0.name) + ":" + $0.value.json }.joined(separator: ",") + "}"
  }

  /// As JSON wants it: quotes, backslashes and control characters escaped.
  fileprivate static func quoted(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": json += "\\\""
      case "\\": json += "\\\\"
      case "\n": json += "\\n"
      default:
        if scalar.value < 0x20 {
          let digits = String(scalar.value, radix: 16)
          json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          json.unicodeScalars.append(scalar)
        }
      }
    }
    return json + "\""
  }
}
