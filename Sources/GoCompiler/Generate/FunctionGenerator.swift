// One function's code, statement by statement.
//
// Values are asked for by `value(x, into:)`: with a target the last instruction writes there, so
// `a = b + c` is one instruction; without one a variable in the frame is its own value. Temporaries
// live to the end of their statement. A target is written only after everything that the expression
// reads, so a variable may be the target of an expression that mentions it.

import GoSyntax
import GreyBytecode

final class FunctionGenerator {
  let generator: Generator
  /// Whose code it is.
  let checked: CheckedPackage
  let storageRule: any StorageRule
  let builder = FunctionBuilder()
  let signature: Int
  var name = "go.entry"
  var position = Position(0)
  var contextSlot: Int?
  /// Of a function that defers: its list, and where it goes on to return.
  var deferSlot: Int?
  let epilogue = Label()
  /// Expressions whose values are in slots already, by id: those of a call that comes later.
  var evaluated: [Int: Int] = [:]
  var storages: [ObjectIdentifier: Storage] = [:]
  var info: FunctionInfo?
  /// Slots of the results, side by side from 1 on.
  var resultSlots: [Int] = []
  var labels: [String: Label] = [:]
  var targets: [BranchTarget] = []
  /// The label that stands before the statement in hand.
  var pendingLabel: String?
  var fallthroughTarget: Label?
  /// See `FunctionGenerator+FrameObjects`.
  var frameObjects: [FrameObject] = []
  var frameObjectWords = 0

  private var temporaries: [(slot: Int, kinds: [Bool])] = []
  private var locals: [(slot: Int, kinds: [Bool])] = []

  struct BranchTarget {
    let label: String?
    let breakTo: Label
    let continueTo: Label?
    /// A `break` without a label means it.
    var isLoopOrSwitch = false

    init(label: String?, breakTo: Label, continueTo: Label?, isLoopOrSwitch: Bool = false) {
      self.label = label
      self.breakTo = breakTo
      self.continueTo = continueTo
      self.isLoopOrSwitch = isLoopOrSwitch || continueTo != nil
    }
  }

  /// - Parameter home: nil: the program's own package.
  init(_ generator: Generator, signature: Int, in home: CheckedPackage? = nil) {
    self.generator = generator
    self.signature = signature
    checked = home ?? generator.package
    storageRule = checked.isLibrary ? ConservativeStorage() : generator.storage
  }

  convenience init(_ generator: Generator, _ info: FunctionInfo, in home: CheckedPackage) {
    self.init(
      generator, signature: generator.signature(info.signature, receiver: info.receiver?.type),
      in: home)
  }

  func fact(_ x: Expression) -> Fact {
    checked[x] ?? Fact(type: .invalid, use: .noValue, constant: nil)
  }
  func type(_ x: Expression) -> GoType { fact(x).type }

  func refuse(_ position: Position, _ what: String) { generator.refuse(position, what) }

  func at(_ position: Position) {
    builder.line = checked.file.source.line(of: position) + 1
  }

  // MARK: slots

  func temporary(_ kinds: [Bool]) -> Int {
    let slot = builder.take(kinds)
    temporaries.append((slot, kinds))
    return slot
  }
  func temporary(_ type: GoType) -> Int { temporary(type.slotKinds) }
  func data() -> Int { temporary([false]) }
  func reference() -> Int { temporary([true]) }

  /// Temporaries taken inside are free afterwards.
  func withTemporaries(_ body: () -> Void) {
    let mark = temporaries.count
    body()
    for (slot, kinds) in temporaries[mark...] { builder.give(slot, kinds) }
    temporaries.removeSubrange(mark...)
  }

  func inScope(_ body: () -> Void) {
    let mark = locals.count
    body()
    for (slot, kinds) in locals[mark...] { builder.give(slot, kinds) }
    locals.removeSubrange(mark...)
  }

  func local(_ kinds: [Bool]) -> Int {
    let slot = builder.take(kinds)
    locals.append((slot, kinds))
    return slot
  }

  // MARK: functions

  /// The program's first function: the library's variables, then the program itself.
  func generateEntry(main: Int) {
    for number in generator.libraryInitializers + [main] {
      builder.emit(.call, builder.take([]), then: number)
    }
    builder.emit(.return, 0, 0, 0)
  }

  func generateStart() {
    for one in checked.initialization {
      at(one.value.start)
      withTemporaries { initialize(one.variables, [one.value]) }
    }
    let mains = checked.scope.objects.filter { $0.kind == .function && $0.name == "main" }
    for function in checked.initializers + mains {
      if let number = generator.number(of: function) {
        builder.emit(.call, builder.take([]), then: number)
      }
    }
    builder.emit(.return, 0, 0, 0)
  }

  func generate(_ info: FunctionInfo) {
    self.info = info
    position = info.position
    name = info.parent == nil ? info.name : "func"
    at(info.position)
    for result in info.results { resultSlots.append(local(result.type.slotKinds)) }
    let parameters = [info.receiver].compactMap { $0 } + info.parameters
    let slots = parameters.map { local($0.type.slotKinds) }
    if info.hasDefer { deferSlot = local([true]) }
    for (object, slot) in zip(parameters, slots) { bindParameter(object, slot) }
    for (object, slot) in zip(info.results, resultSlots) where isInHeap(object) {
      storages[ObjectIdentifier(object)] = box(object.type)
      _ = slot
    }
    for (object, slot) in zip(info.results, resultSlots) where !isInHeap(object) {
      bindFrameSlot(object, slot, isSet: false)
    }
    if info.parent != nil { bindCaptures(info) }
    statements(info.body.statements)
    if !builder.isTerminated || info.signature.results.isEmpty {
      at(info.body.rightBrace)
      leave()
    }
    if let deferSlot {
      at(info.body.rightBrace)
      builder.place(epilogue)
      builder.emit(.runDefers, deferSlot)
      returnResults()
    }
  }

  /// What stands for a panic on the stack: see `PanicFrame`.
  func generatePanic() {
    _ = builder.take(Array(PanicFrame.kinds.dropFirst()))
    builder.emit(
      .callClosure, PanicFrame.text, PanicFrame.value + 1, 0,
      then: generator.signature([true, false], []))
    builder.emit(.panicNext)
  }

  private func bindParameter(_ object: Object, _ slot: Int) {
    guard isInHeap(object) else { return bindFrameSlot(object, slot, isSet: true) }
    let storage = box(object.type)
    storages[ObjectIdentifier(object)] = storage
    if case .boxed(let reference) = storage {
      store(slot, to: .memory(reference: reference, offset: 0), object.type)
    }
  }

  /// A parameter or result that the frame holds: in its slot, where memory has the same form.
  private func bindFrameSlot(_ object: Object, _ slot: Int, isSet: Bool) {
    storages[ObjectIdentifier(object)] = .frame(slot)
    guard isFrameObject(object) else { return }
    if !object.type.isNarrowScalar, !object.type.slotKinds.isEmpty {
      frameObject(at: slot, object.type)
      storages[ObjectIdentifier(object)] = .framed(slot, isNarrow: false)
      return
    }
    let storage = framed(object.type) ?? box(object.type)
    storages[ObjectIdentifier(object)] = storage
    if isSet { store(slot, to: place(storage), object.type) }
  }

  func isInHeap(_ object: Object) -> Bool {
    storageRule.isInHeap(object) || !object.type.fitsFrame
  }

  /// A new variable in the heap.
  func box(_ type: GoType) -> Storage {
    let slot = local([true])
    builder.emit(.new, slot, wide: generator.object(of: type))
    return .boxed(slot)
  }

  /// Deferred calls run before the results are taken: they may change them.
  func leave() {
    if deferSlot != nil { builder.jump(epilogue) } else { returnResults() }
  }

  /// Results that live in the heap are copied to where the caller looks for them.
  private func returnResults() {
    var words = 0
    for (object, slot) in zip(info?.results ?? [], resultSlots) {
      words += object.type.slotKinds.count
      switch storages[ObjectIdentifier(object)] {
      case .boxed(let reference)?:
        load(.memory(reference: reference, offset: 0), object.type, into: slot)
      case .framed(let base, _)? where base != slot:
        load(.part(base: base, byte: 0), object.type, into: slot)
      default: break
      }
    }
    builder.emit(.return, 0, 0, words)
  }

  // MARK: variables

  /// A new variable of this scope, zero, or with the value in a slot.
  func declare(_ object: Object, value: Int?) {
    if object.name == "_" { return }
    let kinds = object.type.slotKinds
    if isInHeap(object) {
      let storage = box(object.type)
      storages[ObjectIdentifier(object)] = storage
      if let value, case .boxed(let reference) = storage {
        store(value, to: .memory(reference: reference, offset: 0), object.type)
      }
      return
    }
    if isFrameObject(object) {
      let known: Storage? =
        if case .framed? = storages[ObjectIdentifier(object)] {
          storages[ObjectIdentifier(object)]
        } else { nil }
      let storage = known ?? framed(object.type) ?? box(object.type)
      storages[ObjectIdentifier(object)] = storage
      if let value {
        store(value, to: place(storage), object.type)
      } else if case .framed(let slot, _) = storage {
        clear(slot, kinds)
      }
      return
    }
    let slot = local(kinds)
    storages[ObjectIdentifier(object)] = .frame(slot)
    if let value { move(value, to: slot, kinds) } else { clear(slot, kinds) }
  }

  func move(_ from: Int, to: Int, _ kinds: [Bool]) {
    if from == to || kinds.isEmpty { return }
    if kinds.count == 1 {
      builder.emit(.move, to, from)
    } else {
      builder.emit(.moveWords, to, from, kinds.count)
    }
  }

  func clear(_ slot: Int, _ kinds: [Bool]) {
    if kinds.isEmpty { return }
    if kinds.count == 1 {
      builder.emit(.clear, slot)
    } else {
      builder.emit(.clearWords, slot, 0, kinds.count)
    }
  }

  func storage(_ object: Object) -> Storage? {
    if let known = storages[ObjectIdentifier(object)] { return known }
    return generator.globalOffset(object).map { .global($0) }
  }
}
