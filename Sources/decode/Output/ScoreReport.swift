import Decoding
import Foundation
import Generation
import Inference
import JSON
import Metrics
import Tokenization

/// What `score` prints.
struct ScoreReport {
  var score: TextScore
  /// How the text was read where it is longer than they are.
  var windows: ScoringWindows
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

  private var isWindowed: Bool { score.tokens.count > windows.length }

  /// The report as JSON.
  var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
    var members: [JSONMember] = []
    func add(_ more: KeyValuePairs<String, JSONValue>) {
      members += more.map { JSONMember($0.key, $0.value) }
    }
    add([
      "schema": .integer(1), "tokens": .integers(score.tokens),
      "token_logprobs": .array(score.tokenLogProbabilities.map(number)),
      "nll": number(score.meanNegativeLogLikelihood), "perplexity": number(perplexity),
      "bits_per_byte": number(bitsPerByte), "next": tokenizer.json(score.next),
    ])
    if isWindowed {
      add(["window": .integer(windows.length), "stride": .integer(windows.stride)])
    }
    add([
      "timings": .members([
        "threads": .integer(threads), "load_seconds": .seconds(loadSeconds),
        "score_seconds": .seconds(score.seconds),
      ])
    ])
    return .object(members)
  }

  /// The report for reading.
  var text: String {
    func number(_ value: Double?) -> String { value.map { FixedPoint.text($0, places: 4) } ?? "-" }
    let reading =
      isWindowed ? [["windows of", "\(windows.length), every \(windows.stride)"]] : []
    let summary = TextTable(
      rows: [
        ["tokens", "\(score.tokens.count)"], ["nll", number(score.meanNegativeLogLikelihood)],
        ["perplexity", number(perplexity)], ["bits per byte", number(bitsPerByte)],
      ] + reading
    ).text
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
