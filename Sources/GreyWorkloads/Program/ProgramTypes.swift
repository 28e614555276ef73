// The heap's types of a snapshot's objects.
//
// Objects of one constructor differ in size and in the number of their edges, and a table of types
// has no room for every combination. So an object is as many elements as it has words, of a type
// whose element is one word: a reference, where the object has edges, and data, where it has none
// (strings, numbers, code), which puts it into spans that are never scanned. Words of an object
// with edges that hold none of them stay null.

import GreyHeap
import GreyMutator

enum ProgramTypes {
  /// Beside those of the snapshot: the tables of references and the table of marks.
  static let own = 2

  /// How many types of a snapshot fit, each of which becomes two.
  static func limit(of typeLimit: Int) -> Int { (typeLimit - own) / 2 }

  /// What is there before the file is read.
  static func tables() throws(WorkloadError) -> [TypeDescription] {
    [
      try .of("heap-snapshot.table", words: 1, references: [0]),
      try .of("heap-snapshot.marks", words: 1, references: []),
    ]
  }

  static func descriptions(
    _ snapshot: HeapSnapshot
  ) throws(WorkloadError) -> [TypeDescription] {
    var all: [TypeDescription] = []
    for type in snapshot.types {
      all.append(try .of("heap-snapshot.\(type)", words: 1, references: [0]))
      all.append(try .of("heap-snapshot.\(type) without edges", words: 1, references: []))
    }
    return all
  }

  static let table = 0
  static let marks = 1

  /// The place of an object's type among the descriptions.
  static func type(of object: Int, in snapshot: HeapSnapshot) -> Int {
    own + 2 * Int(snapshot.typeIndex[object]) + (hasEdges(object, in: snapshot) ? 0 : 1)
  }

  static func hasEdges(_ object: Int, in snapshot: HeapSnapshot) -> Bool {
    !snapshot.edges(of: object).isEmpty
  }

  /// An object of no words is allocated as one.
  static func words(of object: Int, in snapshot: HeapSnapshot) -> Int {
    max(1, Int(snapshot.words[object]))
  }
}
