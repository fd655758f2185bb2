import Foundation
import Metrics

/// What the reference implementations made of texts: `Fixtures/overlap.json`.
struct OverlapFixture: Decodable {
  var bleu_options: [BLEUOptions]
  var chrf_options: [ChrFOptions]
  var exact_options: [ExactOptions]
  var tokenizations: [Tokenization]
  var cases: [Case]
  var corpora: [Corpus]
  var self_bleu: [SelfBLEUCase]

  struct Tokenization: Decodable {
    var text: String
    var none: [String]
    var thirteenA: [String]
    var intl: [String]

    enum CodingKeys: String, CodingKey {
      case text, none, intl
      case thirteenA = "13a"
    }
  }

  struct Case: Decodable {
    var hypothesis: String
    var references: [String]
    var bleu: [Double]
    var chrf: [Double]
    /// Precision, recall and F of ROUGE-1, -2, -3, -L and -Lsum.
    var rouge: [[Double]]
    var f1: Double
    var exact: [Double]
  }

  struct Corpus: Decodable {
    var pairs: [[String]]
    var bleu: [Double]
    var chrf: [Double]
  }

  struct SelfBLEUCase: Decodable {
    var samples: [[Int32]]
    var order: Int
    var scores: [Double]
  }

  struct BLEUOptions: Decodable {
    var tokenize: String?
    var smooth_method: String?
    var smooth_value: Double?
    var effective_order: Bool?
    var max_ngram_order: Int?
    var lowercase: Bool?

    var metric: BLEU {
      let smoothing: BLEU.Smoothing =
        switch smooth_method {
        case "none": .none
        case "floor": .floor(smooth_value ?? 0.1)
        case "add-k": .addK(smooth_value ?? 1)
        default: .exponential
        }
      return BLEU(
        tokenization: tokenize.flatMap(BLEUTokenization.init) ?? .thirteenA, smoothing: smoothing,
        maximumOrder: max_ngram_order ?? 4, usesEffectiveOrder: effective_order ?? false,
        ignoresCase: lowercase ?? false)
    }
  }

  struct ChrFOptions: Decodable {
    var char_order: Int?
    var word_order: Int?
    var beta: Double?
    var lowercase: Bool?
    var whitespace: Bool?
    var eps_smoothing: Bool?

    var metric: ChrF {
      ChrF(
        characterOrder: char_order ?? 6, wordOrder: word_order ?? 0, beta: beta ?? 2,
        ignoresCase: lowercase ?? false, countsWhitespace: whitespace ?? false,
        averagesFScores: eps_smoothing ?? false)
    }
  }

  struct ExactOptions: Decodable {
    var removed: [String]?
    var `case`: Bool?
    var punctuation: Bool?
    var numbers: Bool?

    var metric: ExactMatch {
      ExactMatch(
        removedTexts: removed ?? [], ignoresCase: `case` ?? false,
        ignoresPunctuation: punctuation ?? false, ignoresNumbers: numbers ?? false)
    }
  }

  static func load() throws -> OverlapFixture {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/overlap.json")
    return try JSONDecoder().decode(OverlapFixture.self, from: Data(contentsOf: path))
  }
}
