import Decoding
import Generation
import LanguageModeling

extension Scheduler {
  /// The number of requests that are over whose keys and values stay with the scheduler, texts included, also while
  /// nothing runs. A request whose prompt begins like one of them reads the rest alone; it gives the same, bit for bit.
  /// 0, the default: the prompt of the last one stays, as long as anything runs.
  public var keptTextCount: Int {
    get { batch.keptTextCount }
    set { batch.keptTextCount = newValue }
  }

  /// How many of the first of `tokens` have keys and values here.
  func keptLength(of tokens: [TokenID], adapter: AdapterMix) -> Int {
    batch.keptLength(of: tokens, adapter: adapter)
  }

  /// Hands out their keys and values, block by block.
  func withBlocks(
    of tokens: [TokenID], adapter: AdapterMix, _ body: (RawSpan) -> Bool
  ) throws(DecodingFailure) {
    try batch.withBlocks(of: tokens, adapter: adapter, body)
  }

  /// Takes in keys and values of `tokens`.
  func keep(
    _ tokens: [TokenID], adapter: AdapterMix,
    blocks fill: @Sendable (Int, inout MutableRawSpan) -> Bool
  ) throws(DecodingFailure) -> Bool {
    guard try batch.keep(tokens, adapter: adapter, blocks: fill) else { return false }
    noteKept(bytes: memory.bytes(ofLength: tokens.count))
    return true
  }
}
