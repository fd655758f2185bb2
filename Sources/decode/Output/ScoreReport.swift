import Decoding
import Foundation
import Generation
import JSON
import Metrics
import Tokenization

/// What `score` prints.
struct ScoreReport {
  var score: TextScore
  /// The length of the text.
  var byteCount: Int
  var threads: Int
  var loadSeconds: Double
  /// For the spelling of pieces.
  var tokenizer: any Tokenizer

  /// The exponential of the mean negative log-likelihood; `nil` for a single token.
  private var perplexity: Double? { score.meanNegativeLogLikelihood.map { exp($0) } }

  /// The information of all tokens but the first, over the bytes of the text; `nil` for a single token or no bytes.
  private var bitsPerByte: Double? {
    guard score.meanNegativeLogLikelihood != nil, byteCount > 0 else { return nil }
    return -score.logProbability / log(2) / Double(byteCount)
  }

  /// The report as JSON.
  var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
    return .members([
      "schema": .integer(1), "tokens": .integers(score.tokens),
      "token_logprobs": .array(score.tokenLogProbabilities.map(number)),
      "nll": number(score.meanNegativeLogLikelihood), "perplexity": number(perplexity),
      "bits_per_byte": number(bitsPerByte), "next": tokenizer.json(score.next),
      "timings": .members([
        "threads": .integer(threads), "load_seconds": .seconds(loadSeconds),
        "score_seconds": .seconds(score.seconds),
      ]),
    ])
  }

  /// The report for reading.
  var text: String {
    func number(_ value: Double?) -> String { value.map { FixedPoint.text($0, places: 4) } ?? "-" }
    let summary = TextTable(rows: [
      ["tokens", "\(score.tokens.count)"], ["nll", number(score.meanNegativeLogLikelihood)],
      ["perplexity", number(perplexity)], ["bits per byte", number(bitsPerByte)],
    ]).text
    let next = score.next.map {
      [
        "\($0.token)", FixedPoint.text($0.logProbability, places: 4),
        tokenizer.piece(of: $0.token) ?? "",
      ]
    }
    return next.isEmpty
      ? summary
      : summary + "\nnext\n" + TextTable(rows: next, rightAligned: [0, 1]).text
  }
}
