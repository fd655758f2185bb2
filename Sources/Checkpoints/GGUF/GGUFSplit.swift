internal import Files

/// The parts of a model that was split over several GGUF files, as llama.cpp's `gguf-split` does it.
///
/// Part 1 of N is called `NAME-00001-of-0000N.gguf` and holds the model's metadata; each part says with `split.no`
/// (from 0) and `split.count` which one it is, and `split.tensors.count` is the number of tensors in all of them. The
/// parts are looked for beside the one that was given, which may be any of them.
struct GGUFSplit {
  private static let numberKey = "split.no"
  private static let countKey = "split.count"
  private static let tensorCountKey = "split.tensors.count"
  /// The format's own limit: the numbers have 16 bits.
  private static let maximumCount = 65535

  /// The path of the parts, up to the first number.
  private let stem: String
  private let count: Int

  /// The parts that belong to `given`, in order; that one alone where it isn't split.
  ///
  /// - Throws: ``CheckpointError`` that names every part that is missing, or the one that is not what its name says.
  static func parts(of given: GGUFPart) throws(CheckpointError) -> [GGUFPart] {
    guard let split = try GGUFSplit(given) else { return [given] }
    let missing = (0..<split.count).filter { index in
      split.path(index) != given.file.path && !FileKind.isTaken(split.path(index))
    }
    guard missing.isEmpty else { throw split.areMissing(missing, beside: given) }
    var parts: [GGUFPart] = []
    for index in 0..<split.count {
      let path = split.path(index)
      let part =
        path == given.file.path ? given : try GGUFPart(file: try MappedFile(path: path))
      try split.check(part, isAt: index)
      parts.append(part)
    }
    try checkTensorCount(parts)
    return parts
  }

  /// `nil` for a model in one file.
  private init?(_ given: GGUFPart) throws(CheckpointError) {
    guard given.metadata[Self.countKey] != nil else { return nil }
    let count = try given.metadata.integer(Self.countKey)
    // Files of one part are written where a model is smaller than a part may be.
    guard count > 1 else { return nil }
    let number = try given.metadata.integerIfPresent(Self.numberKey) ?? 0
    let path = given.file.path
    guard count <= Self.maximumCount, (0..<count).contains(number) else {
      throw .invalid(
        file: path, field: "metadata key '\(Self.numberKey)'", offset: nil,
        reason: "part \(number), counted from 0, of \(count) can't be")
    }
    let end = Self.ending(number, of: count)
    guard path.hasSuffix(end) else {
      throw .invalid(
        file: path, field: "the file's name", offset: nil,
        reason: "this is part \(number + 1) of \(count) of a model; "
          + "the others are found by its name, which must end in '\(end)'")
    }
    self.count = count
    stem = String(path.dropLast(end.count))
  }

  private static func ending(_ index: Int, of count: Int) -> String {
    "-\(fiveDigits(index + 1))-of-\(fiveDigits(count)).gguf"
  }

  private static func fiveDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  private func path(_ index: Int) -> String { stem + Self.ending(index, of: count) }

  private func areMissing(_ missing: [Int], beside given: GGUFPart) -> CheckpointError {
    let shown = missing.prefix(8).map { index in
      path(index).split(separator: "/").last.map(String.init) ?? path(index)
    }
    let rest = missing.count - shown.count
    return .cannotOpen(
      file: given.file.path,
      reason: "it is one of the \(count) parts of a model, and beside it "
        + "\(missing.count == 1 ? "is" : "are") missing: \(shown.joined(separator: ", "))"
        + (rest > 0 ? " and \(rest) more" : ""))
  }

  private func check(_ part: GGUFPart, isAt index: Int) throws(CheckpointError) {
    let metadata = part.metadata
    let number = try metadata.integer(Self.numberKey)
    let count = try metadata.integer(Self.countKey)
    guard number == index, count == self.count else {
      throw .invalid(
        file: part.file.path, field: "metadata key '\(Self.numberKey)'", offset: nil,
        reason: "says part \(number + 1) of \(count), where its name says part \(index + 1) "
          + "of \(self.count)")
    }
  }

  private static func checkTensorCount(_ parts: [GGUFPart]) throws(CheckpointError) {
    let found = parts.reduce(0) { $0 + $1.tensors.count }
    guard let first = parts.first,
      let wanted = try first.metadata.integerIfPresent(tensorCountKey), wanted != found
    else { return }
    throw .invalid(
      file: first.file.path, field: "metadata key '\(tensorCountKey)'", offset: nil,
      reason: "says \(wanted) tensors, and the \(parts.count) parts hold \(found)")
  }
}
