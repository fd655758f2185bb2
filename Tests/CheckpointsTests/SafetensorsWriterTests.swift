import Checkpoints
import Files
import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

private func bytes(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// A tensor of the given bytes, written in pieces of `piece`.
private func tensor(
  _ name: String, _ type: ElementType, _ shape: [Int], _ bytes: [UInt8], piece: Int = 3
) -> SafetensorsTensor {
  SafetensorsTensor(name: name, elementType: type, shape: shape) {
    (sink) throws(CheckpointError) in
    for start in stride(from: 0, to: bytes.count, by: piece) {
      let part = Array(bytes[start..<min(start + piece, bytes.count)])
      try part.withUnsafeBufferPointer { (buffer) throws(CheckpointError) in
        try sink.write(UnsafeRawBufferPointer(buffer))
      }
    }
  }
}

@Test func whatTheReferenceWroteIsWrittenAgainByteForByte() throws {
  let source = try SafetensorsFile(path: "\(fixtures)/canonical.safetensors")
  let directory = try TemporaryDirectory()
  let path = directory.file("test.safetensors")
  for names in [source.tensorNames, source.tensorNames.reversed()] {
    let tensors = try names.map { SafetensorsTensor(copying: try source.requiredTensor(named: $0)) }
    try SafetensorsWriter.write(tensors, metadata: source.metadata, to: path)
    #expect(try bytes(path) == fixtureBytes("canonical.safetensors"))
  }
}

@Test func whatIsWrittenReadsBack() throws {
  let directory = try TemporaryDirectory()
  var random = SplitMix64(seed: 1)
  let types: [ElementType] = [.float32, .float16, .bfloat16]
  for round in 0..<200 {
    var expected: [String: (ElementType, [Int], [UInt8])] = [:]
    for index in 0..<random.below(8) {
      let type = types[random.below(3)]
      let shape = (0..<random.below(4)).map { _ in random.below(5) }
      let count = shape.reduce(1, *) * type.blockBytes
      let name = ["é", "\"", "\\", "\u{1}", "a.b", "🙂"][random.below(6)] + "\(index)"
      expected[name] = (type, shape, (0..<count).map { _ in UInt8(random.below(256)) })
    }
    let metadata = round.isMultiple(of: 2) ? [:] : ["k\n": "v\"\\\u{7F}", "l": ""]
    let path = directory.file("test.safetensors")
    let tensors = expected.map { tensor($0.key, $0.value.0, $0.value.1, $0.value.2) }
    try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata == metadata)
    #expect(Set(file.tensorNames) == Set(expected.keys))
    for (name, (type, shape, data)) in expected {
      let view = try file.requiredTensor(named: name)
      #expect(view.elementType == type && view.shape == shape)
      #expect(view.withUnsafeBytes(Array.init) == data)
      #expect(view.offset.isMultiple(of: type.alignment))
    }
  }
}

@Test func tensorsLargerThanTheBufferReadBack() throws {
  let directory = try TemporaryDirectory()
  let path = directory.file("test.safetensors")
  let values = (0..<700_001).map { Float($0) }
  let raw = values.flatMap { littleEndian($0.bitPattern) }
  let tensors = [
    SafetensorsTensor(name: "whole", shape: [values.count], floats: values),
    tensor("pieces", .float32, [values.count], raw, piece: 300_007),
  ]
  try SafetensorsWriter.write(tensors, to: path)
  let file = try SafetensorsFile(path: path)
  #expect(floats(file.tensor(named: "whole")) == values)
  #expect(floats(file.tensor(named: "pieces")) == values)
}

@Test func whatCannotBeWrittenIsRefusedAndLeavesNothing() throws {
  let directory = try TemporaryDirectory()
  let path = try directory.write(Array("before".utf8), to: "test.safetensors")
  let good = SafetensorsTensor(name: "a", shape: [1], floats: [1])
  let bad: [(SafetensorsTensor, String)] = [
    (SafetensorsTensor(name: "a", shape: [1], floats: [1]), "twice"),
    (SafetensorsTensor(name: "__metadata__", shape: [1], floats: [1]), "reserved"),
    (SafetensorsTensor(name: "b", shape: [2], floats: [1]), "4 bytes"),
    (SafetensorsTensor(name: "b", shape: [1], floats: [1, 2]), "8 bytes"),
    (SafetensorsTensor(name: "b", shape: [.max, 2], floats: []), "overflow"),
    (SafetensorsTensor(name: "b", shape: [-1], floats: []), "overflow"),
    (tensor("b", .q8_0, [32], [UInt8](repeating: 0, count: 34)), "Q8_0"),
    (
      SafetensorsTensor(name: "b", elementType: .float16, shape: [1]) {
        (_) throws(CheckpointError) in
        throw .invalid(file: "test.other", field: "x", offset: nil, reason: "closure")
      }, "closure"
    ),
  ]
  for (tensor, word) in bad {
    let error = checkpointError { try SafetensorsWriter.write([good, tensor], to: path) }
    #expect(message(error, names: word), "\(word)")
    #expect(try bytes(path) == Array("before".utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 1)
  }
}

@Test func aPlaceThatCannotBeWrittenIsNamed() throws {
  let directory = try TemporaryDirectory()
  let good = SafetensorsTensor(name: "a", shape: [1], floats: [1])
  try FileManager.default.createDirectory(
    atPath: directory.file("test.folder"), withIntermediateDirectories: false)
  for path in [directory.file("test.none/a"), directory.file("test.folder")] {
    let error = checkpointError { try SafetensorsWriter.write([good], to: path) }
    guard case .cannotWrite(let file, _) = error else {
      Issue.record("\(String(describing: error))")
      continue
    }
    #expect(file == path)
  }
  #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["test.folder"])
}

#if os(Linux)
  @Test func aFullDiskIsAnError() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    try #require(descriptor >= 0)
    let directory = try TemporaryDirectory()
    let error = #expect(throws: FileError.self) {
      var output = OutputFile(
        path: directory.file("test.out"), temporaryPath: directory.file("test.partial"),
        descriptor: descriptor)
      try output.write([UInt8](repeating: 1, count: 3 << 20))
      try output.commit()
    }
    let sentence = try #require(error).description
    #expect(sentence.contains("can't be written") && sentence.contains("space"))
  }
#endif
