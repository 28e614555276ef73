// A program: functions, what objects look like, strings, and the package variables.
//
// It is a value, the same on every node. Everything in it is found by index; indices are checked
// once by the verifier.

/// What lies in the heap: one element in Go's layout. An array is a count of elements.
package struct ObjectType: Hashable, Sendable {
  package var name: String
  package var bytes: Int
  /// Words that hold references, ascending. If there are any, `bytes` is a multiple of 8.
  package var references: [Int]

  package init(name: String, bytes: Int, references: [Int]) {
    self.name = name
    self.bytes = bytes
    self.references = references
  }
  package var words: Int { (bytes + 7) / 8 }
  package var isNoscan: Bool { references.isEmpty }
}

/// A type that values in interfaces have.
package struct RuntimeType: Hashable, Sendable {
  package indirect enum Equality: Hashable, Sendable {
    /// By its bits; also what a `float32` in memory is not.
    case bits(bytes: Int)
    case float32, float64, string, interface
    /// Parts at byte offsets.
    case parts([Part])
    case array(count: Int, stride: Int, Equality)
    /// Slices, maps, functions: comparing them panics.
    case none
    package struct Part: Hashable, Sendable {
      package let offset: Int
      package let equality: Equality
      package init(offset: Int, equality: Equality) {
        self.offset = offset
        self.equality = equality
      }
    }
  }
  /// How the value lies in the interface.
  package enum Form: UInt8, Sendable {
    /// The reference is the value.
    case pointer
    /// The reference leads to an object that holds it, and nobody writes to that.
    case boxed
  }
  /// How `panic` shows it.
  package enum Display: UInt8, Sendable {
    case signed, unsigned, boolean, float, string, error, other
  }
  package var name: String
  package var form: Form
  package var object: Int
  package var display: Display
  package var kind = Kind.invalid
  package var composition = Composition.none
  /// Of a defined type: `panic` shows its name around the value.
  package var isDefined: Bool
  package var equality: Equality
  /// Of an interface, as a target of assertions: the methods it demands.
  package var isInterface = false
  package var demands: [Demand] = []
  package struct Demand: Hashable, Sendable {
    package let name: String
    package let number: Int
    package init(name: String, number: Int) {
      self.name = name
      self.number = number
    }
  }
  package init(
    name: String, form: Form, object: Int, display: Display, isDefined: Bool, equality: Equality
  ) {
    self.name = name
    self.form = form
    self.object = object
    self.display = display
    self.isDefined = isDefined
    self.equality = equality
  }
}

package struct Function: Hashable, Sendable {
  package struct Line: Hashable, Sendable {
    /// From this word of the program's code on.
    package let start: Int
    package let line: Int
    package init(start: Int, line: Int) {
      self.start = start
      self.line = line
    }
  }
  package var name: String
  /// Words of the program's code.
  package var code: Range<Int> = 0..<0
  /// One for each slot: whether it holds a reference.
  package var slots: [Bool] = [false]
  /// Its place among the program's signatures: what a call through a value is checked against.
  package var signature = 0
  /// Of a function that is called as a value and captures.
  package var contextSlot: Int?
  /// Of a function that defers: the head of its list of records.
  package var deferSlot: Int?
  /// The word of the program's code where such a function goes on once a panic is recovered: its
  /// deferred calls that are left, then its return.
  package var epilogue: Int?
  package var lines: [Line] = []
  package init(name: String) { self.name = name }

  package func line(at word: Int) -> Int { lines.last { $0.start <= word }?.line ?? 0 }
}

/// Results and parameters by slots, true for references: what a call block looks like.
package struct BlockSignature: Hashable, Sendable {
  package let results: [Bool]
  package let parameters: [Bool]
  package init(results: [Bool], parameters: [Bool]) {
    self.results = results
    self.parameters = parameters
  }
  package var kinds: [Bool] { results + parameters }
}

package struct Program: Hashable, Sendable {
  package var name: String
  package var code: [UInt64] = []
  package var functions: [Function] = []
  package var signatures: [BlockSignature] = []
  package var objects: [ObjectType] = []
  package var runtimeTypes: [RuntimeType] = []
  package var strings: [[UInt8]] = []
  /// Of the object that holds all package variables.
  package var globals: Int = 0
  /// Initialises the package variables, calls every `init`, then `main`.
  package var entry = 0
  /// By method number, then by runtime type: the function that takes the interface's reference as
  /// its receiver; -1 where the type has no such method.
  package var methods: [[Int]] = []
  /// By interface number: the methods it demands.
  package var interfaces: [[Int]] = []
  package var maps: [MapType] = []
  package var selects: [Select] = []
  /// The function whose frame stands for a panic that is under way: see `PanicFrame`.
  package var panicFunction = 0
  /// Of what the machine itself panics with: a string in a box.
  package var runtimeError = 0
  /// The numbers of `Error() string` and `String() string`.
  package var errorMethod = 0
  package var stringMethod = 0
  package init(name: String) { self.name = name }

  package func function(at word: Int) -> Function? { functions.first { $0.code.contains(word) } }
}
