import LanguageModeling

// Requests whose searches denoise: after the model has read what is settled, it looks at their canvases.

extension BatchDecoder {
  /// Refuses to denoise over a model that can't, and canvases that are too long for it.
  func checkCanvas(_ request: DecodingRequest) throws(DecodingFailure) {
    let length = request.strategy.canvasLength
    guard length > 0 else { return }
    guard let canvasSession else {
      throw .conflict(
        "the strategy (\(request.strategy)) denoises blocks of text, and this model can't look at a"
          + " block as a whole; choose a strategy that takes token after token, such as sampling")
    }
    guard length <= canvasSession.maximumCanvasLength else {
      throw .invalidParameter(
        "block length",
        reason: "is \(length); this model denoises at most \(canvasSession.maximumCanvasLength)"
          + " tokens together")
    }
  }

  /// Lets a request whose prompt is read begin with its first canvases.
  func beginCanvases(_ index: Int) {
    let state = requests[index]
    guard var search = state.search as? CanvasSearch else { return }
    search.begin(&state.tree, vocabularyCount: vocabularyCount)
    state.search = search
    state.tree.endStep()
    do throws(DecodingFailure) {
      try follow(index, from: .prompt)
    } catch {
      fail(index, error)
    }
  }

  /// What the next step feeds a request that denoises: the tokens that were settled in the last one. Nobody asks for their
  /// logits.
  func settledWork(_ index: Int) -> [Work] {
    let state = requests[index]
    let sides: [(sequences: [SequenceID], promptLength: Int)] = [
      (state.sequences, state.tree.promptLength),
      (state.guidance?.sequences ?? [], state.tree.negativePromptLength),
    ]
    return sides.flatMap { side in
      side.sequences.enumerated().compactMap { row, sequence -> Work? in
        guard let length = try? session.length(of: sequence) else { return nil }
        let tokens = state.tree.tokens(ofRow: row, after: length - side.promptLength)
        guard !tokens.isEmpty else { return nil }
        return Work(
          input: StepInput(sequence, tokens, logits: .none),
          owner: .request(index, isFirst: false))
      }
    }
  }

  /// Takes a step of denoising for all requests that do.
  ///
  /// - Returns: whether there were any.
  /// - Throws: ``DecodingFailure/model(_:)`` for an error that isn't one request's own.
  func denoise() throws(DecodingFailure) -> Bool {
    guard let canvasSession else { return false }
    while true {
      let work = canvasWork()
      guard !work.isEmpty else { return false }
      rows.resize(to: work.reduce(0) { $0 + $1.input.rowCount } * vocabularyCount)
      do throws(ModelError) {
        let inputs = work.map(\.input)
        var output = rows.mutableSpan
        try canvasSession.denoise(inputs.span, into: &output)
      } catch {
        guard let sequence = error.sequence,
          let owner = work.first(where: { $0.input.sequence == sequence })?.owner
        else { throw .model(error) }
        fail(owner, error)
        continue
      }
      var row = 0
      var counts: [(index: Int, count: Int)] = []
      for item in work {
        guard case .request(let index, let isFirst) = item.owner else { continue }
        if isFirst { counts.append((index, 0)) }
        counts[counts.count - 1].count += item.input.rowCount
      }
      for (index, count) in counts {
        advanceCanvases(index, rows: row..<row + count)
        row += count
      }
      return true
    }
  }

  /// The canvases of all requests; under guidance, each on both sides, those on the negative side after the others.
  private func canvasWork() -> [Work] {
    var work: [Work] = []
    for index in requests.indices where requests[index].phase == .searching {
      let state = requests[index]
      guard let search = state.search as? CanvasSearch else { continue }
      for sequences in [state.sequences, state.guidance?.sequences ?? []] {
        for (row, sequence) in sequences.enumerated() {
          work.append(
            Work(
              input: StepInput(
                sequence, search.canvas(ofSlot: state.tree.live[row].slot), logits: .all),
              owner: .request(
                index, isFirst: row == 0 && sequence == state.sequences.first)))
        }
      }
    }
    return work
  }

  /// Lets a request's search see the rows of its canvases.
  private func advanceCanvases(_ index: Int, rows range: Range<Int>) {
    let state = requests[index]
    let first = state.tree.live.first?.hypothesis ?? .prompt
    let isGuided = state.guidance != nil
    let middle = isGuided ? (range.lowerBound + range.upperBound) / 2 : range.upperBound
    do throws(DecodingFailure) {
      let logits = rows.span.extracting(
        range.lowerBound * vocabularyCount..<middle * vocabularyCount)
      if isGuided {
        let negative = rows.span.extracting(
          middle * vocabularyCount..<range.upperBound * vocabularyCount)
        try state.tree.guideCanvases(
          logits, by: negative, width: vocabularyCount, scratch: &scratch)
      }
      try state.search.advance(&state.tree, logits: logits, scratch: &scratch)
      state.tree.endStep()
      try follow(index, from: first)
    } catch {
      fail(index, error)
      return
    }
    emit(index)
    if state.tree.live.isEmpty { finish(index) }
  }
}
