import Checkpoints
import Foundation
import TestSupport
import Testing

@Test func aGGUFHoldsEveryElementTypeWithItsFloatTruthBeside() throws {
  let quantized = try GGUFFile(path: "\(fixtures)/quantized.gguf")
  let truth = try SafetensorsFile(path: "\(fixtures)/quantized.safetensors")
  #expect(Set(quantized.tensors.map(\.elementType)) == Set(ElementType.allCases))
  #expect(Set(truth.tensorNames) == Set(quantized.tensorNames))
  for tensor in quantized.tensors {
    #expect(tensor.shape == [2, 512])
    #expect(tensor.name == tensor.elementType.rawValue)
    #expect(
      tensor.byteCount == 1024 / tensor.elementType.blockElements * tensor.elementType.blockBytes)
    #expect(tensor.offset.isMultiple(of: quantized.alignment))
  }
  #expect(floats(quantized.tensor(named: "F32")) == floats(truth.tensor(named: "F32")))
}

@Test func halfPrecisionBitsAreThoseOfTheTruth() throws {
  let file = try GGUFFile(path: "\(fixtures)/quantized.gguf")
  let truth = floats(
    try SafetensorsFile(path: "\(fixtures)/quantized.safetensors").tensor(named: "BF16"))
  let values = try file.requiredTensor(named: "BF16").withUnsafeBytes { bytes in
    (0..<bytes.count / 2).map {
      let bits = bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)
      return Float(bitPattern: UInt32(bits) << 16)
    }
  }
  #expect(values == truth)
}

@Test func metadataOfEveryTypeReadsAsGGUFPyWroteIt() throws {
  let file = try GGUFFile(path: "\(fixtures)/metadata.gguf")
  let metadata = file.metadata
  #expect(file.version == 3)
  #expect(file.alignment == 64)
  #expect(try metadata.integer("an.uint8") == 200)
  #expect(try metadata.integer("an.int8") == -100)
  #expect(try metadata.integer("an.uint16") == 60000)
  #expect(try metadata.integer("an.int16") == -30000)
  #expect(try metadata.integer("an.uint32") == 4_000_000_000)
  #expect(try metadata.integer("an.int32") == -2_000_000_000)
  #expect(try metadata.integer("an.int64") == .min)
  #expect(try metadata.float("a.float32") == 0.1)
  #expect(try metadata.float("a.float64") == 0.1)
  #expect(try metadata.bool("a.bool"))
  #expect(try metadata.string("a.string") == "grüße 🙂")
  #expect(try metadata.integers("integers") == [1, -2, 3])
  #expect(try metadata.floats("floats") == [0.5, -1.25])
  guard case .uint64(.max) = metadata["an.uint64"] else {
    Issue.record("2^64 - 1 is lost")
    return
  }
  guard case .float64(0.1) = metadata["a.float64"] else {
    Issue.record("a double is rounded")
    return
  }
  #expect(metadata.keys == metadata.map(\.key))
  #expect(metadata.keys.first == "general.architecture")
}

@Test func arraysOfStringsReadAsGGUFPyWroteThem() throws {
  struct Record: Decodable { let tokens: [String] }
  let record = try JSONDecoder().decode(
    Record.self, from: Data(try fixtureBytes("checkpoints.json")))
  let metadata = try GGUFFile(path: "\(fixtures)/metadata.gguf").metadata
  // Bytes, since Swift's strings are equal where they differ in normalisation alone.
  #expect(
    try metadata.strings("tokens").map { Array($0.utf8) } == record.tokens.map { Array($0.utf8) })
  var bytes: [[UInt8]] = []
  try metadata.forEachStringBytes("raw") { (index, buffer) throws(CheckpointError) in
    #expect(index == bytes.count)
    bytes.append(Array(buffer))
  }
  #expect(bytes == [[0xFF, 0xFE], [], Array("ok".utf8)])
  let error = checkpointError { _ = try metadata.strings("raw") }
  #expect(error?.description.contains("element 0 is not valid UTF-8") == true)
  var texts: [[UInt8]] = []
  try metadata.forEachTextBytes("tokens") { (_, buffer) throws(CheckpointError) in
    texts.append(Array(buffer))
  }
  #expect(texts == record.tokens.map { Array($0.utf8) })
  #expect(checkpointError { try metadata.forEachTextBytes("raw") { _, _ in } } == error)
}

/// Valid UTF-8 and not, beside the standard library's verdict.
@Test func textIsWhatTheStandardLibraryTakesForIt() throws {
  let samples: [[UInt8]] = [
    [], [0x61], [0xC3, 0xA9], [0xC3], [0xA9], [0xC0, 0x80], [0xE2, 0x82, 0xAC], [0xE2, 0x82],
    [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x99, 0x82], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBF, 0xBD],
    [0xFF, 0xFD, 0xBF], [0x61, 0x00, 0x62],
  ]
  for first in samples {
    for second in samples {
      let bytes = first + second
      var builder = GGUFBuilder()
      builder.add("text", .string("x"))
      var file = builder.build()
      // The builder takes text alone: the value is the file's last byte, and its length stands before it.
      let length = try #require(
        file.firstRange(of: littleEndian(UInt64(1)) + [UInt8(ascii: "x")]))
      file.replaceSubrange(length, with: littleEndian(UInt64(bytes.count)) + bytes)
      let expected = String(validating: bytes, as: UTF8.self)
      let metadata = try openGGUF(file).metadata
      let text = try? metadata.string("text")
      #expect(text.map { Array($0.utf8) } == expected.map { Array($0.utf8) }, "\(bytes)")
    }
  }
}

@Test func bytesCopiedOutOfAFileAreThoseOfItsMapping() throws {
  let file = try GGUFFile(path: "\(fixtures)/quantized.gguf")
  for tensor in file.tensors {
    let bytes = tensor.withUnsafeBytes { Array($0) }
    for (start, count) in [(0, bytes.count), (bytes.count / 3, bytes.count / 2), (7, 0)] {
      var copy = [UInt8](repeating: 0, count: count)
      #expect(copy.withUnsafeMutableBytes { tensor.read(from: start, into: $0) })
      #expect(copy == Array(bytes[start..<start + count]))
    }
    file.releaseMemory()
    #expect(tensor.withUnsafeBytes { $0.elementsEqual(bytes) })
  }
  // What is in memory is to be read there.
  let inMemory = try openGGUF(fixtureBytes("quantized.gguf"))
  var copy = [UInt8](repeating: 0, count: 4)
  #expect(!copy.withUnsafeMutableBytes { inMemory.tensors[0].read(from: 0, into: $0) })
}

@Test func bytesThatAFileHasLostAreNotCopied() throws {
  let directory = try TemporaryDirectory()
  let path = try directory.write(try fixtureBytes("quantized.gguf"), to: "short.gguf")
  let file = try GGUFFile(path: path)
  let tensor = try #require(file.tensors.max { $0.offset < $1.offset })
  #expect(truncate(path, off_t(tensor.offset + 1)) == 0)
  var copy = [UInt8](repeating: 0, count: tensor.byteCount)
  #expect(!copy.withUnsafeMutableBytes { tensor.read(from: 0, into: $0) })
}

@Test func shapesStandOutermostFirst() throws {
  let file = try GGUFFile(path: "\(fixtures)/metadata.gguf")
  let shapes = [[5], [3, 5], [2, 3, 5], [2, 2, 3, 5]]
  for (rank, shape) in zip(1..., shapes) {
    let tensor = try file.requiredTensor(named: "rank\(rank)")
    #expect(tensor.shape == shape)
    let count = shape.reduce(1, *)
    #expect(floats(tensor) == (0..<count).map { Float(1000 * rank + $0) })
  }
}

@Test func version2ReadsAsVersion3() throws {
  for version: UInt32 in [2, 3] {
    var builder = GGUFBuilder()
    builder.version = version
    builder.add("a", .uint32(7))
    builder.addTensor("t", extents: [2, 1], floats: [1, 2])
    let file = try openGGUF(builder.build())
    #expect(file.version == Int(version))
    #expect(try file.metadata.integer("a") == 7)
    #expect(floats(file.tensor(named: "t")) == [1, 2])
  }
}

@Test func aTensorsViewKeepsTheMappingAlive() throws {
  var view: TensorView?
  do {
    var builder = GGUFBuilder()
    builder.addTensor("t", extents: [2], floats: [1, 2])
    view = try openGGUF(builder.build()).tensor(named: "t")
  }
  #expect(floats(view) == [1, 2])
}

@Test func accessorsNameFileKeyAndOffset() throws {
  var builder = GGUFBuilder()
  builder.add("text", .string("x"))
  builder.add("number", .uint32(1))
  builder.add("numbers", .int32s([1, 2]))
  builder.add("huge", .uint64(.max))
  builder.add("bytes", .raw(type: 8, bytes: littleEndian(UInt64(1)) + [0xFF]))
  let metadata = try openGGUF(builder.build()).metadata
  // Magic, version and counts take 24 bytes; then a key of 8 + 4 bytes and a type of 4.
  #expect(
    message(
      checkpointError { _ = try metadata.integer("text") }, names: "'text'", "at byte 40",
      "an integer", "string"))
  #expect(message(checkpointError { _ = try metadata.string("number") }, names: "'number'"))
  #expect(message(checkpointError { _ = try metadata.bool("number") }, names: "a boolean"))
  #expect(message(checkpointError { _ = try metadata.float("text") }, names: "a number"))
  #expect(
    message(
      checkpointError { _ = try metadata.strings("numbers") }, names: "'numbers'", "array of int32")
  )
  #expect(message(checkpointError { _ = try metadata.floats("numbers") }, names: "'numbers'"))
  #expect(message(checkpointError { _ = try metadata.integers("number") }, names: "'number'"))
  #expect(message(checkpointError { _ = try metadata.integer("huge") }, names: "too large"))
  #expect(message(checkpointError { _ = try metadata.string("bytes") }, names: "UTF-8"))
  #expect(
    message(checkpointError { _ = try metadata.string("none") }, names: "'none'", "is missing"))
  #expect(try metadata.stringIfPresent("none") == nil)
  #expect(try metadata.integerIfPresent("none") == nil)
  #expect(try metadata.floatIfPresent("none") == nil)
  #expect(try metadata.boolIfPresent("none") == nil)
  #expect(try metadata.stringsIfPresent("none") == nil)
  #expect(try metadata.integersIfPresent("none") == nil)
  #expect(try metadata.floatsIfPresent("none") == nil)
  #expect(
    message(checkpointError { _ = try metadata.stringIfPresent("number") }, names: "'number'"))
}

@Test func aMissingTensorIsNamed() throws {
  let file = try GGUFFile(path: "\(fixtures)/quantized.gguf")
  let error = checkpointError { _ = try file.requiredTensor(named: "nothing") }
  #expect(error?.description.contains("tensor 'nothing': is missing") == true)
}

@Test func weightsThatAreNaNAreReadAsTheyAre() throws {
  var builder = GGUFBuilder()
  builder.addTensor("t", extents: [2], floats: [.nan, .infinity])
  let values = floats(try openGGUF(builder.build()).tensor(named: "t"))
  #expect(values[0].isNaN && values[1] == .infinity)
}

@Test func whatIsNoRegularFileIsRefusedAtOnce() throws {
  let directory = try TemporaryDirectory()
  #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
  try directory.write([], to: "empty")
  for path in [
    directory.path, directory.file("pipe"), directory.file("empty"), directory.file("no"),
  ] {
    let error = checkpointError { _ = try GGUFFile(path: path) }
    #expect(error?.description.hasPrefix(path) == true)
  }
}
