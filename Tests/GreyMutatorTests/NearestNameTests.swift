// Suggestions for mistyped names.

import GreyMutator
import Testing

@Test func aSlipOfTheFingersFindsItsName() {
  #expect(NearestName.of("depht", in: ["depth", "nodes"]) == "depth")
  #expect(NearestName.of("zzz", in: ["depth", "nodes"]) == nil)
}
