import GreyBasics
import Testing

@testable import GreyProtocol

@Test func `scratch`() throws {
  for seed in [UInt64(203), 261] {
    do { _ = try ToyWorld.live(seed) } catch let v as Violation { print(v) }

  }
}
