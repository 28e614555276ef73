// A cycle that is walked by hand: how much the collectors may do until they are told more.
//
// The coordinator says to each node of the epoch "in this stage do at most so much, then hold"; the
// node answers when its collector has. Steps are numbered, rise, and are never given twice in a
// term, so a message that is repeated is recognised, and an answer belongs to one step.

import GreyBasics

package enum WalkStage: UInt8, Hashable, Sendable, CaseIterable {
  /// The allowance counts objects scanned, about.
  case mark = 1
  /// The allowance counts pages swept, about.
  case sweep
}

/// What one node's collectors may do in one step.
package struct WalkOrder: Hashable, Sendable {
  /// As an allowance: go on without holding.
  package static let unlimited = UInt64.max

  package var epoch: Epoch
  package var stage: WalkStage
  package var step: UInt64
  /// Zero: hold at once, and say how things stand.
  package var allowance: UInt64
  package init(epoch: Epoch, stage: WalkStage, step: UInt64, allowance: UInt64) {
    self.epoch = epoch
    self.stage = stage
    self.step = step
    self.allowance = allowance
  }
}

/// How marking and sweeping stand at one node after a step.
package struct WalkReport: Hashable, Sendable {
  package var epoch: Epoch
  package var stage: WalkStage
  package var step: UInt64
  /// Objects to be scanned, and references to be shaded here or sent to their owner.
  package var greyLeft: UInt64 = 0
  /// Of this epoch, as everything that follows.
  package var objectsMarked: UInt64 = 0
  package var greyReferencesSent: UInt64 = 0
  package var greyReferencesReceived: UInt64 = 0
  /// Bytes that tasks in debt have scanned.
  package var assistedBytes: UInt64 = 0
  /// Assists that were due and let off, because a step held.
  package var assistsHeld: UInt64 = 0
  package var pagesSwept: UInt64 = 0
  package var pagesLeft: UInt64 = 0
  package var objectsFreed: UInt64 = 0

  package init(epoch: Epoch, stage: WalkStage, step: UInt64) {
    self.epoch = epoch
    self.stage = stage
    self.step = step
  }
}

extension WalkStage {
  init(from reader: inout ByteReader) throws(WireError) {
    let start = reader
    let number = try reader.byte("stage")
    guard let stage = WalkStage(rawValue: number) else {
      throw start.error("stage", .unknownKind(UInt64(number)))
    }
    self = stage
  }
}

extension WalkOrder {
  func encode(to writer: inout ByteWriter) {
    writer.varint(epoch)
    writer.byte(stage.rawValue)
    writer.varint(step)
    writer.varint(allowance)
  }

  init(from reader: inout ByteReader) throws(WireError) {
    self.init(
      epoch: try reader.rising(Epoch.init, "epoch"), stage: try WalkStage(from: &reader),
      step: try reader.varint("step"), allowance: try reader.varint("allowance"))
  }
}

extension WalkReport {
  /// The figures in the order of the wire: one list for both directions.
  private static var figures: [WritableKeyPath<WalkReport, UInt64>] {
    [
      \.greyLeft, \.objectsMarked, \.greyReferencesSent, \.greyReferencesReceived,
      \.assistedBytes, \.assistsHeld, \.pagesSwept, \.pagesLeft, \.objectsFreed,
    ]
  }

  func encode(to writer: inout ByteWriter) {
    writer.varint(epoch)
    writer.byte(stage.rawValue)
    writer.varint(step)
    for figure in Self.figures { writer.varint(self[keyPath: figure]) }
  }

  init(from reader: inout ByteReader) throws(WireError) {
    self.init(
      epoch: try reader.rising(Epoch.init, "epoch"), stage: try WalkStage(from: &reader),
      step: try reader.varint("step"))
    for figure in Self.figures { self[keyPath: figure] = try reader.varint("figure") }
  }
}
