import LanguageModeling

/// The prompts of a batch as a tree of segments, so that what several begin with is read once.
///
/// The tree is a radix tree over the prompts of each adapter. A shared beginning becomes a segment of its own where
/// that saves work worth a step; equal prompts always share one.
struct PromptPlan {
  /// Who has a prompt read.
  struct Reader: Hashable {
    var request: Int
    /// Whether it is the request's negative prompt.
    var isNegative = false
  }

  /// A run of tokens, and the readers whose prompts end with it.
  struct Segment {
    var parent: Int?
    var adapter: AdapterMix
    var tokens: ArraySlice<TokenID>
    var readers: [Reader]
    var children: [Int] = []
    /// The model's sequence, once the parent is read.
    var sequence: SequenceID?
    /// How many of the tokens the model has been fed.
    var fedCount = 0
    /// Whether nothing of it is left to do.
    var isDone = false
    /// Whether a request after it reads the hidden states of its prompt.
    var keepsStates = false
    /// The hidden states of the prompt's tokens before it, in pieces that are shared.
    var inheritedStates: [[Float]] = []
    /// The hidden states of the tokens that the model has been fed.
    var states: [Float] = []
    /// How many alternatives the scores of its tokens list; `nil`: they aren't scored.
    var alternatives: Int?
    /// The scores of the prompt's tokens before it, in pieces that are shared.
    var inheritedScores: [[ScoredToken]] = []
    /// The scores of its tokens that are known.
    var scores: [ScoredToken] = []

    var remainingCount: Int { tokens.count - fedCount }

    /// The hidden states of the prompt up to its end, in pieces.
    var allStates: [[Float]] { states.isEmpty ? inheritedStates : inheritedStates + [states] }

    /// The scores of the prompt up to its end, in pieces.
    var allScores: [[ScoredToken]] { inheritedScores + [scores] }
  }

  /// The segments, each after its parent.
  private(set) var segments: [Segment] = []

  /// The tokens that sharing a segment must save for it to be split off: about what an extra step costs.
  static let worthwhileSaving = 16

  /// A prompt of a request, with the adapters that it runs with, whether its hidden states are to be kept, and how many
  /// alternatives its scores list; `nil`: it isn't scored.
  typealias Prompt = (
    reader: Reader, tokens: [TokenID], adapter: AdapterMix, keepsStates: Bool, alternatives: Int?
  )

  /// Plans to read `prompts`, none of which may be empty. They share nothing with prompts that were planned before.
  ///
  /// - Returns: the new segments that no other stands before.
  mutating func add(_ prompts: [Prompt]) -> [Int] {
    if isDone { segments = [] }
    let first = segments.count
    let byAdapter = Dictionary(grouping: prompts, by: \.adapter)
    let adapters = prompts.map(\.adapter).reduce(into: [AdapterMix]()) { adapters, adapter in
      if !adapters.contains(adapter) { adapters.append(adapter) }
    }
    for adapter in adapters {
      let sorted = (byAdapter[adapter] ?? []).sorted { first, second in
        first.tokens.lexicographicallyPrecedes(second.tokens)
          || (first.tokens == second.tokens && first.reader.request < second.reader.request)
      }
      split(sorted[...], from: 0, matched: 0, parent: nil)
    }
    return (first..<segments.count).filter { segments[$0].parent == nil }
  }

  /// Plans prompts that are sorted, agree in their first `matched` tokens, and of which `start` are planned.
  private mutating func split(
    _ prompts: ArraySlice<Prompt>, from start: Int, matched: Int, parent: Int?
  ) {
    guard let first = prompts.first, let last = prompts.last else { return }
    // Sorted, so what the first and the last share, all share.
    var common = matched
    while common < min(first.tokens.count, last.tokens.count),
      first.tokens[common] == last.tokens[common]
    {
      common += 1
    }
    var start = start
    var parent = parent
    let ending = prompts.prefix { $0.tokens.count == common }
    let keepsStates = prompts.contains { $0.keepsStates }
    let alternatives = prompts.compactMap(\.alternatives).max()
    let isShared = (common - start) * (prompts.count - 1) >= Self.worthwhileSaving
    if !ending.isEmpty || isShared {
      let endsAll = ending.count == prompts.count
      if endsAll || isShared {
        parent = add(
          first, start..<common, readers: ending.map(\.reader), parent: parent,
          keepsStates: keepsStates, alternatives: alternatives)
        start = common
      } else {
        _ = add(
          first, start..<common, readers: ending.map(\.reader), parent: parent,
          keepsStates: ending.contains { $0.keepsStates },
          alternatives: ending.compactMap(\.alternatives).max())
      }
    }
    var rest = prompts.dropFirst(ending.count)
    while let next = rest.first {
      let group = rest.prefix { $0.tokens[common] == next.tokens[common] }
      split(group, from: start, matched: common + 1, parent: parent)
      rest = rest.dropFirst(group.count)
    }
  }

  private mutating func add(
    _ prompt: Prompt, _ range: Range<Int>, readers: [Reader], parent: Int?, keepsStates: Bool,
    alternatives: Int?
  ) -> Int {
    segments.append(
      Segment(
        parent: parent, adapter: prompt.adapter, tokens: prompt.tokens[range], readers: readers,
        keepsStates: keepsStates, alternatives: alternatives))
    let index = segments.count - 1
    if parent == nil, alternatives != nil {
      // Nothing stands before the first token that could say how probable it is.
      segments[index].scores = [ScoredToken(token: prompt.tokens[range.lowerBound])]
    }
    if let parent { segments[parent].children.append(index) }
    return index
  }
}

extension PromptPlan {
  /// The segments that can be read now, those with the fewest tokens left first, so that short prompts don't wait for
  /// long ones.
  var readable: [Int] {
    segments.indices.filter { index in
      let segment = segments[index]
      return !segment.isDone && (segment.sequence != nil || segment.parent == nil)
    }.sorted { first, second in
      (segments[first].remainingCount, first) < (segments[second].remainingCount, second)
    }
  }

  /// Whether everything has been read.
  var isDone: Bool {
    segments.allSatisfy(\.isDone)
  }

  /// Gives a segment the sequence that it is read into.
  mutating func assign(_ sequence: SequenceID, to segment: Int) {
    segments[segment].sequence = sequence
  }

  /// Notes that the model was fed the next `count` tokens of a segment.
  mutating func advance(_ segment: Int, by count: Int) {
    segments[segment].fedCount += count
  }

  /// Adds the hidden states of what a segment was fed.
  mutating func append(_ states: ArraySlice<Float>, to segment: Int) {
    segments[segment].states.append(contentsOf: states)
  }

  /// Adds the score of a segment's next token.
  mutating func append(_ score: ScoredToken, to segment: Int) {
    segments[segment].scores.append(score)
  }

  /// Gives a segment the scores of what stands before it.
  mutating func inherit(_ scores: [[ScoredToken]], to segment: Int) {
    segments[segment].inheritedScores = scores
  }

  /// Gives a segment the hidden states of what stands before it.
  mutating func inherit(_ states: [[Float]], to segment: Int) {
    segments[segment].inheritedStates = states
  }

  /// Takes a segment off the plan; its sequence and its hidden states have new owners or none.
  mutating func finish(_ segment: Int) {
    segments[segment].isDone = true
    segments[segment].sequence = nil
    segments[segment].inheritedStates = []
    segments[segment].states = []
    segments[segment].inheritedScores = []
    segments[segment].scores = []
  }

  /// Takes a request off the plan.
  ///
  /// - Returns: the sequences that are no longer needed.
  mutating func remove(request: Int) -> [SequenceID] {
    var orphans: [SequenceID] = []
    for index in segments.indices.reversed() where !segments[index].isDone {
      segments[index].readers.removeAll { $0.request == request }
      guard segments[index].readers.isEmpty,
        segments[index].children.allSatisfy({ segments[$0].isDone })
      else { continue }
      if let sequence = segments[index].sequence { orphans.append(sequence) }
      finish(index)
    }
    return orphans
  }

  /// The readers whose prompts go through a segment.
  func readers(through segment: Int) -> [Reader] {
    segments[segment].readers
      + segments[segment].children.flatMap { readers(through: $0) }
  }
}
