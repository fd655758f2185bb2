public import LanguageModeling

extension BatchDecoder {
  /// How keys and values are handed out and taken in; `nil` where the model's sessions can't.
  public var snapshotLayout: SnapshotLayout? { (session as? any SnapshotSession)?.snapshotLayout }

  /// How many of the first of `tokens` have keys and values here: kept, or read by a request on its way.
  public func keptLength(of tokens: [TokenID], adapter: AdapterMix) -> Int {
    longestSource(of: tokens[...], adapter: adapter)?.length ?? 0
  }

  /// Hands out the keys and values of the first of `tokens`, ``keptLength(of:adapter:)`` of them.
  ///
  /// - Parameter body: is given each block in order; `false` ends it there.
  /// - Throws: ``DecodingFailure/model(_:)``.
  public func withBlocks(
    of tokens: [TokenID], adapter: AdapterMix, _ body: (RawSpan) -> Bool
  ) throws(DecodingFailure) {
    guard let session = session as? any SnapshotSession,
      let (source, length) = longestSource(of: tokens[...], adapter: adapter)
    else { return }
    do { try session.withBlocks(of: source.sequence, length: length, body) } catch {
      throw .model(error)
    }
  }

  /// Takes in the keys and values of `tokens`: a request whose prompt begins like them reads the rest alone.
  ///
  /// - Parameter fill: writes the block of a number; `false`: it can't, and nothing is kept. It is called for several blocks at
  ///   once.
  /// - Returns: whether they are kept.
  /// - Throws: ``DecodingFailure/model(_:)`` for adapters that aren't known, more tokens than the context holds, and where
  ///   there is no memory.
  public func keep(
    _ tokens: [TokenID], adapter: AdapterMix,
    blocks fill: @Sendable (Int, inout MutableRawSpan) -> Bool
  ) throws(DecodingFailure) -> Bool {
    guard !tokens.isEmpty, let session = session as? any SnapshotSession else { return false }
    do {
      guard
        let sequence = try session.open(adapter: adapter, length: tokens.count, blocks: fill)
      else { return false }
      keep([PromptSource(tokens: tokens, adapter: adapter, sequence: sequence)])
      return true
    } catch {
      throw .model(error)
    }
  }

  /// What was read before that has the most in common with the beginning of `tokens`, and how much.
  func longestSource(
    of tokens: ArraySlice<TokenID>, adapter: AdapterMix
  ) -> (source: PromptSource, length: Int)? {
    var best: (source: PromptSource, length: Int)?
    for source in promptSources where source.adapter == adapter {
      let length = zip(source.tokens, tokens).prefix { $0 == $1 }.count
      if length > best?.length ?? 0 { best = (source, length) }
    }
    return best
  }
}
