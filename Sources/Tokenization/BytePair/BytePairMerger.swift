internal import HeapModule
package import LanguageModeling

/// Merges a word's tokens pair by pair: the lowest rank first, the leftmost among equals, until no pair is left that
/// merges (Sennrich et al. 2016, arXiv 1508.07909; the order is that of Hugging Face's tokenizers).
package struct BytePairMerger: Sendable {
  /// Words up to this length are scanned for the best pair each time; longer ones go through a queue, which takes
  /// O(n log n) for any text.
  private static let longestScanned = 24

  private let table: MergeTable

  package init(_ table: MergeTable) { self.table = table }

  /// Merges `tokens[start...]` in place.
  func merge(_ tokens: inout [TokenID], from start: Int) {
    if tokens.count - start <= Self.longestScanned {
      scan(&tokens, from: start)
    } else {
      queue(&tokens, from: start)
    }
  }

  /// Quadratic, fast where words are short: a pair is looked up once, and again where a merge has changed it.
  package func scan(_ tokens: inout [TokenID], from start: Int) {
    let count = tokens.count - start
    guard count > 1 else { return }
    let merged = tokens.withUnsafeMutableBufferPointer { tokens in
      withUnsafeTemporaryAllocation(of: MergeTable.Merge.self, capacity: count - 1) { merges in
        for index in 0..<(count - 1) {
          merges.initializeElement(
            at: index, to: table.merge(tokens[start + index], tokens[start + index + 1]))
        }
        return scan(tokens, from: start, merges)
      }
    }
    tokens.removeLast(merged)
  }

  /// Moves what is left of the tokens to the front, and says how many there are fewer.
  ///
  /// - Parameter merges: the merge of each token with the next.
  private func scan(
    _ tokens: UnsafeMutableBufferPointer<TokenID>, from start: Int,
    _ merges: UnsafeMutableBufferPointer<MergeTable.Merge>
  ) -> Int {
    var pairs = merges.count
    while pairs > 0 {
      var position = 0
      for index in 0..<pairs where merges[index] < merges[position] { position = index }
      let best = merges[position]
      guard best != .none else { break }
      let left = start + position
      tokens[left] = best.token
      pairs -= 1
      for index in position..<pairs { merges[index] = merges[index + 1] }
      for index in left + 1..<start + pairs + 1 { tokens[index] = tokens[index + 1] }
      if position > 0 { merges[position - 1] = table.merge(tokens[left - 1], tokens[left]) }
      if position < pairs { merges[position] = table.merge(tokens[left], tokens[left + 1]) }
    }
    return merges.count - pairs
  }

  private struct Candidate: Comparable {
    let merge: MergeTable.Merge
    let position: Int32
    let left: TokenID
    let right: TokenID

    static func < (first: Candidate, second: Candidate) -> Bool {
      first.merge == second.merge
        ? first.position < second.position : first.merge < second.merge
    }
  }

  /// O(n log n): a queue of candidate merges over a linked list of tokens.
  package func queue(_ tokens: inout [TokenID], from start: Int) {
    let count = tokens.count - start
    var symbols = Array(tokens[start...])
    var previous = (0..<count).map { Int32($0) - 1 }
    var next = (0..<count).map { $0 + 1 < count ? Int32($0) + 1 : -1 }

    func candidate(_ left: Int32, _ right: Int32) -> Candidate? {
      guard left >= 0, right >= 0,
        let merge = table.find(symbols[Int(left)], symbols[Int(right)])
      else { return nil }
      return Candidate(
        merge: merge, position: left, left: symbols[Int(left)], right: symbols[Int(right)])
    }

    var candidates = Heap((0..<Int32(count)).compactMap { candidate($0, next[Int($0)]) })
    while let best = candidates.popMin() {
      let left = Int(best.position)
      // Stale where one of the two has been merged since; -1 marks a token that is gone.
      guard symbols[left] == best.left, next[left] >= 0 else { continue }
      let right = Int(next[left])
      guard symbols[right] == best.right else { continue }
      symbols[left] = best.merge.token
      symbols[right] = -1
      next[left] = next[right]
      if next[left] >= 0 { previous[Int(next[left])] = best.position }
      if let merged = candidate(previous[left], best.position) { candidates.insert(merged) }
      if let merged = candidate(best.position, next[left]) { candidates.insert(merged) }
    }

    tokens.removeSubrange(start...)
    tokens.append(contentsOf: symbols.lazy.filter { $0 >= 0 })
  }
}
