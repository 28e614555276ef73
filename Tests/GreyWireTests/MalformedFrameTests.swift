// A corpus of frames that must be refused, each with the text that tells what is wrong and where.

import GreyBasics
import GreyWire
import Testing

private enum Side: Sendable { case coordinator, node, link, peer }

private struct Malformed: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var side: Side
  /// Hexadecimal; control messages follow an envelope of 18 bytes.
  var hex: String
  var text: String

  init(_ name: String, _ side: Side, _ hex: String, _ text: String) {
    self.testDescription = name
    self.side = side
    self.hex = hex
    self.text = text
  }

  var bytes: [UInt8] {
    let digits = hex.filter { $0 != " " }.map { UInt8($0.hexDigitValue!) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}

private let ones = String(repeating: "ff", count: 9)

private let corpus = [
  Malformed(
    "nothing at all", .link, "",
    "offset 0, kind: the frame ends here, 1 bytes are wanted and 0 are left"),
  Malformed("an unknown link frame", .link, "7f", "offset 0, kind: there is no kind 127"),
  Malformed(
    "a hello without an end", .link, "80 0100 03 6162",
    "offset 4, cluster: the frame ends here, 3 bytes are wanted and 2 are left"),
  Malformed(
    "a cluster's name that is not UTF-8", .link, "80 0100 02 c328 00 01 02 01",
    "offset 4, cluster: the text is not UTF-8"),
  Malformed(
    "a cluster's name without limit", .link, "80 0100 8102",
    "offset 3, cluster: 257 exceeds the limit of 256"),
  Malformed(
    "a node id of 17 bits", .link, "80 0100 00 00 808004 02 01",
    "offset 5, from: 65536 is out of range"),
  Malformed("frame number zero", .link, "81 02 00 00", "offset 2, sequence: 0 is out of range"),
  Malformed(
    "a frame number near the end of all numbers", .link, "81 02 \(ones)01 00",
    "offset 2, sequence: 18446744073709551615 is out of range"),
  Malformed("a flag nobody knows", .link, "81 02 01 08", "offset 3, flags: there is no kind 8"),
  Malformed(
    "more arrived than can be counted", .link, "82 02 02 \(ones)01 00",
    "offset 3, arrived: 18446744073709551615 is out of range"),
  Malformed(
    "placed numbers that are not there", .link, "82 02 01 00 05 01",
    "offset 5, placed: the frame ends here, 5 bytes are wanted and 1 are left"),
  Malformed(
    "placed numbers without limit", .link, "82 02 01 00 8120",
    "offset 4, placed: 4097 exceeds the limit of 4096"),
  Malformed(
    "bytes behind an acknowledgement", .link, "82 02 01 00 00 aa bb",
    "offset 5, frame: 2 bytes follow the end of the message"),
  Malformed(
    "a padded number", .link, "81 02 8100 00",
    "offset 2, sequence: the number is not in its shortest form or exceeds 64 bits"),
  Malformed(
    "a number of 65 bits", .link, "81 02 \(ones)02 00",
    "offset 2, sequence: the number is not in its shortest form or exceeds 64 bits"),
  Malformed(
    "a number without an end", .link, "81 02 ffff",
    "offset 2, sequence: the frame ends here, 3 bytes are wanted and 2 are left"),

  Malformed(
    "a frame for nobody that can be", .link, "81 808004 01 00",
    "offset 1, to: 65536 is out of range"),

  Malformed("an unknown message", .peer, "01", "offset 0, kind: there is no kind 1"),
  Malformed(
    "a batch shorter than it says", .peer, "c0 05 02 01 07",
    "offset 5, group: the frame ends here, 1 bytes are wanted and 0 are left"),
  Malformed(
    "a batch longer than it says", .peer, "c0 05 02 03 01 09 11",
    "offset 3, group: 3 exceeds the limit of 2"),
  Malformed(
    "a batch of more than it says", .peer, "c0 05 01 01 07 01 07",
    "offset 5, message: 2 bytes follow the end of the message"),
  Malformed(
    "a group beyond all addresses", .peer, "c0 05 01 8180808080 40 07",
    "offset 3, group: 2199023255553 is out of range"),
  Malformed(
    "a second group beyond all addresses", .peer, "c0 05 02 f9ffffffff3f 07 01 07",
    "offset 10, group: 1 is out of range"),
  Malformed(
    "a group of 64 bits", .peer, "c0 05 01 \(ones)01 07",
    "offset 3, group: 18446744073709551615 is out of range"),
  Malformed(
    "a bit behind a bitmap's end", .peer, "c0 05 01 01 40", "offset 4, bit: 64 is out of range"),
  Malformed(
    "bits out of order", .peer, "c0 05 02 02 09 08", "offset 4, bit: 8 is out of range"),
  Malformed("a bit named twice", .peer, "c0 05 02 02 09 09", "offset 4, bit: 9 is out of range"),
  Malformed(
    "a bitmap without a bit", .peer, "c0 05 01 00 0000000000000000",
    "offset 4, bitmap: the bitmap is empty or not in its shortest form"),
  Malformed(
    "a mask without a bit", .peer, "c0 05 01 07 00",
    "offset 4, bitmap: the bitmap is empty or not in its shortest form"),
  Malformed(
    "a mask that names a byte of zero", .peer, "c0 05 08 07 03 ff 00",
    "offset 4, bitmap: the bitmap is empty or not in its shortest form"),
  Malformed(
    "a whole bitmap for a bit", .peer, "c0 05 01 00 0100000000000000",
    "offset 4, bitmap: the bitmap is empty or not in its shortest form"),
  Malformed(
    "a list where a mask is shorter", .peer, "c0 05 03 03 00 01 02",
    "offset 4, bitmap: the bitmap is empty or not in its shortest form"),
  Malformed(
    "a mask where a list is as short", .peer, "c0 05 02 07 01 03",
    "offset 4, bitmap: the bitmap is empty or not in its shortest form"),
  Malformed(
    "a bitmap cut short", .peer, "c0 05 40 00 ffffffff",
    "offset 4, bitmap: the frame ends here, 8 bytes are wanted and 4 are left"),
  Malformed(
    "a batch of four thousand million", .peer, "c0 05 ffffffff0f",
    "offset 2, references: 4294967295 exceeds the limit of 8190"),
  Malformed(
    "a batch with a byte too many", .peer, "c0 05 00 00",
    "offset 3, message: 1 bytes follow the end of the message"),
  Malformed(
    "an allocation of 2³² elements", .peer, "c1 01 00 01 0100 8080808010",
    "offset 6, count: 4294967296 is out of range"),
  Malformed(
    "a written word of a third kind", .peer, "c3 01 00 01 1000000000000100 00 02",
    "offset 13, value's kind: 2 is out of range"),
  Malformed(
    "words without limit", .peer, "c7 01 00 01 818040",
    "offset 4, words: 1048577 exceeds the limit of 1048576"),
  Malformed(
    "words that are not there", .peer, "c7 01 00 01 02 03 0100000000000000",
    "offset 5, words: the frame ends here, 16 bytes are wanted and 9 are left"),
  Malformed(
    "a kind for a word that is not there", .peer, "c7 01 00 01 01 02 0100000000000000",
    "offset 6, words: 1 is out of range"),
  Malformed(
    "an unknown failure", .peer, "c8 01 00 01 63", "offset 4, failure: there is no kind 99"),

  Malformed(
    "an envelope cut short", .coordinator, "01",
    "offset 0, version: the frame ends here, 2 bytes are wanted and 1 are left"),
  Malformed(
    "a message that is only an envelope", .coordinator, envelope,
    "offset 18, kind: the frame ends here, 1 bytes are wanted and 0 are left"),
  Malformed(
    "a node's message to a node", .coordinator, envelope + "4d",
    "offset 18, kind: there is no kind 77"),
  Malformed(
    "a coordinator's message to the coordinator", .node, envelope + "11",
    "offset 18, kind: there is no kind 17"),
  Malformed(
    "a lease of more than 292 years", .coordinator, envelope + "07 01 \(ones)01",
    "offset 20, lease: 18446744073709551615 is out of range"),
  Malformed(
    "a walk through a third stage", .coordinator, envelope + "15 01 03 01 00",
    "offset 20, stage: there is no kind 3"),
  Malformed(
    "members without limit", .coordinator, envelope + "03 01 8108",
    "offset 20, members: 1025 exceeds the limit of 1024"),
  Malformed(
    "members that are not there", .coordinator, envelope + "03 01 03 01 00",
    "offset 21, members: the frame ends here, 6 bytes are wanted and 2 are left"),
  Malformed(
    "an unknown inspection", .coordinator, envelope + "10 01 09 00",
    "offset 20, inspection: there is no kind 9"),
  Malformed(
    "a lost object whose offset is neither there nor not", .node, envelope + "4c 01 02 00",
    "offset 20, has an offset: 2 is out of range"),
  Malformed(
    "an idle that is neither yes nor no", .node, envelope + "43 01 01 00 00 02 00",
    "offset 23, idle: 2 is out of range"),
  Malformed(
    "a body longer than its frame", .node, envelope + "4a 01 00 ffff7f",
    "offset 24, body: the frame ends here, 2097151 bytes are wanted and 0 are left"),
  Malformed(
    "a farewell with a tail", .node, envelope + "4d 00",
    "offset 19, message: 1 bytes follow the end of the message"),
]

/// Version 7, term 7, cluster 0.
private let envelope = "0700 0700000000000000 0000000000000000"

@Test(arguments: corpus)
private func aMalformedFrameIsRefusedByName(_ malformed: Malformed) {
  let bytes = malformed.bytes
  let error = #expect(throws: WireError.self) {
    switch malformed.side {
    case .coordinator: _ = try CoordinatorMessage.open(bytes)
    case .node: _ = try NodeMessage.open(bytes)
    case .link: _ = try LinkFrame.decode(bytes)
    case .peer: _ = try PeerMessage.decode(bytes)
    }
  }
  #expect(error?.description == malformed.text)
}

@Test func aFrameLargerThanAnyMessageIsRefusedUnread() {
  let bytes = [UInt8](repeating: 0, count: WireLimits.controlFrameBytes + 1)
  let error = #expect(throws: WireError.self) { try NodeMessage.open(bytes) }
  #expect(error?.description == "offset 0, frame: 16842753 exceeds the limit of 16842752")
}
