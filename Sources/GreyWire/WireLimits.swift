// What the wire format is called, and how much of anything a frame may hold.
//
// A decoder compares every length it reads with a limit from here, and with the bytes that are
// left, before it allocates: so no frame, however malformed, costs more memory than the limits
// allow. Encoders refuse what decoders would, so a process finds its own mistake where it is made.
// Texts that are only for people to read are clipped instead.

#if !_endian(little)
  #error(
    "The wire is little endian, and so must the machine be: bitmaps are copied as they lie.")
#endif

package enum WireVersion {
  /// Another number is another format: its frames are refused, not guessed at.
  package static let current: UInt16 = 7
}

package enum WireLimits {
  /// The payload of one link frame. A longer message is cut into several.
  package static let framePayloadBytes = 64 << 10
  /// Everything before the payload: the acknowledgement that rides along is most of it.
  package static let frameHeaderBytes = 48 << 10
  /// A message between nodes, put together again: a million references fit.
  package static let messageBytes = 16 << 20
  /// A message between a node and the coordinator; the answer to an inspection is the largest.
  package static let controlFrameBytes = inspectionBytes + (64 << 10)

  /// References in a grey batch: as many as one link frame carries, at seven bytes each.
  package static let greyReferences = 8_190
  /// Words in one message between tasks.
  package static let words = 1 << 20
  /// Numbers in one `placed` acknowledgement or in one query.
  package static let placedNumbers = 4_096

  package static let members = 1_024
  package static let settings = 1_024
  /// Names of clusters, hosts, keys and workloads, and endpoints.
  package static let nameBytes = 256
  /// The value of one setting or parameter.
  package static let valueBytes = 4_096
  /// A reason, a line of output: clipped by the encoder at the end of a character.
  package static let textBytes = 64 << 10
  /// A run's result, a JSON object.
  package static let resultBytes = 1 << 20
  package static let inspectionBytes = 16 << 20
}
