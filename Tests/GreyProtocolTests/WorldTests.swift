// Thousands of small histories of a cluster in which everything goes wrong.

import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

/// The first violation among these seeds.
func firstViolation(
  _ seeds: Range<UInt64>, without rules: [Rule], troubles: Troubles? = nil
) -> Violation? {
  for seed in seeds {
    do {
      _ = try ToyWorld.live(seed, rules: RuleSet(without: rules), troubles: troubles)
    } catch let violation as Violation {
      return violation
    } catch {
      return nil
    }
  }
  return nil
}

@Test(arguments: 0..<20)
func `a cluster in trouble keeps its rules and comes to rest`(block: Int) throws {
  let first = UInt64(block) * 100
  for seed in first..<first + 20 { _ = try ToyWorld.live(seed) }
}
