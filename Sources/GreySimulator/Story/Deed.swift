// What a stirring task does, as it does it: told for a story, and only then.
//
// A deed names references as they are at that moment; what comes of it on other nodes is told by
// the messages that it sends.

import GreyBasics
import GreyMutator

struct Deed {
  let node: NodeID
  let task: TaskID
  let verb: Verb

  enum Verb {
    /// The new objects are seen in the heap.
    case makes
    case makesThere(NodeID)
    case loads(object: Reference, word: Int)
    case stores(Reference, object: Reference, word: Int)
    case forgets([Reference])
    case copies(Reference)
    case storesGlobal(Reference, index: Int)
    case loadsGlobal(Reference, index: Int)
    case sends([Reference], to: TaskAddress)
    case calls(NodeID, [Reference])
    case spawns(NodeID, [Reference])
    case ends(result: Reference?)
  }

  /// Those that it is about, not null.
  var references: [Reference] {
    let all: [Reference] =
      switch verb {
      case .makes, .makesThere: []
      case .loads(let object, _): [object]
      case .stores(let value, let object, _): [value, object]
      case .forgets(let values), .sends(let values, _), .calls(_, let values),
        .spawns(_, let values):
        values
      case .copies(let value), .storesGlobal(let value, _), .loadsGlobal(let value, _): [value]
      case .ends(let result): result.map { [$0] } ?? []
      }
    return all.filter { !$0.isNull }
  }

  /// - Parameters:
  ///   - name: of a reference; "nil" for a null one.
  ///   - field: what a field of an object of this node holds, as far as it can be seen.
  func text(_ name: (Reference) -> String, field: (Reference, Int) -> Reference?) -> String? {
    func list(_ values: [Reference]) -> String? {
      var named: [String] = []
      for text in values.filter({ !$0.isNull }).map(name) where !named.contains(text) {
        named.append(text)
      }
      return named.isEmpty ? nil : named.joined(separator: " and ")
    }
    switch verb {
    case .makes: return nil
    case .makesThere(let there):
      return there == node ? nil : "asks \(there) for a new object"
    case .loads(let object, let word):
      guard object.node == node else {
        return "asks \(object.node) for field \(word) of \(name(object))"
      }
      let value = field(object, word)
      return "loads field \(word) of \(name(object))"
        + (value.map { ", which is \(name($0))" } ?? "")
    case .stores(let value, let object, let word):
      let what = "\(name(value)) into field \(word) of \(name(object))"
      return object.node == node ? "stores \(what)" : "asks \(object.node) to store \(what)"
    case .forgets(let values): return list(values).map { "forgets \($0)" }
    case .copies(let value): return value.isNull ? nil : "copies \(name(value)) to another slot"
    case .storesGlobal(let value, let index): return "stores \(name(value)) into global \(index)"
    case .loadsGlobal(let value, let index):
      return "loads global \(index), which is \(name(value))"
    case .sends(let values, let to):
      return list(values).map { "sends \($0) to task \(to.task.rawValue >> 6) on \(to.node)" }
    case .calls(let there, let values):
      return "calls a function on \(there)" + (list(values).map { " with \($0)" } ?? "")
    case .spawns(let there, let values):
      return "starts a task on \(there)" + (list(values).map { " with \($0)" } ?? "")
    case .ends(let result):
      guard let result, !result.isNull else { return "ends" }
      return "returns \(name(result))"
    }
  }
}
