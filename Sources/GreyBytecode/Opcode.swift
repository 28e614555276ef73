// The instructions.
//
// One instruction is a word: `operation:16 | a:16 | b:16 | c:16`, so it is fetched by one load and
// its operands by shifts. Some have a second word (a branch target, a 64-bit constant, a type).
// What the operands of each are is said in `Shape`, once; verifier and disassembly go by that.
//
// Compare-and-branch is one instruction because every loop has one, also with a constant of 32
// bits; constants of 16 bits add, multiply, mask and shift directly for the same reason. Loads and
// stores come in three families: at a reference and a fixed offset, at an element of a slice or
// string (with the bounds check), and in an array in the frame.

package enum Opcode: UInt8, CaseIterable, Sendable {
  case move, moveWords, clear, clearWords, constant, constant64, stringConstant

  case add, sub, mul, and, or, xor, andNot, shiftLeft, shiftRightSigned, shiftRightUnsigned
  case addImmediate, mulImmediate, andImmediate, shiftLeftImmediate
  case shiftRightSignedImmediate, shiftRightUnsignedImmediate
  case divideSigned, divideUnsigned, remainderSigned, remainderUnsigned
  case negate, complement, logicalNot, checkShift
  case extendS8, extendS16, extendS32, extendU8, extendU16, extendU32
  case addFloat, subFloat, mulFloat, divideFloat, negateFloat, roundToFloat32
  case floatFromSigned, floatFromUnsigned, float32FromSigned, float32FromUnsigned
  case signedFromFloat, unsignedFromFloat
  case equal, notEqual, lessSigned, lessOrEqualSigned, lessUnsigned, lessOrEqualUnsigned
  case equalFloat, notEqualFloat, lessFloat, lessOrEqualFloat
  case equalReference, notEqualReference, isNil

  case jump, jumpIf, jumpIfNot
  case jumpEqual, jumpNotEqual, jumpLessSigned, jumpLessOrEqualSigned
  case jumpLessUnsigned, jumpLessOrEqualUnsigned
  case jumpEqualImmediate, jumpNotEqualImmediate, jumpLessImmediate, jumpLessOrEqualImmediate
  case jumpGreaterImmediate, jumpGreaterOrEqualImmediate
  case call, callClosure, callInterface, `return`, returnWord

  case loadU8, loadS8, loadU16, loadS16, loadU32, loadS32, load64, loadF32, loadReference
  case loadWords
  case store8, store16, store32, store64, storeF32, storeReference, storeWords
  case elementU8, elementS8, elementU16, elementS16, elementU32, elementS32, element64
  case elementF32, elementReference
  case setElement8, setElement16, setElement32, setElement64, setElementF32
  case setElementReference
  case frameU8, frameS8, frameU16, frameS16, frameU32, frameS32, frame64, frameF32
  case frameReference
  case setFrame8, setFrame16, setFrame32, setFrame64, setFrameF32, setFrameReference

  case elementAddress, arrayAddress, offset, globalAddress, frameAddress, checkBounds, checkNil,
    checkType
  case new, makeSlice, sliceSlice, sliceString, sliceArray, grow, appendSlice, copySlice
  case concatenate, compareString, equalString, decodeRune
  case stringFromBytes, stringFromRunes, stringFromRune, bytesFromString, runesFromString
  case equalInterface, implements, box, unbox, assertFailed
  case print, printEnd, panic
  case minFloat, maxFloat, clearSlice, sliceToArray

  /// Of a map or a channel; nil has none.
  case lengthOf
  case makeMap, mapGet, mapGetOK, mapSet, mapDelete, mapClear, mapBegin, mapNext
  case makeChannel, send, receive, receiveOK, closeChannel, select, go
  case runDefers, recover, panicNext
  /// What packages of the library ask of the machine: see `Native`.
  case native
}

/// What one operand is. Blocks are several slots side by side.
package enum Operand: Sendable {
  case none
  /// A 16-bit number; signed in `addImmediate` and its like, else unsigned.
  case number
  case data, reference
  case setData, setReference
  /// Either; two of them in one instruction are of one kind.
  case any, setAny
  /// As many slots as the instruction says, pairwise of one kind.
  case words, setWords
  /// (reference, data)
  case string, setString
  /// (reference, data, data)
  case slice, setSlice
  /// (data, reference)
  case interface, setInterface
  case data2, setData2, data3
  /// Of `mapBegin` and `mapNext`: (map, entries, position, left, limit, clears, found)
  case iterator, setIterator
  /// Where the callee's results and arguments are.
  case callBlock
}

/// What the 32 bits of `b` and `c` together, or the second word, are.
package enum Extra: Sendable {
  case none
  case constant32, string32, target32, object32, global32
  case target, constant64, object, frameBytes, size, sizeAndCount, slicing, runtimeType,
    function
  case signature, map, select, native
}

package struct Shape: Sendable {
  package let a, b, c: Operand
  package let extra: Extra
  init(_ a: Operand = .none, _ b: Operand = .none, _ c: Operand = .none, _ extra: Extra = .none) {
    self.a = a
    self.b = b
    self.c = c
    self.extra = extra
  }
  /// Words of the instruction.
  package var length: Int {
    switch extra {
    case .none, .constant32, .string32, .target32, .object32, .global32: 1
    default: 2
    }
  }
}
