import LanguageModeling
import TestSupport

/// The table of logits that `Fixtures/beam/make_beam.py` runs transformers over: a hash of a seed, the last two tokens
/// and the length, exact in float32.
enum BeamTable {
  static func model(
    seed: UInt64, vocabularyCount: Int, bonus: Float, on bonusTokens: [TokenID],
    contextLength: Int = 1024
  ) -> TableLanguageModel {
    TableLanguageModel(vocabularyCount: vocabularyCount, contextLength: contextLength) { tokens in
      var row = row(seed: seed, after: tokens, count: vocabularyCount)
      for token in bonusTokens { row[Int(token)] += bonus }
      return row
    }
  }

  private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func row(seed: UInt64, after tokens: [TokenID], count: Int) -> [Float] {
    var state = seed
    let words = [
      tokens.count > 1 ? Int(tokens[tokens.count - 2]) + 1 : 0,
      Int(tokens[tokens.count - 1]) + 1, tokens.count,
    ]
    for word in words { state = mix(state &+ UInt64(word + 1) &* golden) }
    return (1...UInt64(count)).map { Float(mix(state &+ $0 &* golden) >> 40) * 0x1p-21 }
  }

  /// The finaliser of SplitMix64.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
