// A verified program in raw memory, as the loop reads it.
//
// One for each worker that takes part in a run. Nothing in it changes after loading but the type
// indices, which are known when the first task of the run looks for them, and what the run's
// goroutines share.

import GreyBasics
import GreyBytecode
import GreyHeap
import GreyMutator

/// Of a function, what a call needs.
struct FunctionRecord {
  let code: UnsafePointer<UInt64>
  let layout: FrameLayout
  let resultWords: Int
  let parameterWords: Int
  let contextSlot: Int
  let signature: Int
  /// -1: it defers nothing.
  let deferSlot: Int
  /// It is in no source: panics and traces pass over it.
  let isWrapper: Bool
}

/// Of an object type, what an allocation needs.
struct ObjectRecord {
  /// Bytes of an element in Go's layout, and of a unit of the heap's type.
  let bytes: Int
  let unitBytes: Int
  var type: TypeIndex
  let references: [Int]
}

/// Confined to its worker, but for making it.
final class LoadedProgram: @unchecked Sendable {
  let program: Program
  let code: UnsafeMutablePointer<UInt64>
  let functions: UnsafeMutablePointer<FunctionRecord>
  private(set) var objects: [ObjectRecord]
  /// Where each string constant lies among all of them.
  let strings: UnsafeMutablePointer<(offset: Int, count: Int)>
  let stringBytes: [UInt8]
  /// Of a type that is in interfaces: by method, the function. Dense: programs are small.
  let methods: UnsafeMutablePointer<Int32>
  let maps: [MapRecord]
  /// Where functions begin, in order.
  private let starts: [(word: Int, function: Int)]
  /// What the program is started with: its own name first.
  let arguments: [String]
  /// Of the run on this worker.
  let goroutines = Goroutines()
  private var isBound = false

  /// - Throws: `VerifierError`
  init(_ program: Program, arguments: [String] = []) throws {
    try Verifier.verify(program)
    self.arguments = arguments
    self.program = program
    code = .allocate(capacity: max(1, program.code.count))
    code.initialize(from: program.code, count: program.code.count)
    functions = .allocate(capacity: max(1, program.functions.count))
    for (index, function) in program.functions.enumerated() {
      let signature = program.signatures[function.signature]
      (functions + index).initialize(
        to: FunctionRecord(
          code: UnsafePointer(code + function.code.lowerBound),
          layout: FrameLayout(
            slots: function.slots.count,
            references: function.slots.indices.filter { function.slots[$0] }),
          resultWords: signature.results.count, parameterWords: signature.parameters.count,
          contextSlot: function.contextSlot ?? -1, signature: function.signature,
          deferSlot: function.deferSlot ?? -1, isWrapper: function.name.hasPrefix("go.")))
    }
    starts = program.functions.indices
      .map { (word: program.functions[$0].code.lowerBound, function: $0) }
      .sorted { $0.word < $1.word }
    maps = program.maps.map(MapRecord.init)
    objects = program.objects.map {
      ObjectRecord(
        bytes: $0.bytes, unitBytes: $0.bytes > 0 && $0.bytes % 8 == 0 ? $0.bytes : 8,
        type: .none, references: $0.references)
    }
    strings = .allocate(capacity: max(1, program.strings.count))
    var all: [UInt8] = []
    for (index, bytes) in program.strings.enumerated() {
      (strings + index).initialize(to: (all.count, bytes.count))
      all += bytes
    }
    stringBytes = all
    let width = program.runtimeTypes.count
    methods = .allocate(capacity: max(1, program.methods.count * width))
    for (method, row) in program.methods.enumerated() {
      for (type, function) in row.enumerated() {
        (methods + method * width + type).initialize(to: Int32(function))
      }
    }
  }

  deinit {
    code.deallocate()
    functions.deallocate()
    strings.deallocate()
    methods.deallocate()
  }

  /// The types as the heap knows them, in the order of the program's object types.
  static func types(of program: Program) throws(WorkloadError) -> [TypeDescription] {
    var types: [TypeDescription] = []
    for object in program.objects {
      do {
        let isWhole = object.bytes > 0 && object.bytes % 8 == 0
        types.append(
          try TypeDescription(
            name: object.name, words: isWhole ? object.bytes / 8 : 1,
            referenceWords: object.references))
      } catch { throw WorkloadError("\(error)") }
    }
    return types
  }

  /// The function whose code an address lies in.
  func function(at address: Int) -> Int? {
    let offset = address - Int(bitPattern: code)
    guard offset >= 0, offset < program.code.count * 8 else { return nil }
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle].word * 8 <= offset { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : starts[low - 1].function
  }

  func bind(_ task: TaskContext) {
    if isBound { return }
    for index in objects.indices { objects[index].type = task.type(index) }
    isBound = true
  }
}
