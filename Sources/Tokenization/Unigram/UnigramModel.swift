import LanguageModeling

/// A unigram language model over pieces: a text becomes the most probable pieces (Kudo 2018, arXiv 1804.10959), as the
/// model `Unigram` of Hugging Face's tokenizers 0.21 computes it.
struct UnigramModel: Sendable {
  private let pieces: ByteTrie
  /// The log-probability of each piece.
  private let scores: [Double]
  /// What stands for text without pieces; adjoining ones are one.
  private let unknown: TokenID?
  /// The piece of each byte, for text without pieces; empty where there is no byte fallback.
  private let byteTokens: [TokenID]
  private let unknownScore: Double

  /// How much worse an unknown scalar is than the worst piece.
  private static let unknownPenalty = 10.0

  /// - Parameters:
  ///   - scores: of the first ids, which are the model's own; finite.
  ///   - byteTokens: the pieces `<0x00>` to `<0xFF>`, -1 where one is missing; empty for no byte fallback.
  init(tokens: ByteStringTable, scores: [Double], unknown: TokenID?, byteTokens: [TokenID]) {
    var pieces = ByteTrie(minimumByteCount: tokens.storage.count)
    for id in scores.indices where !tokens[id].isEmpty {
      pieces.insert(tokens[id], value: TokenID(id))
    }
    self.pieces = pieces
    self.scores = scores
    self.unknown = unknown
    self.byteTokens = byteTokens
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
  }

  /// The best way to each place, from left to right.
  private struct Step {
    var score = 0.0
    var start = -1
    var token: TokenID = -1
  }

  /// Appends the pieces of `text[word]`. The text is valid UTF-8.
  ///
  /// - Returns: false where a scalar has no piece and the vocabulary no unknown one.
  /// - Complexity: O(bytes × longest piece).
  func encode(_ word: Range<Int>, of text: [UInt8], into ids: inout [TokenID]) -> Bool {
    var steps = [Step](repeating: Step(), count: word.count + 1)
    var start = 0
    while start < word.count {
      let scalarEnd = start + UTF8Scalars.length(of: text[word.lowerBound + start])
      let score = steps[start].score
      var hasScalar = false
      var node = 0
      var end = start
      while end < word.count,
        let next = pieces.node(after: node, text[word.lowerBound + end])
      {
        node = next
        end += 1
        guard let token = pieces.value(at: node) else { continue }
        Self.offer(token, from: start, score + scores[Int(token)], &steps[end])
        if end == scalarEnd { hasScalar = true }
      }
      if !hasScalar {
        guard let unknown else { return false }
        Self.offer(unknown, from: start, score + unknownScore, &steps[scalarEnd])
      }
      start = scalarEnd
    }
    collect(steps, word, text, into: &ids)
    return true
  }

  private static func offer(_ token: TokenID, from start: Int, _ score: Double, _ step: inout Step)
  {
    if step.start < 0 || score > step.score {
      step = Step(score: score, start: start, token: token)
    }
  }

  private func collect(
    _ steps: [Step], _ word: Range<Int>, _ text: [UInt8], into ids: inout [TokenID]
  ) {
    let first = ids.count
    var end = word.count
    while end > 0 {
      var start = steps[end].start
      let token = steps[end].token
      if token == unknown {
        while start > 0, steps[start].token == unknown { start = steps[start].start }
        appendUnknown(start..<end, word, text, into: &ids)
      } else {
        ids.append(token)
      }
      end = start
    }
    ids[first...].reverse()
  }

  /// Appends, in reverse, what stands for a run without pieces.
  private func appendUnknown(
    _ run: Range<Int>, _ word: Range<Int>, _ text: [UInt8], into ids: inout [TokenID]
  ) {
    let bytes = text[word.lowerBound + run.lowerBound..<word.lowerBound + run.upperBound]
    // The run as a whole may be a piece: the unknown one, spelled out.
    if let piece = pieces.value(of: bytes) {
      ids.append(piece)
      return
    }
    if !byteTokens.isEmpty, bytes.allSatisfy({ byteTokens[Int($0)] >= 0 }) {
      for byte in bytes.reversed() { ids.append(byteTokens[Int(byte)]) }
    } else if let unknown {
      ids.append(unknown)
    }
  }
}
