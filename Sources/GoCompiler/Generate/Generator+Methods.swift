// What interfaces need: numbers for methods, and for each type the function behind each of them.
//
// Such a function takes the interface's reference as its receiver. For a method of a pointer that
// is the method itself; for all others a thunk takes the value out of its box, goes along embedded
// fields, and calls. The table is filled when all code is there, and thunks may add types to it,
// so it is filled until nothing is new.

import GoSyntax
import GreyBytecode

extension Generator {
  func methodNumber(_ name: String, _ signature: Signature) -> Int {
    let type = GoType.function(signature)
    if let known = methodKeys.firstIndex(where: {
      $0.name == name && GoType.identical(.function($0.signature), type)
    }) {
      return known
    }
    methodKeys.append((name, signature))
    program.methods.append([])
    return methodKeys.count - 1
  }

  func interfaceNumber(_ type: GoType) -> Int {
    let demands = (type.interface?.methods ?? []).map { methodNumber($0.name, $0.signature) }
    if let known = program.interfaces.firstIndex(of: demands) { return known }
    program.interfaces.append(demands)
    return program.interfaces.count - 1
  }

  /// True when there is new code to generate.
  func fillMethodTable() -> Bool {
    var isNew = false
    for number in methodKeys.indices {
      while program.methods[number].count < program.runtimeTypes.count {
        let type = runtimeTypes[program.methods[number].count]
        let function = implementation(of: number, for: type)
        program.methods[number].append(function ?? -1)
        if function != nil { isNew = true }
      }
    }
    return isNew
  }

  private func implementation(of number: Int, for type: GoType) -> Int? {
    let (name, signature) = methodKeys[number]
    if let named = type.namedType, named === runtimeError {
      return errorMethod(name, signature)
    }
    guard !type.isInterface, let target = MethodLookup.find(name, in: type),
      GoType.identical(.function(target.signature), .function(signature))
    else { return nil }
    if let method = target.method, target.path.isEmpty, method.hasPointerReceiver {
      return self.number(of: method)
    }
    return thunk(
      "\(RuntimeTypeName.of(type)).\(name)",
      self.signature(
        signature.results.flatMap(\.type.slotKinds),
        [true] + signature.parameters.flatMap(\.type.slotKinds))
    ) { function in
      let results = signature.results.flatMap(\.type.slotKinds)
      for kinds in [results] { _ = function.builder.take(kinds) }
      let receiver = function.builder.take([true])
      let arguments = signature.parameters.map { function.builder.take($0.type.slotKinds) }
      let value: Int
      if type.memoryKind == .reference {
        value = receiver
        if let base = type.pointee, target.path.isEmpty, target.method != nil {
          function.checkReceiver(receiver, base, name)
        }
      } else {
        value = function.temporary(type)
        function.load(
          .memory(reference: receiver, offset: 0), type.memoryKind == nil ? type : .basic(.int),
          into: value)
      }
      function.forward(
        .slot(value), type, target, name, arguments: arguments, resultWords: results.count)
    }
  }

  /// Of the machine's own errors: the string in the box is the text.
  private func errorMethod(_ name: String, _ signature: Signature) -> Int? {
    let results = signature.results.flatMap(\.type.slotKinds)
    guard signature.parameters.isEmpty else { return nil }
    switch (name, results) {
    case ("Error", [true, false]):
      return thunk("runtime.Error.Error", self.signature(results, [true])) { function in
        let text = function.builder.take(results)
        let receiver = function.builder.take([true])
        function.load(
          .memory(reference: receiver, offset: 0), .basic(.string), into: text)
        function.builder.emit(.return, 0, 0, results.count)
      }
    case ("RuntimeError", []):
      return thunk("runtime.Error.RuntimeError", self.signature([], [true])) { function in
        _ = function.builder.take([true])
        function.builder.emit(.return, 0, 0, 0)
      }
    default: return nil
    }
  }

  /// `x.m` and `T.m` as values: functions that take the receiver from a closure's object or as
  /// their first argument.
  func methodThunk(
    _ receiver: GoType, _ target: MethodTarget, _ name: String, isBound: Bool
  ) -> Int {
    let signature = target.signature
    let results = signature.results.flatMap(\.type.slotKinds)
    let parameters = signature.parameters.flatMap(\.type.slotKinds)
    let kinds = (isBound ? [] : receiver.slotKinds) + parameters
    return thunk("\(RuntimeTypeName.of(receiver)).\(name)-fm", self.signature(results, kinds)) {
      function in
      _ = function.builder.take(results)
      var value = isBound ? 0 : function.builder.take(receiver.slotKinds)
      let arguments = signature.parameters.map { function.builder.take($0.type.slotKinds) }
      if isBound {
        let context = function.builder.take([true])
        function.contextSlot = context
        value = function.temporary(receiver)
        function.load(.memory(reference: context, offset: 8), receiver, into: value)
      }
      function.forward(
        .slot(value), receiver, target, name, arguments: arguments, resultWords: results.count)
    }
  }
}

extension FunctionGenerator {
  /// A nil pointer has no value for a method of values.
  fileprivate func checkReceiver(_ receiver: Int, _ base: GoType, _ name: String) {
    let (isNil, fits) = (data(), Label())
    builder.emit(.isNil, isNil, receiver)
    builder.jump(fits, if: isNil, is: false)
    let text =
      "value method \(RuntimeTypeName.of(base)).\(name) called using nil "
      + "*\(base.namedType?.name ?? "") pointer"
    let block = temporary([true, false])
    builder.emit(.stringConstant, block, wide: generator.string(Array(text.utf8)))
    builder.emit(.native, block, then: Native.raise.rawValue)
    builder.place(fits)
  }

  /// Calls the method with arguments that are in slots, and returns what it returns.
  func forward(
    _ place: Place, _ type: GoType, _ target: MethodTarget, _ name: String, arguments: [Int],
    resultWords: Int
  ) {
    let (here, hereType) = walked(place, type, target.path)
    let block = callMethod(
      here, hereType, target.method, name, target.signature, at: position
    ) { first in
      var slot = first
      for (source, parameter) in zip(arguments, target.signature.parameters) {
        move(source, to: slot, parameter.type.slotKinds)
        slot += parameter.type.slotKinds.count
      }
    }
    move(block, to: 1, target.signature.results.flatMap(\.type.slotKinds))
    builder.emit(.return, 0, 0, resultWords)
  }

  /// Along fields, through pointers.
  func walked(_ place: Place, _ type: GoType, _ path: [Int]) -> (Place, GoType) {
    var (here, type) = (place, type)
    for index in path {
      if let pointee = type.pointee {
        here = .memory(reference: loaded(here, type), offset: 0)
        type = pointee
      }
      guard let structure = type.structure else { return (.blank, .invalid) }
      here = here.advanced(by: TypeLayout.fields(structure).offsets[index], self)
      type = structure.fields[index].type
    }
    return (here, type)
  }

  /// A call of a method on what lies at a place; `arguments` gets the first slot for them.
  func callMethod(
    _ place: Place, _ type: GoType, _ method: Object?, _ name: String, _ signature: Signature,
    at position: Position, _ arguments: (Int) -> Void
  ) -> Int {
    let results = signature.results.flatMap(\.type.slotKinds)
    let parameters = signature.parameters.flatMap(\.type.slotKinds)
    guard let method else {
      let subject = loaded(place, type)
      let block = temporary(results + [true] + parameters)
      arguments(block + results.count + 1)
      at(position)
      builder.emit(
        .callInterface, block, subject, generator.methodNumber(name, signature),
        then: generator.signature(results, [true] + parameters))
      return block
    }
    let receiver = method.receiver ?? type
    let block = temporary(results + receiver.slotKinds + parameters)
    let first = block + results.count
    passReceiver(place, type, method, receiver, into: first)
    arguments(first + receiver.slotKinds.count)
    at(position)
    if let number = generator.number(of: method) {
      builder.emit(.call, block, then: number)
    } else {
      refuse(position, "a method without a body is")
    }
    return block
  }

  private func passReceiver(
    _ place: Place, _ type: GoType, _ method: Object, _ receiver: GoType, into: Int
  ) {
    let isPointer: Bool = if case .pointer = type { true } else { false }
    if method.hasPointerReceiver {
      if isPointer {
        _ = loaded(place, type, into: into)
      } else if let address = address(place) {
        builder.emit(.offset, into, address, then: 0)
      } else if case .element(let slice, let index) = place {
        builder.emit(.elementAddress, into, slice, index, then: TypeLayout.of(type).size)
      } else {
        refuse(position, "the address of this receiver is")
      }
      return
    }
    var (here, type) = (place, type)
    if isPointer, let pointee = type.pointee {
      here = .memory(reference: loaded(here, type), offset: 0)
      type = pointee
    }
    _ = loaded(here, type, into: into)
  }

  /// `x.m` as a value: the receiver is evaluated now.
  func methodValue(_ x: Expression, _ inner: Expression, _ name: Name, _ into: Int?) -> Int {
    let slot = into ?? reference()
    guard let selection = checked.selections[x.id], let signature = type(x).signature else {
      return slot
    }
    let operand = operandType(of: inner)
    let start: Place = operand.pointee != nil ? .slot(value(inner)) : operandPlace(inner)
    let (place, type) = walked(start, operand, selection.path)
    // What is kept is what the method takes: a copy, or the address.
    var kept = type
    var value: Int
    if let method = selection.method {
      kept = method.receiver ?? type
      value = temporary(kept)
      passReceiver(place, type, method, kept, into: value)
    } else {
      value = loaded(place, type)
      builder.emit(.checkType, value)
    }
    let target = MethodTarget(path: [], method: selection.method, signature: signature)
    let number = generator.methodThunk(kept, target, name.text, isBound: true)
    let layout = TypeLayout.of(kept)
    let made = reference()
    let object = ObjectType(
      name: "func", bytes: 8 + layout.words * 8, references: layout.references.map { $0 + 1 })
    make(object, for: x, into: made)
    let function = data()
    builder.constant(number, into: function)
    builder.emit(.store64, made, function, 0)
    store(value, to: .memory(reference: made, offset: 8), kept)
    move(made, to: slot, [true])
    return slot
  }

  private func operandType(of x: Expression) -> GoType { type(x) }

  /// `T.m` as a value.
  func methodExpression(_ x: Expression, _ inner: Expression, _ name: Name, _ into: Int?) -> Int {
    let slot = into ?? reference()
    let receiver = type(inner)
    guard let selection = checked.selections[x.id],
      let target = MethodLookup.find(name.text, in: receiver)
    else {
      refuse(x.start, "this method expression is")
      return slot
    }
    _ = selection
    let number = generator.methodThunk(receiver, target, name.text, isBound: false)
    makeClosure(number, [], slot)
    return slot
  }
}
