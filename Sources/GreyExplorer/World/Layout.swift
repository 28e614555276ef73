// A state of the cluster as a short row of bytes.
//
// Millions of states are kept and compared, so a state has no pointers and no slack: numbers of
// interned values for the production machines, and bytes for the heap, the tasks, what the
// collectors hold and what is under way. Equal rows are equal states, because every row is put
// into one canonical form before it is looked up (`World+Canonical.swift`).
//
//   coordinator                    number of its machine (4)
//   node × n                       numbers of its part, connection down, connection up (4 each)
//   budgets                        what may still happen (1 each)
//   flags                          a node's: what of its roots is scanned, …
//   slots, globals                 references: 0 is null, else the cell + 1; `reserved` is the slot
//                                  of a task that waits, whose content lies in the message
//   cells                          colour and field of each
//   grey                           a node's view of each cell, and counts a pair of nodes
//   batches                        how many of (sender, cell, epoch) are under way
//   messages                       8 bytes each

struct Layout {
  let nodes: Int
  let cells: Int
  let tasks: Int
  let slots: Int
  let messages: Int

  let partsAt = 4
  let budgetsAt: Int
  let flagsAt: Int
  let slotsAt: Int
  let globalsAt: Int
  let cellsAt: Int
  let greyAt: Int
  let countsAt: Int
  let batchesAt: Int
  let messagesAt: Int
  /// A multiple of 8.
  let size: Int

  init(_ scope: Scope) {
    nodes = scope.nodes
    cells = scope.owners.count
    tasks = scope.tasks
    slots = scope.slots
    messages = scope.messages
    budgetsAt = partsAt + 12 * nodes
    flagsAt = budgetsAt + Budget.allCases.count
    slotsAt = flagsAt + nodes
    globalsAt = slotsAt + nodes * tasks * slots
    cellsAt = globalsAt + (scope.hasGlobals ? nodes : 0)
    greyAt = cellsAt + 2 * cells
    countsAt = greyAt + nodes * cells
    batchesAt = countsAt + nodes * nodes
    messagesAt = batchesAt + 2 * nodes * cells
    size = (messagesAt + 8 * messages + 7) & ~7
  }
}

enum Budget: Int, CaseIterable {
  case cycles, cancels, leases, crashes, restarts, joins, duplicates, silence
}

enum Flag {
  static let transitScanned: UInt8 = 1
  static let globalScanned: UInt8 = 2
  /// The machine was told that the node is idle.
  static let toldIdle: UInt8 = 4
  /// Objects are born black.
  static let bornBlack: UInt8 = 8
  /// And the next bit for a second task.
  static let taskScanned: UInt8 = 16
  static let dead: UInt8 = 64
}

enum Colour {
  static let free: UInt8 = 0
  static let white: UInt8 = 1
  /// Reached; its field is still to be looked at.
  static let grey: UInt8 = 2
  static let black: UInt8 = 3
}

enum Grey {
  /// Among the edges of the node, for its marker to look at.
  static let edge: UInt8 = 1
  /// In the known-shaded set.
  static let known: UInt8 = 2
  /// In the queue for its owner.
  static let unsent: UInt8 = 4
}

enum Field {
  static let kind = 0
  static let from = 1
  static let to = 2
  /// What a read or write is about; alive because the waiting task's slot holds it.
  static let object = 3
  static let value = 4
  static let task = 5
  static let stamp = 6
  static let phase = 7
}

enum Kind {
  static let free: UInt8 = 0
  /// A reference for a slot of the receiver.
  static let give: UInt8 = 1
  static let read: UInt8 = 2
  static let write: UInt8 = 3
  /// What was read.
  static let answer: UInt8 = 4
}

enum Phase {
  static let underWay: UInt8 = 1
  /// Placed; the sender has not heard of it.
  static let placed: UInt8 = 2
  /// Acknowledged and not placed: only without rule placed-after-placement.
  static let early: UInt8 = 3
  /// A second copy of what was placed and acknowledged: only without rule link-sequence.
  static let duplicate: UInt8 = 4
}

/// The content of a slot whose task waits for another node.
let reserved: UInt8 = 0xFF

typealias Row = UnsafeMutablePointer<UInt8>

extension UnsafeMutablePointer where Pointee == UInt8 {
  @inline(__always)
  func number(_ offset: Int) -> UInt32 {
    UnsafeRawPointer(self + offset).load(as: UInt32.self)
  }
  @inline(__always)
  func setNumber(_ offset: Int, _ value: UInt32) {
    UnsafeMutableRawPointer(self + offset).storeBytes(of: value, as: UInt32.self)
  }
}
