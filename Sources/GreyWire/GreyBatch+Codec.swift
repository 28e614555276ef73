// A grey batch in bytes: the number of its references, then its groups, ascending.
//
//   head       varint: (kibibytes skipped since the last group) << 3 | form
//   form 0     eight bytes: the bitmap as it lies
//   form 1…6   so many bytes: each the number of a bit, ascending
//   form 7     a byte that says which of the bitmap's eight bytes are not zero, then those
//
// The shortest form is taken, a list before a mask before the whole. A reference that is alone in
// its kibibyte costs two bytes if the one before is no more than sixteen away, three up to 2 MiB,
// and seven at most; of sixteen neighbours of 32 bytes each costs less than half a byte. (Compared
// were lists of gaps between granules: no shorter where references are spread, four times as long
// where they are dense.) Addresses would be eight bytes each, always.
//
// Every batch has one encoding only: heads skip, so groups cannot but ascend; a bitmap in another
// form than its shortest is refused, and so is a bit named twice or a byte that is zero. A group
// that has more bits than the batch has left is refused before it is kept. So what decodes encodes
// to the same bytes, and costs no more memory than its bytes and its count allow.

import GreyBasics

/// How a bitmap is written. The raw values up to six are lengths of lists.
private enum Form {
  static let whole: UInt64 = 0
  static let longestList = 6
  static let mask: UInt64 = 7
  static let bits: UInt64 = 3

  @inline(__always)
  static func shortest(_ bitmap: UInt64) -> UInt64 {
    let count = bitmap.nonzeroBitCount
    let masked = 1 &+ bytesInUse(bitmap).nonzeroBitCount
    if count <= longestList, count <= masked { return UInt64(truncatingIfNeeded: count) }
    return masked < 8 ? mask : whole
  }

  /// The lowest bit of each byte that is not zero.
  @inline(__always)
  static func bytesInUse(_ bitmap: UInt64) -> UInt64 {
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    return ((bitmap & low) &+ low | bitmap) >> 7 & 0x0101_0101_0101_0101
  }
}

extension GreyBatch {
  /// Bytes of the longest group: a head of 41 bits and a bitmap.
  private static let groupBytes = 6 + 8
  /// Bytes of the numbers before the groups, and of the message's kind and epoch.
  private static let headBytes = 1 + 10 + 10

  /// A message of one batch.
  func encoded(kind: UInt8, epoch: Epoch) throws(WireError) -> [UInt8] {
    var head = ByteWriter(reserving: Self.headBytes)
    head.byte(kind)
    head.varint(epoch)
    head.count(count, limit: WireLimits.greyReferences, "references")
    let start = try head.finish()
    return [UInt8](
      unsafeUninitializedCapacity: start.count + groups.count * Self.groupBytes
    ) { target, length in
      let base = UnsafeMutableRawPointer(target.baseAddress.unsafelyUnwrapped)
      start.withUnsafeBytes { base.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
      var at = base + start.count
      var next: UInt64 = 0
      for group in groups {
        Self.write(group, next: next, at: &at)
        next = group.kibibyte &+ 1
      }
      length = at - base
    }
  }

  @inline(__always)
  private static func write(
    _ group: GreyGroup, next: UInt64, at: inout UnsafeMutableRawPointer
  ) {
    func byte(_ value: UInt64) {
      at.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
      at += 1
    }
    let form = Form.shortest(group.granules)
    var head = (group.kibibyte &- next) << Form.bits | form
    while head >= 0x80 {
      byte(head | 0x80)
      head >>= 7
    }
    byte(head)
    switch form {
    case Form.whole:
      at.storeBytes(of: group.granules, as: UInt64.self)
      at += 8
    case Form.mask:
      // The lowest bits of eight bytes, gathered in the highest byte.
      let inUse = Form.bytesInUse(group.granules)
      byte((inUse &* 0x0102_0408_1020_4080) >> 56)
      var rest = inUse
      while rest != 0 {
        byte(group.granules >> UInt64(truncatingIfNeeded: rest.trailingZeroBitCount))
        rest &= rest &- 1
      }
    default:
      var bits = group.granules
      while bits != 0 {
        byte(UInt64(truncatingIfNeeded: bits.trailingZeroBitCount))
        bits &= bits &- 1
      }
    }
  }

  init(from reader: inout ByteReader) throws(WireError) {
    let count = try reader.count(limit: WireLimits.greyReferences, bytesEach: 0, "references")
    var groups: [GreyGroup] = []
    // A group takes two bytes at least and holds one reference at least.
    groups.reserveCapacity(min(count, reader.left / 2))
    var left = count
    var next: UInt64 = 0
    while left > 0 {
      let start = reader
      let head = try reader.varint("group")
      let kibibyte = next &+ head >> Form.bits
      guard head >> Form.bits < 1 << GreyGroup.kibibyteBits,
        kibibyte < 1 << GreyGroup.kibibyteBits
      else { throw start.error("group", .outOfRange(head)) }
      let granules = try Self.bitmap(head & 7, from: &reader)
      let bits = granules.nonzeroBitCount
      guard bits <= left else { throw start.error("group", .tooMany(UInt64(bits), limit: left)) }
      left -= bits
      next = kibibyte + 1
      groups.append(GreyGroup(kibibyte: kibibyte, granules: granules))
    }
    self.init(groups: groups, count: count)
  }

  @inline(__always)
  private static func bitmap(
    _ form: UInt64, from reader: inout ByteReader
  ) throws(WireError) -> UInt64 {
    let start = reader
    var bitmap: UInt64 = 0
    switch form {
    case Form.whole: bitmap = try reader.fixed64("bitmap")
    case Form.mask:
      var inUse = try reader.byte("bitmap")
      while inUse != 0 {
        let byte = UInt64(try reader.byte("bitmap"))
        bitmap |= byte << (8 * UInt64(truncatingIfNeeded: inUse.trailingZeroBitCount))
        // What names a byte that is zero has another encoding.
        if byte == 0 { throw start.error("bitmap", .notShortest) }
        inUse &= inUse &- 1
      }
    default:
      for _ in 0..<form {
        let bit = UInt64(try reader.byte("bit"))
        // The numbers ascend, so that each bitmap has one list.
        guard bit < 64, bitmap >> bit == 0 else { throw start.error("bit", .outOfRange(bit)) }
        bitmap |= 1 << bit
      }
    }
    if bitmap == 0 || Form.shortest(bitmap) != form { throw start.error("bitmap", .notShortest) }
    return bitmap
  }
}
