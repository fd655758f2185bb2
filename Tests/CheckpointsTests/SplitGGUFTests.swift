import Checkpoints
import Foundation
import TestSupport
import Testing

/// The parts of one model, as llama.cpp's `gguf-split` writes them.
private func parts(
  _ count: Int, numbered: (Int) -> Int = { $0 }, of total: Int? = nil,
  tensorCount: Int? = nil, named: (Int) -> String = { "t\($0)" }
) -> [[UInt8]] {
  (0..<count).map { index in
    var builder = GGUFBuilder()
    if index == 0 {
      builder.add("general.architecture", .string("llama"))
      builder.add("split.tensors.count", .int32(Int32(tensorCount ?? count)))
    }
    builder.add("split.no", .raw(type: 2, bytes: littleEndian(UInt16(numbered(index)))))
    builder.add("split.count", .raw(type: 2, bytes: littleEndian(UInt16(total ?? count))))
    builder.addTensor(named(index), extents: [2], floats: [Float(index), 0.5])
    return builder.build()
  }
}

private func name(_ index: Int, of count: Int, stem: String = "m") -> String {
  String(format: "%@-%05d-of-%05d.gguf", stem, index + 1, count)
}

@Suite struct SplitGGUFTests {
  /// Writes the parts but those of `missing`, opens the one of that index, and gives the file or the error's text.
  private func open(
    _ parts: [[UInt8]], from index: Int = 0, missing: Set<Int> = [], count: Int? = nil
  ) throws -> (file: GGUFFile?, error: String) {
    let directory = try TemporaryDirectory()
    for (number, bytes) in parts.enumerated() where !missing.contains(number) {
      try directory.write(bytes, to: name(number, of: count ?? parts.count))
    }
    let path = directory.file(name(index, of: count ?? parts.count))
    do throws(CheckpointError) {
      let file = try GGUFFile(path: path)
      #expect(sumOfAllBytes(file) > 0)
      return (file, "")
    } catch {
      return (nil, error.description)
    }
  }

  @Test(arguments: [2, 3, 12]) func anyPartOpensTheWholeModel(count: Int) throws {
    for index in 0..<count {
      let file = try #require(try open(parts(count), from: index).file)
      #expect(file.tensorNames == (0..<count).map { "t\($0)" })
      #expect(try file.metadata.string("general.architecture") == "llama")
      #expect(file.partPaths.count == count)
      for tensor in 0..<count {
        #expect(floats(file.tensor(named: "t\(tensor)")) == [Float(tensor), 0.5])
      }
    }
  }

  @Test func everyMissingPartIsNamed() throws {
    let two = try open(parts(2), missing: [1]).error
    #expect(two.contains("is missing: m-00002-of-00002.gguf"), "\(two)")
    let four = try open(parts(4), from: 2, missing: [0, 3]).error
    #expect(
      four.contains("are missing: m-00001-of-00004.gguf, m-00004-of-00004.gguf"), "\(four)")
    // A declared number of parts is no reason to list thousands.
    let many = try open(parts(1, of: 40_000), count: 40_000).error
    #expect(many.contains("and 39991 more") && many.utf8.count < 1000, "\(many)")
  }

  @Test func aPartThatIsNotWhatItsNameSaysIsNamed() throws {
    let swapped = try open(parts(2, numbered: { 1 - $0 })).error
    #expect(swapped.contains("split.no") || swapped.contains("must end in"), "\(swapped)")
    let twice = try open(parts(2, numbered: { _ in 0 })).error
    #expect(twice.contains("m-00002-of-00002.gguf: metadata key 'split.no'"), "\(twice)")
    var bytes = parts(3)
    bytes[2] = parts(4)[2]
    let other = try open(bytes).error
    #expect(other.contains("says part 3 of 4"), "\(other)")
    var plain = GGUFBuilder()
    plain.addTensor("t1", extents: [1], floats: [1])
    let whole = try open([parts(2)[0], plain.build()]).error
    #expect(whole.contains("m-00002-of-00002.gguf: metadata key 'split.no': is missing"))
  }

  @Test func aNameThatTellsNoPartIsRefused() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(parts(2)[0], to: "model.gguf")
    let error = checkpointError { _ = try GGUFFile(path: path) }
    #expect(error?.description.contains("part 1 of 2") == true)
    #expect(error?.description.contains("'-00001-of-00002.gguf'") == true)
    // One part of one is a whole model, whatever its name.
    let one = try directory.write(parts(1)[0], to: "one.gguf")
    #expect(try GGUFFile(path: one).tensorNames == ["t0"])
  }

  @Test func tensorsInTwoPartsAndWrongCountsAreNamed() throws {
    let double = try open(parts(2, named: { _ in "t" })).error
    #expect(double.contains("tensor 't': is in") && double.contains("m-00001-of-00002.gguf too"))
    let few = try open(parts(2, tensorCount: 5)).error
    #expect(few.contains("split.tensors.count") && few.contains("5 tensors"), "\(few)")
  }

  @Test(arguments: [0, 7, 65535]) func countsThatCannotBeAreRefused(number: Int) throws {
    let error = try open(parts(2, numbered: { _ in number }, of: 2)).error
    #expect(error.contains("split.no"), "\(error)")
  }

  @Test func damagedPartsNeverCrash() throws {
    let directory = try TemporaryDirectory()
    let good = parts(2)
    var mutator = Mutator(seed: 77)
    var accepted = 0
    for round in 0..<400 {
      let damaged = round % 2
      for index in 0..<2 {
        try directory.write(
          index == damaged ? mutator.mutate(good[index]) : good[index], to: name(index, of: 2))
      }
      if let file = try? GGUFFile(path: directory.file(name(round / 2 % 2, of: 2))) {
        _ = sumOfAllBytes(file)
        accepted += 1
      }
    }
    #expect(accepted < 400)
  }
}
