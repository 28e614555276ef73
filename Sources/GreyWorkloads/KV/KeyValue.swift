// kv: a map sharded over all nodes, with a client on every node.
//
// Every node has one shard: a table with a slot for each of its keys, in the node's global. Clients
// put, get and delete by calling a function on the shard's node. A value is a small structure on
// the node of the client that made it (a head and a body), so the tables are full of references to
// other nodes, and every put makes a structure garbage that only a reference on another node held.
//
// Calls may run at the same time on several workers of a node, and there is no lock here: each key
// has a slot of its own, loads and stores of a word are atomic, and only one client changes a key.
//
// Why the check is right. Every key belongs to one client, which remembers the version that it put
// last (or that it deleted). What it then gets must be that version: its own writes, in order. A
// key of another client may change at any moment; what is read of it must at least be a whole value
// of that key. A value's words are checked on every read: key, version, and a stamp of both in its
// body. At the end each client gets all of its keys, and the number of keys that the shards hold
// must be the number that the clients believe to be there.

import GreyBasics
import GreyHeap
import GreyMutator

package struct KeyValue: Workload {
  package static let name = "kv"
  package static let summary =
    "A map sharded over the nodes, its values references; clients everywhere check what they read"
  package static let parameters: [ParameterDescription] = [
    .integer(
      "keys", default: 1_000, in: 1...10_000_000,
      help: "Keys that belong to each client. It ends by reading them all, one after the other."),
    .integer(
      "operations", default: 4_000, in: 1...1_000_000_000, help: "Operations of each client."),
    .integer(
      "body-words", default: 400, in: 1...1_000_000, help: "Words of 8 bytes in a value's body."),
  ]
  package static let typeLimit = 3

  let keys: Int
  let operations: Int
  let bodyWords: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    keys = parameters.integer("keys")
    operations = parameters.integer("operations")
    bodyWords = parameters.integer("body-words")
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    [
      try .of("kv.table", words: 1, references: [0]),
      try .of("kv.value", words: 3, references: [Value.body]),
      try .of("kv.body", words: 1, references: []),
    ]
  }

  /// The node's shard.
  package var globals: Int { 1 }

  package var functions: [FunctionDescription] {
    [
      FunctionDescription(name: "main", layout: KeyValueMain.layout) { KeyValueMain() },
      FunctionDescription(name: "prepare", layout: ShardPrepare.layout) {
        [keys] in ShardPrepare(keys: keys)
      },
      FunctionDescription(name: "client", layout: KeyValueClient.layout, arguments: 1) {
        KeyValueClient(self)
      },
      FunctionDescription(name: "put", layout: ShardAccess.layout, arguments: 2) {
        ShardAccess(.put)
      },
      FunctionDescription(name: "get", layout: ShardAccess.layout, arguments: 1, results: 1) {
        ShardAccess(.get)
      },
      FunctionDescription(name: "delete", layout: ShardAccess.layout, arguments: 1) {
        ShardAccess(.delete)
      },
      FunctionDescription(name: "count", layout: ShardCount.layout, results: 1) {
        [keys] in ShardCount(keys: keys)
      },
    ]
  }

  enum Function {
    static let prepare: FunctionIndex = 1
    static let client: FunctionIndex = 2
    static let put: FunctionIndex = 3
    static let get: FunctionIndex = 4
    static let delete: FunctionIndex = 5
    static let count: FunctionIndex = 6
  }

  enum Value {
    static let body = 0
    static let key = 1
    static let version = 2
  }

  /// Where a key is: the shard's place among the nodes, and the slot of its table.
  struct Place {
    let shard: Int
    let slot: Int

    /// - Parameters:
    ///   - owner: the place of the client's node among the nodes.
    ///   - index: of the key among the owner's.
    init(owner: Int, index: Int, nodes: Int) {
      // An owner's keys go round the shards; in a shard its slots are every `nodes`-th.
      shard = (owner + index) % nodes
      slot = index / nodes * nodes + owner
    }

    static func slots(keys: Int, nodes: Int) -> Int { ((keys - 1) / nodes + 1) * nodes }
  }

  /// The number of a key among all clients' keys.
  static func key(owner: Int, index: Int) -> UInt64 { UInt64(owner) << 48 | UInt64(index) }

  /// What is wrong with a value; nil when it is a whole one of this key and, where the reader knows
  /// it, of this version.
  static func mistake(
    key: UInt64, version: UInt64?, found: (key: UInt64, version: UInt64, body: UInt64)
  ) -> String? {
    if found.key != key {
      return "key \(key) leads to a value of key \(found.key)"
    }
    if let version, found.version != version {
      return "key \(key) has version \(found.version), its client wrote \(version) last"
    }
    if found.body != Stamp.of(found.key, found.version) {
      return "the body of key \(key), version \(found.version), is another object"
    }
    return nil
  }
}
