public import LanguageModeling

/// What a request needs while it runs, at most.
public struct RequestNeeds: Hashable, Sendable {
  /// The sequences of the model that one step advances.
  public var sequenceCount: Int
  /// The tokens of the longest of them.
  public var tokenCount: Int
  /// Those of them that are generated.
  public var newTokenCount: Int
  /// Bytes for keys, values, logits and hidden states.
  public var bytes: Int
  /// Bytes for the keys and values of the prompt alone, which all of the sequences share.
  public var promptBytes: Int
}

extension DecodingRequest {
  /// What the request needs at most: as much as if none of its sequences shared anything after the prompt, and all came
  /// to their limit.
  ///
  /// - Parameters:
  ///   - memory: what a session of the model takes.
  ///   - contextLength: the longest sequence, in tokens.
  /// - Returns: numbers that are `Int.max` where they don't fit.
  public func needs(of memory: SessionMemory, contextLength: Int) -> RequestNeeds {
    let hypothesisCount = strategy.sequenceCount(for: self)
    let sideCount = effectiveGuidance == nil ? 1 : 2
    let newCount = max(0, min(stopRules.maxNewTokens, contextLength - maximumPromptLength))
    let (longest, size) = (maximumPromptLength, max(1, memory.blockPositions))
    // Full blocks of the prompt are shared; the one in which it ends belongs to each sequence that goes on from it.
    let sharedBlockCount = longest / size
    let ownBlockCount = (longest + newCount).plus(size - 1) / size - sharedBlockCount
    let sequenceCount = hypothesisCount.times(sideCount)
    var rowCount = sequenceCount
    if sideCount > 1 { rowCount = rowCount.plus(hypothesisCount) }
    if mostDrafted > 0 {
      let drafted = hypothesisCount.times(mostDrafted)
      let most = BatchDecoder.draftedLogitsPerStep * MemoryLayout<Float>.size
      rowCount = rowCount.plus(min(drafted, most / max(1, memory.rowBytes)))
    }
    // A row for each position of a canvas.
    rowCount = rowCount.times(max(1, min(strategy.canvasLength, newCount)))
    if promptAlternatives != nil {
      let most = BatchDecoder.scoredLogitsPerStep * MemoryLayout<Float>.size
      rowCount = rowCount.plus(
        min(prompt.count, BatchDecoder.promptTokensPerStep, max(1, most / max(1, memory.rowBytes))))
    }
    var bytes = sharedBlockCount.times(sideCount).plus(sequenceCount.times(ownBlockCount))
      .times(memory.blockBytes)
    bytes = bytes.plus(sequenceCount.times(memory.sequenceBytes))
    bytes = bytes.plus(rowCount.times(memory.rowBytes))
    if strategy.readsHiddenStates {
      bytes = bytes.plus(
        (longest + newCount).plus(sequenceCount).times(memory.hiddenStateBytes))
    }
    return RequestNeeds(
      sequenceCount: sequenceCount, tokenCount: longest + newCount, newTokenCount: newCount,
      bytes: bytes,
      promptBytes: ((longest + size - 1) / size).times(memory.blockBytes))
  }
}

extension Int {
  /// The product, or the greatest number where that doesn't fit.
  fileprivate func times(_ other: Int) -> Int {
    let (product, isBeyond) = multipliedReportingOverflow(by: other)
    return isBeyond ? .max : product
  }

  /// The sum, or the greatest number where that doesn't fit.
  fileprivate func plus(_ other: Int) -> Int {
    let (sum, isBeyond) = addingReportingOverflow(other)
    return isBeyond ? .max : sum
  }
}
