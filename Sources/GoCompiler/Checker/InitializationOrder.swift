// The order in which package variables get their initial values (spec, "Package initialization").
//
// A variable is ready when none of those that it needs, through functions too, waits for its value;
// of the ready ones the first declared is next. So: for each variable the set of variables that it
// reaches through functions; then repeatedly the earliest whose set is done. Where variables are
// left and none is ready, they need each other: an initialization cycle.

import GoSyntax

extension Checker {
  func orderInitialization() {
    var units: [Unit] = []
    var unitOf: [ObjectIdentifier: Int] = [:]
    for object in objects {
      guard case .variable(let one, let index, let group)? = object.source else { continue }
      if one.values.count == one.names.count {
        unitOf[ObjectIdentifier(object)] = units.count
        units.append(Unit(objects: [object], value: one.values[index]))
      } else if one.values.isEmpty {
        // It waits for nobody, unless its own type needs it.
        unitOf[ObjectIdentifier(object)] = units.count
        units.append(Unit(objects: [object], value: nil))
      } else if index == 0, let value = one.values.first {
        for other in group.objects { unitOf[ObjectIdentifier(other)] = units.count }
        units.append(Unit(objects: group.objects, value: value))
      }
    }
    for index in units.indices {
      units[index].needs = needed(units[index].objects, unitOf, own: index)
    }
    emit(units, unitOf)
  }

  private struct Unit {
    let objects: [Object]
    let value: Expression?
    var needs: Set<Int> = []
  }

  private func needed(
    _ start: [Object], _ unitOf: [ObjectIdentifier: Int], own: Int
  ) -> Set<Int> {
    var result: Set<Int> = []
    var seen: Set<ObjectIdentifier> = []
    var stack = start.flatMap(\.dependencies)
    while let object = stack.popLast() {
      guard seen.insert(ObjectIdentifier(object)).inserted else { continue }
      if object.kind == .variable {
        if let unit = unitOf[ObjectIdentifier(object)] { result.insert(unit) }
      } else {
        stack += object.dependencies
      }
    }
    return result
  }

  private func emit(_ units: [Unit], _ unitOf: [ObjectIdentifier: Int]) {
    var waiting = units.map(\.needs)
    var dependents: [[Int]] = Array(repeating: [], count: units.count)
    for (index, needs) in waiting.enumerated() {
      for need in needs.sorted() { dependents[need].append(index) }
    }
    var ready = SortedReady(units.indices.filter { waiting[$0].isEmpty })
    var done = 0
    while let next = ready.popFirst() {
      if let value = units[next].value {
        package.initialization.append(
          Initialization(variables: units[next].objects, value: value))
      }
      done += 1
      for index in dependents[next] {
        waiting[index].remove(next)
        if waiting[index].isEmpty { ready.insert(index) }
      }
    }
    if done < units.count {
      reportInitializationCycle(units.indices.filter { !waiting[$0].isEmpty }.map { units[$0] })
    }
  }

  /// The first cycle from the earliest variable on, through variables and functions.
  private func reportInitializationCycle(_ units: [Unit]) {
    for unit in units {
      for object in unit.objects {
        var path: [Object] = []
        var seen: Set<ObjectIdentifier> = []
        if findCycle(to: object, from: object, &path, &seen) {
          reportCycle(path, "initialization cycle", from: 0)
          return
        }
      }
    }
  }

  private func findCycle(
    to goal: Object, from object: Object, _ path: inout [Object],
    _ seen: inout Set<ObjectIdentifier>
  ) -> Bool {
    path.append(object)
    for next in object.dependencies {
      if next === goal { return true }
      if seen.insert(ObjectIdentifier(next)).inserted,
        findCycle(to: goal, from: next, &path, &seen)
      {
        return true
      }
    }
    path.removeLast()
    return false
  }
}

/// Indices of which the least is wanted, again and again: a binary heap.
private struct SortedReady {
  private var heap: [Int] = []

  init(_ sorted: [Int]) { heap = sorted }

  mutating func insert(_ value: Int) {
    heap.append(value)
    var child = heap.count - 1
    while child > 0, heap[(child - 1) / 2] > heap[child] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popFirst() -> Int? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child] < heap[least] { least = child }
      if least == parent { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
