import LanguageModeling

extension BytePairModel {
  /// The merge table of merges that are given as the two tokens' bytes.
  ///
  /// - Parameters:
  ///   - count: the number of merges.
  ///   - pair: appends merge `index` to a buffer, left then right, and returns the length of the left token.
  static func mergeTable(
    _ tokens: ByteStringTable, count: Int, file: String, field: String,
    pair: (_ index: Int, _ buffer: inout [UInt8]) -> Int?
  ) throws(TokenizationError) -> MergeTable {
    var table = MergeTable(capacity: count)
    var buffer: [UInt8] = []
    for rank in 0..<count {
      buffer.removeAll(keepingCapacity: true)
      guard let length = pair(rank, &buffer) else {
        throw .invalid(
          file: file, field: "\(field)[\(rank)]", reason: "a merge that is not two tokens")
      }
      func token(_ range: Range<Int>) throws(TokenizationError) -> TokenID {
        if let id = tokens.find(buffer, in: range) { return id }
        let spelling = String(decoding: buffer[range], as: UTF8.self)
        throw .invalid(
          file: file, field: "\(field)[\(rank)]",
          reason: "\"\(spelling)\" is no token of the vocabulary")
      }
      table.insert(
        try token(0..<length), try token(length..<buffer.count), rank: rank,
        token: try token(0..<buffer.count))
    }
    return table
  }

  /// Splits `left right` at its space; a token may begin with a space and hold none else.
  static func split(_ merge: some Sequence<UInt8>, into buffer: inout [UInt8]) -> Int? {
    buffer.append(contentsOf: merge)
    guard let space = buffer.dropFirst().firstIndex(of: UInt8(ascii: " ")),
      space + 1 < buffer.count
    else { return nil }
    buffer.remove(at: space)
    return space
  }
}
