// What other nodes' tasks ask of this one, done between two steps of its own tasks.
//
// A field is looked up with every check: the object must lie in an allocated slot, the word inside
// it, and its kind must be what the message says. A store passes the barrier like a local one. A
// freed slot is an answer to the asker and a `lostObject` event here: with every rule in force
// there is none.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyWire

extension Worker {
  func serve(_ arrival: HeldMessage) {
    let message = arrival.message
    func reply(_ body: MutatorMessage.Body) {
      answer(arrival.from, message.run, message.request, body)
    }
    guard let run = runState(message.run), !run.isCancelled else {
      return reply(.failure(.runCancelled))
    }
    if isLeaving, arrival.from != node, message.begins { return reply(.failure(.leaving)) }
    switch message.body {
    case .allocate(let type, let count):
      serveAllocation(arrival, type: TypeIndex(rawValue: type), count: Int(count))
    case .read(let object, let word, let count):
      switch fields(of: object, word: Int(word), count: Int(count)) {
      case .success(let words): reply(.answer(words))
      case .failure(let failure):
        noteLost(failure, run.id, object, askedBy: arrival.from)
        reply(.failure(failure.onTheWire))
      }
    case .write(let object, let word, let value):
      if let failure = setField(of: object, word: Int(word), to: value) {
        noteLost(failure, run.id, object, askedBy: arrival.from)
        reply(.failure(failure.onTheWire))
      } else {
        reply(.answer([]))
      }
    case .call(let function, let arguments):
      guard accepts(run, function: Int(function), arguments: arguments) else {
        return reply(.failure(.noSuchFunction))
      }
      createTask(
        run: run, function: Int(function), arguments: arguments,
        caller: .node(arrival.from, request: message.request))
    case .spawn(let function, let arguments):
      guard accepts(run, function: Int(function), arguments: arguments) else {
        return reply(.failure(.noSuchFunction))
      }
      let task = createTask(
        run: run, function: Int(function), arguments: arguments, caller: .nobody)
      reply(.answer([.data(TaskAddress(node: node, task: task.id).rawValue)]))
    case .deliver(let id, let values):
      guard let task = taskByID[id] else { return reply(.failure(.noSuchTask)) }
      guard task.mailbox.count < configuration.mailboxCapacity else {
        // A sender that gave its references away has them no more: they go back.
        let isEmpty = !values.contains { $0.isReference && $0.bits != 0 }
        return reply(isEmpty ? .failure(.mailboxFull) : .answer(values))
      }
      deliver(values, to: task)
      reply(.answer([]))
    case .answer, .failure: break
    }
  }

  /// Without room the request waits for a full cycle, as a local allocation does.
  func serveAllocation(_ arrival: HeldMessage, type: TypeIndex, count: Int) {
    let message = arrival.message
    func reply(_ body: MutatorMessage.Body) {
      answer(arrival.from, message.run, message.request, body)
    }
    do {
      let shape = try view.shape(type, count: count)
      let reference = try cache.allocate(shape)
      reply(.answer([.reference(reference)]))
    } catch {
      switch error {
      case .limitReached(let bytes, _, _):
        if memory.hasRetried(message.request, from: arrival.from) {
          reply(.failure(.outOfMemory))
        } else {
          waitForMemory(arrival, bytes: bytes)
        }
      case .tooLarge: reply(.failure(.outOfMemory))
      case .undefinedType: reply(.failure(.noSuchField))
      }
    }
  }

  private func noteLost(
    _ failure: OperationFailure, _ run: RunID, _ object: Reference, askedBy node: NodeID
  ) {
    guard failure == .lostObject else { return }
    reportLost(run: run, object, "a task of \(node) asked for \(nameOfLost(object))")
  }

  /// Told before the failure is, by everybody who meets it, so that a coordinator that hears of the
  /// failure knows its cause, over whatever connection that comes first.

  func reportLost(run: RunID, _ object: Reference, _ place: String) {
    put(.lostObject(run, object, place))
  }

  /// `1:50354304, a freed kv.entry`
  func nameOfLost(_ object: Reference) -> String {
    if object.rawValue == HeapLayout.poison { return "what a freed slot holds" }
    let name = heap.name(of: object)
    return heap.typeOfFreed(object).map { "\(name), a freed \($0)" } ?? name
  }

  /// `player, task 65`
  func nameOf(_ task: MutatorTask) -> String {
    "\(task.run.functions[task.function].name), task \(task.id.rawValue)"
  }

  // MARK: fields, with every check

  /// The address of a field of an object of this node.
  func field(
    of object: Reference, word: Int, isReference: Bool
  ) -> Result<UnsafeMutableRawPointer, OperationFailure> {
    located(object, word: word).flatMap { address, kind in
      kind == isReference ? .success(address) : .failure(.noSuchField)
    }
  }

  func fields(
    of object: Reference, word: Int, count: Int
  ) -> Result<[Word], OperationFailure> {
    var words: [Word] = []
    for offset in 0..<count {
      switch located(object, word: word + offset) {
      case .success(let (address, isReference)):
        words.append(Word(bits: address.relaxedWord, isReference: isReference))
      case .failure(let failure): return .failure(failure)
      }
    }
    return .success(words)
  }

  func setField(of object: Reference, word: Int, to value: Word) -> OperationFailure? {
    switch field(of: object, word: word, isReference: value.isReference) {
    case .failure(let failure): return failure
    case .success(let address):
      if value.isReference {
        barrier.store(value.bits, to: address)
      } else {
        address.relaxedWord = value.bits
      }
      return nil
    }
  }

  private func located(
    _ object: Reference, word: Int
  ) -> Result<(UnsafeMutableRawPointer, isReference: Bool), OperationFailure> {
    if object.isNull { return .failure(.nullReference) }
    if object.rawValue == HeapLayout.poison { return .failure(.lostObject) }
    if object.node != node { return .failure(.notLocal) }
    guard view.isLocal(object.rawValue),
      let location = heap.object(containing: object.address)
    else { return .failure(.lostObject) }
    let (bytes, overflow) = word.multipliedReportingOverflow(by: 8)
    guard !overflow, word >= 0, bytes <= location.bytes else { return .failure(.noSuchField) }
    let offset = Int(object.address - location.base) + bytes
    guard offset % 8 == 0, offset + 8 <= location.bytes,
      let address = UnsafeMutableRawPointer(bitPattern: location.base + UInt(offset))
    else { return .failure(.noSuchField) }
    return .success((address, view.types[Int(location.type.rawValue)].isReference(offset / 8)))
  }
}

extension TypeEntry {
  /// Whether a word of an object of this type holds a reference; the map repeats.
  func isReference(_ word: Int) -> Bool {
    if words == 0 || isNoscan { return false }
    let inElement = word % words
    if let wideMap { return wideMap[inElement >> 6] & (1 << UInt64(inElement & 63)) != 0 }
    return map & (1 << UInt64(inElement)) != 0
  }
}
