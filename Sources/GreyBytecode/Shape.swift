// What each instruction reads, writes and is followed by.

extension Opcode {
  package var shape: Shape { Self.shapes[Int(rawValue)] }

  private static let shapes: [Shape] = allCases.map(\.describedShape)

  private var describedShape: Shape {
    switch self {
    case .move: Shape(.setAny, .any)
    case .moveWords: Shape(.setWords, .words, .number)
    case .clear: Shape(.setAny)
    case .clearWords: Shape(.setWords, .none, .number)
    case .constant: Shape(.setData, .none, .none, .constant32)
    case .constant64: Shape(.setData, .none, .none, .constant64)
    case .stringConstant: Shape(.setString, .none, .none, .string32)

    case .add, .sub, .mul, .and, .or, .xor, .andNot, .shiftLeft, .shiftRightSigned,
      .shiftRightUnsigned, .divideSigned, .divideUnsigned, .remainderSigned,
      .remainderUnsigned, .addFloat, .subFloat, .mulFloat, .divideFloat, .equal, .notEqual,
      .lessSigned, .lessOrEqualSigned, .lessUnsigned, .lessOrEqualUnsigned, .equalFloat,
      .notEqualFloat, .lessFloat, .lessOrEqualFloat:
      Shape(.setData, .data, .data)
    case .addImmediate, .mulImmediate, .andImmediate, .shiftLeftImmediate,
      .shiftRightSignedImmediate, .shiftRightUnsignedImmediate:
      Shape(.setData, .data, .number)
    case .negate, .complement, .logicalNot, .extendS8, .extendS16, .extendS32, .extendU8,
      .extendU16, .extendU32, .negateFloat, .roundToFloat32, .floatFromSigned,
      .floatFromUnsigned, .float32FromSigned, .float32FromUnsigned, .signedFromFloat,
      .unsignedFromFloat:
      Shape(.setData, .data)
    case .checkShift: Shape(.data)
    case .equalReference, .notEqualReference: Shape(.setData, .reference, .reference)
    case .isNil: Shape(.setData, .reference)

    case .jump: Shape(.none, .none, .none, .target32)
    case .jumpIf, .jumpIfNot: Shape(.data, .none, .none, .target32)
    case .jumpEqual, .jumpNotEqual, .jumpLessSigned, .jumpLessOrEqualSigned, .jumpLessUnsigned,
      .jumpLessOrEqualUnsigned:
      Shape(.data, .data, .none, .target)
    case .jumpEqualImmediate, .jumpNotEqualImmediate, .jumpLessImmediate,
      .jumpLessOrEqualImmediate, .jumpGreaterImmediate, .jumpGreaterOrEqualImmediate:
      Shape(.data, .number, .number, .target)
    case .call: Shape(.callBlock, .none, .none, .function)
    case .callClosure: Shape(.callBlock, .reference, .none, .signature)
    case .callInterface: Shape(.callBlock, .interface, .number, .signature)
    case .return: Shape(.none, .none, .number)
    case .returnWord: Shape(.any)

    case .loadU8, .loadS8, .loadU16, .loadS16, .loadU32, .loadS32, .load64, .loadF32:
      Shape(.setData, .reference, .number)
    case .loadReference: Shape(.setReference, .reference, .number)
    case .loadWords: Shape(.setWords, .reference, .number, .object)
    case .store8, .store16, .store32, .store64, .storeF32: Shape(.reference, .data, .number)
    case .storeReference: Shape(.reference, .reference, .number)
    case .storeWords: Shape(.reference, .words, .number, .object)
    case .elementU8, .elementS8, .elementU16, .elementS16, .elementU32, .elementS32,
      .element64, .elementF32:
      Shape(.setData, .string, .data)
    case .elementReference: Shape(.setReference, .string, .data)
    case .setElement8, .setElement16, .setElement32, .setElement64, .setElementF32:
      Shape(.string, .data, .data)
    case .setElementReference: Shape(.string, .reference, .data)
    case .frameU8, .frameS8, .frameU16, .frameS16, .frameU32, .frameS32, .frame64, .frameF32:
      Shape(.setData, .words, .data, .frameBytes)
    case .frameReference: Shape(.setReference, .words, .data, .frameBytes)
    case .setFrame8, .setFrame16, .setFrame32, .setFrame64, .setFrameF32:
      Shape(.data, .words, .data, .frameBytes)
    case .setFrameReference: Shape(.reference, .words, .data, .frameBytes)

    case .elementAddress: Shape(.setReference, .string, .data, .size)
    case .arrayAddress: Shape(.setReference, .reference, .data, .sizeAndCount)
    case .offset: Shape(.setReference, .reference, .none, .constant64)
    case .globalAddress: Shape(.setReference, .none, .none, .global32)
    case .frameAddress: Shape(.setReference, .words, .number, .object)
    case .checkBounds: Shape(.data, .none, .none, .constant64)
    case .checkNil: Shape(.reference)
    case .checkType: Shape(.interface)
    case .new: Shape(.setReference, .none, .none, .object32)
    case .makeSlice: Shape(.setSlice, .data, .data, .object)
    case .sliceSlice: Shape(.setSlice, .slice, .data3, .slicing)
    case .sliceString: Shape(.setString, .string, .data3, .slicing)
    case .sliceArray: Shape(.setSlice, .reference, .data3, .slicing)
    case .grow: Shape(.setSlice, .slice, .data, .object)
    case .appendSlice: Shape(.setSlice, .slice, .string, .object)
    case .copySlice: Shape(.setData, .slice, .string, .object)
    case .concatenate: Shape(.setString, .string, .string)
    case .compareString, .equalString: Shape(.setData, .string, .string)
    case .decodeRune: Shape(.setData2, .string, .data)
    case .stringFromBytes, .stringFromRunes: Shape(.setString, .slice)
    case .stringFromRune: Shape(.setString, .data)
    case .bytesFromString, .runesFromString: Shape(.setSlice, .string)
    case .equalInterface: Shape(.setData, .interface, .interface)
    case .implements: Shape(.setData, .data, .number)
    case .box: Shape(.setInterface, .words, .none, .runtimeType)
    case .unbox: Shape(.setWords, .interface, .none, .runtimeType)
    case .assertFailed: Shape(.interface, .number, .number, .runtimeType)
    case .print: Shape(.words, .number)
    case .printEnd: Shape()
    case .panic: Shape(.interface)
    case .minFloat, .maxFloat: Shape(.setData, .data, .data)
    case .clearSlice: Shape(.slice, .none, .none, .object)
    case .sliceToArray: Shape(.setReference, .slice, .none, .constant64)

    case .lengthOf: Shape(.setData, .reference, .number)
    case .makeMap: Shape(.setReference, .data, .none, .map)
    case .mapGet, .mapGetOK: Shape(.setWords, .reference, .words, .map)
    case .mapSet: Shape(.words, .reference, .words, .map)
    case .mapDelete: Shape(.none, .reference, .words, .map)
    case .mapClear: Shape(.reference)
    case .mapBegin: Shape(.setIterator, .reference)
    case .mapNext: Shape(.iterator, .setWords, .setWords, .map)
    case .makeChannel: Shape(.setReference, .data, .none, .object)
    case .send: Shape(.words, .reference, .none, .object)
    case .receive, .receiveOK: Shape(.setWords, .reference, .none, .object)
    case .closeChannel: Shape(.reference)
    case .select: Shape(.setData, .none, .none, .select)
    case .go: Shape(.reference)
    case .runDefers: Shape(.reference)
    case .recover: Shape(.setInterface)
    case .panicNext: Shape()
    case .native: Shape(.callBlock, .none, .none, .native)
    }
  }
}
