// Types as the machine knows them: of values in interfaces, of maps, of elements of channels.

import GoSyntax
import GreyBytecode

extension Generator {
  /// As the values lie in slots: a scalar, however narrow, fills a word.
  func slotObject(of type: GoType) -> Int {
    let kinds = type.slotKinds
    return object(
      ObjectType(
        name: type.description, bytes: kinds.count * 8,
        references: kinds.indices.filter { kinds[$0] }))
  }

  func mapType(_ type: GoType) -> Int {
    if let known = mapTypes.firstIndex(where: { GoType.identical($0, type.underlying) }) {
      return known
    }
    guard case .map(let key, let value) = type.underlying else { return 0 }
    mapTypes.append(type.underlying)
    let number = program.maps.count
    var map = MapType(
      name: RuntimeTypeName.of(type.underlying), entry: 0, key: key.slotKinds,
      value: value.slotKinds, equality: equality(key, isTop: true))
    let kinds = map.kinds
    map.entry = object(
      ObjectType(
        name: map.name, bytes: kinds.count * 8, references: kinds.indices.filter { kinds[$0] }))
    program.maps.append(map)
    return number
  }

  func runtimeType(_ type: GoType) -> Int {
    if let known = runtimeTypes.firstIndex(where: { GoType.identical($0, type) }) { return known }
    let number = program.runtimeTypes.count
    runtimeTypes.append(type)
    // A box holds the value as slots do: a scalar, however narrow, fills a word.
    let isPointer = type.memoryKind == .reference
    let box =
      type.memoryKind == nil || isPointer
      ? object(of: type)
      : object(ObjectType(name: type.description, bytes: 8, references: []))
    program.runtimeTypes.append(
      RuntimeType(
        name: RuntimeTypeName.of(type), form: isPointer ? .pointer : .boxed, object: box,
        display: display(type), isDefined: type.namedType != nil,
        equality: equality(type, isTop: true)))
    if let interface = type.interface {
      program.runtimeTypes[number].isInterface = true
      program.runtimeTypes[number].demands = interface.methods.map {
        .init(name: $0.name, number: methodNumber($0.name, $0.signature))
      }
    }
    return number
  }

  private func display(_ type: GoType) -> RuntimeType.Display {
    if type.isString { return .string }
    if type.isBoolean { return .boolean }
    if type.isFloat { return .float }
    if type.isInteger { return type.isUnsigned ? .unsigned : .signed }
    return .other
  }

  func equality(_ type: GoType, isTop: Bool) -> RuntimeType.Equality {
    if let kind = type.memoryKind {
      if type.signature != nil { return .none }
      if case .map = type.underlying { return .none }
      if type.isFloat { return isTop || kind == .word ? .float64 : .float32 }
      return .bits(bytes: isTop ? 8 : TypeLayout.of(type).size)
    }
    switch type.underlying {
    case .interface: return .interface
    case .array(let count, let element):
      return type.isComparable
        ? .array(
          count: count, stride: TypeLayout.of(element).size, equality(element, isTop: false))
        : .none
    case .structure(let structure):
      guard type.isComparable else { return .none }
      let offsets = TypeLayout.fields(structure).offsets
      return .parts(
        zip(structure.fields, offsets).filter { $0.0.name != "_" }.map {
          .init(offset: $1, equality: equality($0.type, isTop: false))
        })
    case .basic: return .string
    default: return .none
    }
  }
}
