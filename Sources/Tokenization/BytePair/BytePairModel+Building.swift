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
    func spelling(_ range: Range<Int>) -> String {
      String(decoding: buffer[range], as: UTF8.self)
    }
    for rank in 0..<count {
      buffer.removeAll(keepingCapacity: true)
      guard let length = pair(rank, &buffer) else {
        throw .invalid(
          file: file, field: "\(field)[\(rank)]", reason: "a merge that is not two tokens")
      }
      let ranges = [0..<length, length..<buffer.count, 0..<buffer.count]
      var ids: [TokenID] = []
      for range in ranges {
        guard let id = tokens.find(buffer, in: range) else {
          throw .invalid(
            file: file, field: "\(field)[\(rank)]",
            reason: "\"\(spelling(range))\" is no token of the vocabulary")
        }
        ids.append(id)
      }
      table.insert(ids[0], ids[1], rank: rank, token: ids[2])
    }
    return table
  }

  /// Splits `left right` at its space; a token may begin with a space and hold none else.
  static func split(_ merge: String, into buffer: inout [UInt8]) -> Int? {
    buffer.append(contentsOf: merge.utf8)
    guard let space = buffer.dropFirst().firstIndex(of: UInt8(ascii: " ")),
      space + 1 < buffer.count
    else { return nil }
    buffer.remove(at: space)
    return space
  }
}
