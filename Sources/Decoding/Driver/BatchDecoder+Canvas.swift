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
    takeStep(index) { state in
      guard var search = state.search as? CanvasSearch else { return }
      search.begin(&state.tree, vocabularyCount: vocabularyCount)
      state.search = search
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
      for item in work {
        if case .request(let index, isFirst: true) = item.owner {
          advanceCanvases(index, firstRow: row)
        }
        row += item.input.rowCount
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
      for (row, leaf) in state.tree.live.enumerated() {
        work.append(
          Work(
            input: StepInput(
              state.sequences[row], search.canvas(ofSlot: leaf.slot), logits: .all),
            owner: .request(index, isFirst: row == 0)))
      }
      for (leaf, sequence) in zip(state.tree.live, state.guidance?.sequences ?? []) {
        work.append(
          Work(
            input: StepInput(sequence, search.canvas(ofSlot: leaf.slot), logits: .all),
            owner: .request(index, isFirst: false)))
      }
    }
    return work
  }

  /// Lets a request's search see the rows of its canvases, after which come those on the negative side.
  private func advanceCanvases(_ index: Int, firstRow: Int) {
    takeStep(index) { state throws(DecodingFailure) in
      guard let search = state.search as? CanvasSearch else { return }
      let count = search.positionCount(of: state.tree) * vocabularyCount
      let (rows, first) = (rows, firstRow * vocabularyCount)
      let logits = rows.span.extracting(first..<first + count)
      if state.guidance != nil {
        try state.tree.guideCanvases(
          logits, by: rows.span.extracting(first + count..<first + 2 * count),
          width: vocabularyCount, scratch: &scratch)
      }
      try state.search.advance(&state.tree, logits: logits, scratch: &scratch)
    }
  }
}
