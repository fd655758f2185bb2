import Checkpoints
import Foundation
import TestSupport
import Testing

/// Variants of well-formed files must be refused with an error or be readable to the last byte. `DECODE_FUZZ_COUNT`
/// sets the number of variants of each seed file.
private let variants =
  ProcessInfo.processInfo.environment["DECODE_FUZZ_COUNT"].flatMap { Int($0) } ?? 5000

/// What became of the variants of one file.
private struct Tally {
  var accepted = 0
  var refused = 0
  /// Keeps the reading of the bytes from being optimised away.
  var sum: UInt64 = 0

  /// Opens every variant. Any error but ``CheckpointError`` is a failure of the test.
  init(_ bytes: [UInt8], seed: UInt64, open: ([UInt8]) throws -> UInt64) throws {
    var mutator = Mutator(seed: seed)
    for _ in 0..<variants {
      let variant = mutator.mutate(bytes)
      do {
        sum &+= try open(variant)
        accepted += 1
      } catch let error as CheckpointError {
        // The message is part of what must hold on any input.
        sum &+= UInt64(error.description.utf8.count)
        refused += 1
      }
    }
    #expect(accepted + refused == variants)
    #expect(accepted > 0 && refused > 0)
  }
}

/// Builds every value, as far as it can be built.
private func readAll(_ metadata: GGUFMetadata) throws -> UInt64 {
  var sum: UInt64 = 0
  for (key, value) in metadata {
    sum &+= UInt64(key.utf8.count)
    switch value {
    case .string(let string): sum &+= UInt64(string.text?.utf8.count ?? string.byteCount)
    case .array(let array): sum &+= try readAll(array)
    default: sum &+= UInt64(bitPattern: Int64(value.integer ?? 0))
    }
  }
  return sum
}

private func readAll(_ array: GGUFArray) throws(CheckpointError) -> UInt64 {
  var sum: UInt64 = 0
  try array.forEach { (index, value) throws(CheckpointError) in
    switch value {
    case .string(let string): sum &+= UInt64(string.text?.utf8.count ?? string.byteCount)
    case .array(let inner): sum &+= try readAll(inner)
    default: sum &+= UInt64(index)
    }
  }
  return sum
}

@Test(arguments: ["metadata.gguf", "quantized.gguf"])
func mutatedGGUFsAreRefusedOrRead(name: String) throws {
  let tally = try Tally(try fixtureBytes(name), seed: 1) { bytes in
    let file = try openGGUF(bytes)
    return try readAll(file.metadata) &+ sumOfAllBytes(file)
  }
  print("\(name): \(tally.accepted) accepted, \(tally.refused) refused")
}

@Test func mutatedGGUFsWithNestedArraysAreRefusedOrRead() throws {
  var builder = GGUFBuilder()
  let inner = GGUFBuilder.Value.strings(["a", "bc"])
  builder.add("n", .array([.array([inner, inner], type: 9), .array([inner], type: 9)], type: 9))
  builder.add("b", .array([.bool(true), .bool(false)], type: 7))
  builder.addTensor("t", extents: [32, 2], type: 8, data: [UInt8](repeating: 3, count: 68))
  builder.addTensor("u", extents: [3], floats: [1, 2, 3])
  let tally = try Tally(builder.build(), seed: 2) { bytes in
    let file = try openGGUF(bytes)
    return try readAll(file.metadata) &+ sumOfAllBytes(file)
  }
  print("nested arrays: \(tally.accepted) accepted, \(tally.refused) refused")
}

@Test(arguments: ["plain.safetensors", "canonical.safetensors"])
func mutatedSafetensorsAreRefusedOrRead(name: String) throws {
  let tally = try Tally(try fixtureBytes(name), seed: 3) { bytes in
    sumOfAllBytes(try openSafetensors(bytes))
  }
  print("\(name): \(tally.accepted) accepted, \(tally.refused) refused")
}

@Test func mutatedIndexesAreRefusedOrRead() throws {
  let directory = "\(fixtures)/sharded"
  let name = SafetensorsCheckpoint.indexName
  let tally = try Tally(try fixtureBytes("sharded/\(name)"), seed: 4) { bytes in
    sumOfAllBytes(
      try SafetensorsCheckpoint(directory: directory, index: mapped(bytes, name)))
  }
  print("\(name): \(tally.accepted) accepted, \(tally.refused) refused")
}
