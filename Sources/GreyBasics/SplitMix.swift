// A seeded source of randomness: the same seed gives the same sequence on every machine.
//
// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014):
// a counter with a fixed odd step, each value hashed. Small, fast, and good enough for schedules
// and graphs; never for secrets.

@frozen @usableFromInline
package struct SplitMix: RandomNumberGenerator, Hashable, Sendable {
  @usableFromInline var state: UInt64

  @inlinable package init(seed: UInt64) { self.state = seed }

  @inlinable package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in `0..<bound` by multiplication (bias below 2⁻³² for bounds under 2³²).
  /// `bound` must be positive.
  @inlinable package mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// True with the probability `numerator / denominator`.
  @inlinable package mutating func chance(_ numerator: Int, in denominator: Int) -> Bool {
    below(denominator) < numerator
  }

  /// A generator of its own, independent of what this one draws later.
  @inlinable package mutating func split() -> SplitMix { SplitMix(seed: next()) }
}
