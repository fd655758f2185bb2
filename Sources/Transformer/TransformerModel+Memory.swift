public import LanguageModeling

extension TransformerModel {
  /// What the options ask for, up to what the scaling of positions allows
  /// (``TransformerConfiguration/maximumContextLength``).
  public func contextLength(under options: SessionOptions) -> Int {
    min(options.contextLength ?? contextLength, configuration.maximumContextLength)
  }

  /// What a session takes in memory: blocks of keys and values, a table of a sequence's blocks, logits, and the
  /// activations of the rows that pass through the layers together.
  public func memory(_ options: SessionOptions) -> SessionMemory {
    let layout = KeyValueLayout(configuration, options.cacheType)
    let floatBytes = MemoryLayout<Float>.size
    let context = contextLength(under: options)
    let blockCount = (context + KeyValueLayout.blockPositions - 1) / KeyValueLayout.blockPositions
    let experts = configuration.block.experts == nil ? 0 : 3 * configuration.hiddenSize
    let rowElements =
      2 * configuration.hiddenSize + 2 * configuration.queryWidth
      + 2 * configuration.keyValueWidth + 2 * configuration.intermediateSize + experts
    return SessionMemory(
      blockBytes: layout.blockBytes, blockPositions: KeyValueLayout.blockPositions,
      sequenceBytes: blockCount * MemoryLayout<UnsafeRawPointer?>.size,
      hiddenStateBytes: configuration.hiddenSize * floatBytes,
      rowBytes: vocabularyCount * floatBytes,
      baseBytes: Activations.maximumRowCount * rowElements * floatBytes)
  }
}
