// Why a frame was not believed, and where: enough to find the fault in a hex dump.

/// The offset counts bytes from the start of the frame; the field is named as in the message.
package struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Problem: Hashable, Sendable {
    /// The frame ends inside the field.
    case truncated(wanted: Int, left: Int)
    /// Bytes follow the last field.
    case trailing(count: Int)
    /// A length or count exceeds what the format allows.
    case tooMany(UInt64, limit: Int)
    /// No message, flag or failure has this number.
    case unknownKind(UInt64)
    /// The number does not fit the field.
    case outOfRange(UInt64)
    /// A number was padded with empty bytes, or is longer than 64 bits.
    case badVarint
    /// A bitmap that has a shorter encoding, or no bit.
    case notShortest
    /// Text that is not UTF-8.
    case badText
    case otherVersion(here: UInt16, there: UInt16)
    case otherCluster(here: UInt64, there: UInt64)
  }

  package var offset: Int
  package var field: String
  package var problem: Problem

  package init(offset: Int, field: String, problem: Problem) {
    self.offset = offset
    self.field = field
    self.problem = problem
  }

  /// The sender speaks another version: worth an answer, where garbage is not.
  package var isOtherVersion: Bool {
    if case .otherVersion = problem { true } else { false }
  }

  package var description: String { "offset \(offset), \(field): \(problem)" }
}

extension WireError.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .truncated(let wanted, let left):
      "the frame ends here, \(wanted) bytes are wanted and \(left) are left"
    case .trailing(let count): "\(count) bytes follow the end of the message"
    case .tooMany(let value, let limit): "\(value) exceeds the limit of \(limit)"
    case .unknownKind(let value): "there is no kind \(value)"
    case .outOfRange(let value): "\(value) is out of range"
    case .badVarint: "the number is not in its shortest form or exceeds 64 bits"
    case .notShortest: "the bitmap is empty or not in its shortest form"
    case .badText: "the text is not UTF-8"
    case .otherVersion(let here, let there):
      "this process speaks wire version \(here), the other one speaks \(there); "
        + "use the same build everywhere"
    case .otherCluster(let here, let there):
      "this process belongs to cluster \(hex(here)), the message to cluster \(hex(there))"
    }
  }

  private func hex(_ value: UInt64) -> String { "#" + String(value, radix: 16) }
}
