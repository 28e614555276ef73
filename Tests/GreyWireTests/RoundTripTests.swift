// Whatever is encoded decodes to itself, and whatever decodes encodes to the same bytes again:
// also when the bytes were flipped, cut or lengthened on the way. The second half is what makes
// fuzzing a check of values and not only of crashes.

import GreyBasics
import GreyWire
import Testing

/// A codec under test: draws a random value's frame, and decodes a frame and encodes it again.
private struct Codec: CustomTestStringConvertible, Sendable {
  var testDescription: String
  /// The frame of a random value, after checking that it decodes to that value.
  var draw: @Sendable (inout RandomMessages) throws -> [UInt8]
  var again: @Sendable ([UInt8]) throws(WireError) -> [UInt8]

  static let all = [
    control("coordinator messages") { $0.coordinatorMessage() },
    control("node messages") { $0.nodeMessage() },
    Codec(
      testDescription: "link frames",
      draw: {
        let value = $0.linkFrame()
        let frame = value.encoded(to: NodeID(300))
        let (to, back) = try LinkFrame.decode(frame)
        #expect(back == value)
        #expect(to == NodeID(300) || value.isHello)
        return frame
      }, again: { frame throws(WireError) in try LinkFrame.decodedAndEncoded(frame) }),
    Codec(
      testDescription: "peer messages",
      draw: {
        let value = $0.peerMessage()
        let frame = try value.encoded()
        let back = try PeerMessage.decode(frame)
        #expect(back == value)
        return frame
      }, again: { frame throws(WireError) in try PeerMessage.decode(frame).encoded() }),
  ]

  static func control<Message: ControlMessage>(
    _ name: String, _ make: @escaping @Sendable (inout RandomMessages) -> Message
  ) -> Codec {
    Codec(
      testDescription: name,
      draw: {
        let value = make(&$0)
        let envelope = ControlEnvelope(term: Term(rawValue: $0.number()), cluster: $0.number())
        let frame = try value.encoded(in: envelope)
        let back = try Message.open(frame)
        #expect(back.envelope == envelope)
        #expect(back.message == value)
        return frame
      },
      again: { frame throws(WireError) in
        let (envelope, message) = try Message.open(frame)
        return try message.encoded(in: envelope)
      })
  }
}

@Suite struct RoundTrips {
  @Test(arguments: Codec.all)
  fileprivate func everyValueComesBackAsItWas(_ codec: Codec) throws {
    var random = RandomMessages(seed: 1)
    for _ in 0..<3_000 {
      let frame = try codec.draw(&random)
      #expect(try codec.again(frame) == frame)
    }
  }

  @Test(arguments: Codec.all)
  fileprivate func everyCutIsNoticed(_ codec: Codec) throws {
    var random = RandomMessages(seed: 2)
    for _ in 0..<200 {
      let frame = try codec.draw(&random)
      for length in 0..<frame.count {
        let cut = Array(frame[..<length])
        // A shorter payload is a payload: only then may the cut frame be valid.
        if let again = try? codec.again(cut) {
          #expect(codec.testDescription == "link frames" && again == cut)
        }
      }
    }
  }

  @Test(arguments: Codec.all)
  fileprivate func aDamagedFrameThrowsOrMeansSomethingElse(_ codec: Codec) throws {
    var random = RandomMessages(seed: 3)
    var refused = 0
    var believed = 0
    for _ in 0..<1_500 {
      let frame = try codec.draw(&random)
      for _ in 0..<4 {
        let damaged = damage(frame, &random.random)
        do throws(WireError) {
          let again = try codec.again(damaged)
          believed += 1
          #expect(again == damaged)
        } catch {
          refused += 1
          #expect(error.offset >= 0 && error.offset <= damaged.count, "\(error)")
        }
      }
    }
    #expect(refused > 1_000)
    #expect(believed > 100)
  }

  private func damage(_ frame: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = frame
    for _ in 0...random.below(3) {
      let at = random.below(bytes.count + 1)
      switch random.below(5) {
      case 0 where at < bytes.count: bytes[at] ^= 1 << UInt8(random.below(8))
      case 1 where at < bytes.count: bytes[at] = UInt8(truncatingIfNeeded: random.next())
      case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
      case 3: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.below(4)))
      default: bytes.replaceSubrange(at..., with: frame.prefix(random.below(frame.count)))
      }
    }
    return bytes
  }
}

extension LinkFrame {
  fileprivate static func decodedAndEncoded(_ frame: [UInt8]) throws(WireError) -> [UInt8] {
    let (to, frame) = try decode(frame)
    return frame.encoded(to: to)
  }
}
