// The words that messages carry.

import GreyBasics
import GreyWire
import Testing

@Test func aReferenceWordKeepsItsBits() {
  let reference = Reference(node: NodeID(3), address: 0x1000)
  #expect(Word.reference(reference).bits == reference.rawValue)
  #expect(Word.reference(reference).isReference)
  #expect(!Word.data(7).isReference)
}
