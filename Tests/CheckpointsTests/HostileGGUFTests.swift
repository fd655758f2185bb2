import Checkpoints
import TestSupport
import Testing

/// A small good file with one change.
private func file(_ change: (inout GGUFBuilder) -> Void) -> [UInt8] {
  var builder = GGUFBuilder()
  builder.add("general.architecture", .string("llama"))
  builder.addTensor("first", extents: [32, 2], floats: Array(repeating: 1, count: 64))
  change(&builder)
  return builder.build()
}

private func refusal(_ change: (inout GGUFBuilder) -> Void) -> CheckpointError? {
  checkpointError { _ = try openGGUF(file(change)) }
}

@Test func theUnchangedFileOpens() throws {
  #expect(floats(try openGGUF(file { _ in }).tensor(named: "first")).count == 64)
}

@Test func everyTruncationOfAGGUFIsAnErrorThatNamesTheFile() throws {
  for bytes in [file { _ in }, try fixtureBytes("metadata.gguf")] {
    let tensors = try openGGUF(bytes).tensors
    // gguf-py pads the last tensor too; what is cut off there holds nothing.
    let end = tensors.map { $0.offset + $0.byteCount }.max() ?? 0
    for count in 0..<end {
      let error = checkpointError { _ = try openGGUF(Array(bytes[..<count])) }
      #expect(error?.isTruncated == true && message(error), "\(count) bytes")
    }
    for count in end..<bytes.count {
      #expect(try openGGUF(Array(bytes[..<count])).tensors.count == tensors.count)
    }
  }
}

@Test func anotherMagicOrVersionIsNamed() {
  #expect(message(refusal { $0.magic = Array("GGML".utf8) }, names: "not a GGUF file", "magic"))
  #expect(message(refusal { $0.version = 1 }, names: "version 1", "not supported"))
  #expect(message(refusal { $0.version = 4 }, names: "version 4"))
  #expect(message(refusal { $0.version = 0 }, names: "version 0"))
  #expect(message(refusal { $0.version = UInt32(3).byteSwapped }, names: "big-endian"))
}

private let huge: [UInt64] = [
  1 << 20, 1 << 31, 1 << 32, 1 << 61, 1 << 62, (1 << 63) - 1, 1 << 63, .max - 7, .max,
]

@Test(arguments: huge)
func countsBeyondTheFileAreRefused(count: UInt64) {
  #expect(refusal { $0.declaredTensorCount = count }?.isTruncated == true)
  #expect(refusal { $0.declaredPairCount = count }?.isTruncated == true)
}

@Test(arguments: huge)
func lengthsBeyondTheFileAreRefused(length: UInt64) {
  let string = refusal { $0.add("s", .raw(type: 8, bytes: littleEndian(length) + [65])) }
  #expect(string?.isTruncated == true && message(string, names: "'s'"))
  for type: UInt32 in 0...12 {
    let array = refusal {
      $0.add("a", .raw(type: 9, bytes: littleEndian(type) + littleEndian(length)))
    }
    #expect(array?.isTruncated == true && message(array, names: "'a'"), "type \(type)")
  }
}

@Test(arguments: huge)
func keyLengthsBeyondTheFileAreRefused(length: UInt64) {
  var bytes = Array("GGUF".utf8) + littleEndian(UInt32(3)) + littleEndian(UInt64(0))
  bytes += littleEndian(UInt64(1)) + littleEndian(length) + [UInt8](repeating: 65, count: 11)
  // The size of the file that hangs a reader in llama.cpp's pull request 27188.
  #expect(bytes.count == 43)
  let error = checkpointError { _ = try openGGUF(bytes) }
  #expect(error?.isTruncated == true)
}

@Test func aShortFileThatDeclaresGigabytesIsRefusedAtOnce() {
  for type: UInt32 in 0...12 {
    let error = refusal {
      $0.add("a", .raw(type: 9, bytes: littleEndian(type) + littleEndian(UInt64(1) << 33)))
    }
    #expect(error?.isTruncated == true)
  }
}

@Test func nestedArraysAreReadAndBounded() throws {
  func nested(_ depth: Int) -> GGUFBuilder.Value {
    depth == 1 ? .int32s([7]) : .array([nested(depth - 1)], type: 9)
  }
  for depth in 1...8 {
    let metadata = try openGGUF(file { $0.add("a", nested(depth)) }).metadata
    guard case .array(let array) = metadata["a"] else {
      Issue.record("no array")
      return
    }
    #expect(array.count == 1)
    var count = 0
    try array.forEach { (_, value) throws(CheckpointError) in
      count += 1
      #expect(value.type == (depth == 1 ? .int32 : .array))
    }
    #expect(count == 1)
  }
  let error = refusal { $0.add("a", nested(9)) }
  #expect(error?.isUnsupported == true && message(error, names: "'a'", "nested"))
  // A million levels, in 12 bytes each.
  let level = littleEndian(UInt32(9)) + littleEndian(UInt64(1))
  let deep = (0..<1_000_000).flatMap { _ in level }
  #expect(refusal { $0.add("a", .raw(type: 9, bytes: deep)) }?.isUnsupported == true)
}

@Test func unknownValueTypesAreRefused() {
  for type: UInt32 in [13, 14, 255, 1 << 31, .max] {
    #expect(message(refusal { $0.add("k", .raw(type: type, bytes: [0])) }, names: "'k'", "\(type)"))
    let bytes = littleEndian(type) + littleEndian(UInt64(0))
    #expect(message(refusal { $0.add("k", .raw(type: 9, bytes: bytes)) }, names: "'k'", "\(type)"))
  }
}

@Test func booleansAreZeroOrOne() {
  let error = refusal { $0.add("b", .raw(type: 7, bytes: [2])) }
  #expect(error?.isInvalid == true && message(error, names: "'b'", "boolean"))
  let array = GGUFBuilder.Value.array([.raw(type: 7, bytes: [2])], type: 7)
  #expect(message(refusal { $0.add("b", array) }, names: "element 0", "'b'"))
}

@Test func tensorTypesThatAreNotReadAreNamed() throws {
  let names: [(UInt32, String)] = [
    (4, "Q4_2"), (9, "Q8_1"), (15, "Q8_K"), (16, "IQ2_XXS"), (17, "IQ2_XS"), (18, "IQ3_XXS"),
    (19, "IQ1_S"), (21, "IQ3_S"), (22, "IQ2_S"), (23, "IQ4_XS"), (24, "I8"), (27, "I64"),
    (28, "F64"), (29, "IQ1_M"), (34, "TQ1_0"), (35, "TQ2_0"), (39, "MXFP4"), (.max, "-1"),
    (4096, "4096"),
  ]
  for (number, name) in names {
    let error = refusal { $0.addTensor("odd", extents: [256], type: number, data: []) }
    #expect(error?.isUnsupported == true && message(error, names: "'odd'", name))
  }
}

@Test func atMostFourDimensionsAreRead() {
  for rank: UInt32 in [5, 8, 9, 1 << 31, .max] {
    let error = refusal { $0.addTensor("t", extents: [1, 1, 1, 1], data: [], rank: rank) }
    #expect(error?.isInvalid == true && message(error, names: "'t'", "\(rank) dimensions"))
  }
}

@Test func shapesThatOverflowAreRefused() {
  let shapes: [[UInt64]] = [
    [.max, 2], [1 << 32, 1 << 32], [1 << 62, 4], [1 << 61, 1], [1 << 63], [.max],
    [1 << 16, 1 << 16, 1 << 16, 1 << 16], [0, .max], [0, 1 << 62, 1 << 62],
  ]
  for extents in shapes {
    let error = refusal { $0.addTensor("t", extents: extents, data: [0, 0, 0, 0]) }
    #expect(error?.isInvalid == true && message(error, names: "'t'", "overflow"), "\(extents)")
  }
}

@Test func dataBeyondTheEndIsRefused() {
  let large = refusal { $0.addTensor("t", extents: [1 << 20, 1 << 20], data: [0, 0, 0, 0]) }
  #expect(large?.isTruncated == true && message(large, names: "'t'"))
  for offset: UInt64 in [1 << 12, 1 << 32, 1 << 62, 1 << 63, .max - 31] {
    let error = refusal { $0.addTensor("t", extents: [1], floats: [1], offset: offset) }
    #expect(error?.isTruncated == true && message(error, names: "'t'"))
  }
}

@Test func offsetsMustBeAligned() {
  for offset: UInt64 in [1, 4, 31, 33, .max] {
    let error = refusal { $0.addTensor("t", extents: [1], floats: [1], offset: offset) }
    #expect(error?.isInvalid == true && message(error, names: "'t'", "alignment"))
  }
}

@Test func tensorsMayStandInAnyOrderAndMayNotOverlap() throws {
  let good = file { builder in
    builder.addTensor("second", extents: [8], floats: Array(repeating: 2, count: 8), offset: 288)
    builder.addTensor("third", extents: [8], floats: Array(repeating: 3, count: 8), offset: 256)
  }
  #expect(floats(try openGGUF(good).tensor(named: "third")) == Array(repeating: 2, count: 8))
  let error = refusal { $0.addTensor("second", extents: [8], floats: [1], offset: 128) }
  #expect(error?.isInvalid == true && message(error, names: "'second'", "overlaps", "'first'"))
}

@Test func rowsMustBeWholeBlocks() throws {
  for (type, number, block): (ElementType, UInt32, Int) in [
    (.q4_0, 2, 32), (.q8_0, 8, 32), (.iq4_NL, 20, 32), (.q2_K, 10, 256), (.q6_K, 14, 256),
  ] {
    let bytes = [UInt8](repeating: 0, count: 64 * type.blockBytes)
    for row in [1, block - 1, block + 1, block / 2] {
      let error = refusal {
        $0.addTensor("t", extents: [UInt64(row), 32], type: number, data: bytes)
      }
      #expect(error?.isInvalid == true && message(error, names: "'t'", "blocks", type.rawValue))
    }
    let good = file {
      $0.addTensor("t", extents: [UInt64(2 * block), 32], type: number, data: bytes)
    }
    #expect(try openGGUF(good).requiredTensor(named: "t").byteCount == bytes.count)
  }
}

@Test func duplicatesAreRefused() {
  let key = refusal { $0.add("general.architecture", .uint32(1)) }
  #expect(key?.isInvalid == true && message(key, names: "'general.architecture'", "twice"))
  let name = refusal { $0.addTensor("first", extents: [1], floats: [1]) }
  #expect(name?.isInvalid == true && message(name, names: "'first'", "twice"))
}

@Test func keysAndNamesAreTextOfModestLength() {
  let key = refusal { $0.add("", .uint32(1)) }
  #expect(message(key, names: "is empty"))
  let long = String(repeating: "k", count: 65536)
  #expect(message(refusal { $0.add(long, .uint32(1)) }, names: "65536"))
  #expect(message(refusal { $0.addTensor(long, extents: [1], floats: [1]) }, names: "65536"))
  // The key of the first pair, 'general.architecture', begins at byte 32.
  var bytes = file { _ in }
  bytes[32] = 0xFF
  #expect(message(checkpointError { _ = try openGGUF(bytes) }, names: "UTF-8", "at byte 32"))
}

@Test func namesInMessagesCannotDriveATerminal() {
  let error = refusal { $0.add("\u{1B}[2J\n\u{202E}", .raw(type: 99, bytes: [])) }
  #expect(message(error, names: "\\u{1B}", "\\u{202E}"))
  #expect(error?.description.unicodeScalars.contains("\u{1B}") == false)
}

@Test func theAlignmentIsAPowerOfTwoOfModestSize() throws {
  for value: UInt32 in [0, 1, 3, 4, 12, 33, 48, 1 << 30, 1 << 31, .max] {
    let error = refusal { $0.add("general.alignment", .uint32(value)) }
    #expect(error?.isInvalid == true && message(error, names: "general.alignment"), "\(value)")
  }
  #expect(message(refusal { $0.add("general.alignment", .uint64(.max)) }, names: "too large"))
  #expect(message(refusal { $0.add("general.alignment", .string("32")) }, names: "an integer"))
  for value in [8, 16, 64, 4096] {
    let bytes = file {
      $0.alignment = value
      $0.add("general.alignment", .uint32(UInt32(value)))
    }
    let tensor = try openGGUF(bytes).requiredTensor(named: "first")
    #expect(floats(tensor) == Array(repeating: 1, count: 64))
  }
}

@Test func aFileWithoutTensorsNeedsNoData() throws {
  var builder = GGUFBuilder()
  builder.add("a", .string("b"))
  let file = try openGGUF(builder.build())
  #expect(file.tensorNames.isEmpty)
  builder.addTensor("empty", extents: [0, 3], data: [])
  builder.addTensor("scalar", extents: [], floats: [5])
  let withEmpty = try openGGUF(builder.build())
  #expect(try withEmpty.requiredTensor(named: "empty").byteCount == 0)
  #expect(try withEmpty.requiredTensor(named: "empty").shape == [3, 0])
  #expect(floats(withEmpty.tensor(named: "scalar")) == [5])
}
