public import Decoding
public import LanguageModeling

extension GenerationBatch {
  /// The number of requests that are over whose keys and values stay: `BatchDecoder.keptTextCount`.
  public var keptTextCount: Int {
    get { decoder.keptTextCount }
    set { decoder.keptTextCount = newValue }
  }

  /// How many of the first of `tokens` have keys and values here: kept, or read by a request on its way.
  public func keptLength(of tokens: [TokenID], adapter: AdapterMix) -> Int {
    decoder.keptLength(of: tokens, adapter: adapter)
  }

  /// Hands out the keys and values of the first of `tokens`: `BatchDecoder.withBlocks(of:adapter:_:)`.
  public func withBlocks(
    of tokens: [TokenID], adapter: AdapterMix, _ body: (RawSpan) -> Bool
  ) throws(DecodingFailure) {
    try decoder.withBlocks(of: tokens, adapter: adapter, body)
  }

  /// Takes in the keys and values of `tokens`: `BatchDecoder.keep(_:adapter:blocks:)`.
  public func keep(
    _ tokens: [TokenID], adapter: AdapterMix,
    blocks fill: @Sendable (Int, inout MutableRawSpan) -> Bool
  ) throws(DecodingFailure) -> Bool {
    try decoder.keep(tokens, adapter: adapter, blocks: fill)
  }
}
