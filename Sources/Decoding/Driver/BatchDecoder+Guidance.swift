import LanguageModeling

extension BatchDecoder {
  /// The prompts that a request has read.
  func prompts(of index: Int) -> [PromptPlan.Prompt] {
    let request = requests[index].request
    var prompts: [PromptPlan.Prompt] = [
      (
        PromptPlan.Reader(request: index), request.prompt, request.adapter,
        request.strategy.readsHiddenStates, request.promptAlternatives
      )
    ]
    if let negative = request.effectiveGuidance?.negativePrompt {
      prompts.append(
        (PromptPlan.Reader(request: index, isNegative: true), negative, request.adapter, false, nil)
      )
    }
    return prompts
  }

  /// What the next step feeds the negative side of a request.
  func negativeWork(_ index: Int) -> [Work] {
    let state = requests[index]
    return (state.guidance?.sequences ?? []).enumerated().map { row, sequence in
      Work(
        input: StepInput(sequence, [state.tree.lastToken(ofRow: row)]),
        owner: .request(index, isFirst: false))
    }
  }

  /// The row from which a request's search begins, once all of its prompts are read; that of a guided request is
  /// followed by the one after the negative prompt.
  ///
  /// - Parameter row: the logits after the prompt that `reader` has now read.
  func firstRow(of reader: PromptPlan.Reader, row: Int) -> Int? {
    let state = requests[reader.request]
    guard state.guidance != nil else { return row }
    let logits = Array(rows[row * vocabularyCount..<(row + 1) * vocabularyCount])
    if reader.isNegative {
      state.guidance?.negativeRow = logits
    } else {
      state.guidance?.promptRow = logits
    }
    guard let guidance = state.guidance, !guidance.promptRow.isEmpty, !guidance.negativeRow.isEmpty
    else { return nil }
    let first = rows.count / vocabularyCount
    rows += guidance.promptRow
    rows += guidance.negativeRow
    state.guidance?.promptRow = []
    state.guidance?.negativeRow = []
    return first
  }

  /// Changes the scores of a guided request's hypotheses, whose rows are in `range`, by those on the negative side,
  /// which lie after them.
  func guide(_ index: Int, rows range: Range<Int>) throws(DecodingFailure) {
    guard requests[index].guidance != nil else { return }
    let end = range.upperBound * vocabularyCount
    let count = range.count * vocabularyCount
    let state = requests[index]
    let rows = rows
    let logits = rows.span.extracting(end - count..<end)
    let negative = rows.span.extracting(end..<end + count)
    try state.tree.guide(logits, by: negative, scratch: &scratch)
  }
}
