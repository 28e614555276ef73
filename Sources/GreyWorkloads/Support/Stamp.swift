// What a workload writes into the data words of its objects, so that it can tell later that an
// object is still the one it made.
//
// A stamp is a hash of what the object is said to be. A slot that was freed too early and given to
// another object holds that object's stamp, a cleared one zero, and a poisoned one the poison: any
// of them is the expected value only by an accident of one in 2⁶⁴.

enum Stamp {
  /// Never zero, so that a cleared word is never right.
  static func of(_ a: UInt64, _ b: UInt64 = 0) -> UInt64 {
    // The finalizer of SplitMix64 over both.
    var z = a &* 0x9E37_79B9_7F4A_7C15 &+ (b ^ 0xD1B5_4A32_D192_ED03)
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (z ^ (z >> 31)) | 1
  }
}
