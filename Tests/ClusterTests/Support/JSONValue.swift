// JSON as a test wants it: a path of names, and a complaint that says which name was missing.

import Foundation

struct JSONValue: CustomStringConvertible {
  let any: Any
  private let path: String

  init(parsing text: String) throws {
    guard let any = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else {
      throw TestFailure("this is no JSON: \(text.prefix(300))")
    }
    self.any = any
    path = ""
  }

  private init(_ any: Any, _ path: String) {
    self.any = any
    self.path = path
  }

  var description: String { "\(any)" }
  var keys: Set<String> { Set((any as? [String: Any] ?? [:]).keys) }
  func has(_ key: String) -> Bool { keys.contains(key) }

  subscript(key: String) -> JSONValue {
    get throws {
      guard let found = (any as? [String: Any])?[key] else {
        throw TestFailure("no '\(path).\(key)'; there are \(keys.sorted())")
      }
      return JSONValue(found, "\(path).\(key)")
    }
  }

  func int(_ key: String) throws -> Int {
    guard let number = try self[key].any as? NSNumber else {
      throw TestFailure("'\(path).\(key)' is no number")
    }
    return number.intValue
  }

  func string(_ key: String) throws -> String {
    guard let text = try self[key].any as? String else {
      throw TestFailure("'\(path).\(key)' is no text")
    }
    return text
  }

  func bool(_ key: String) throws -> Bool {
    guard let value = try self[key].any as? Bool else {
      throw TestFailure("'\(path).\(key)' is no truth")
    }
    return value
  }

  func array(_ key: String) throws -> [JSONValue] {
    guard let list = try self[key].any as? [Any] else {
      throw TestFailure("'\(path).\(key)' is no list")
    }
    return list.enumerated().map { JSONValue($1, "\(path).\(key)[\($0)]") }
  }
}
