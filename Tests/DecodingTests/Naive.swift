import Decoding
import Foundation
import LanguageModeling

/// The definitions, with sorts and double precision throughout, to compare the real thing with.
enum Naive {
  static func logSoftmax(_ logits: [Float]) -> [Double] {
    let maximum = Double(logits.max() ?? 0)
    let normalizer = maximum + log(logits.reduce(0) { $0 + exp(Double($1) - maximum) })
    return logits.map { Double($0) - normalizer }
  }

  static func softmax(_ logits: [Float]) -> [Double] {
    logSoftmax(logits).map { exp($0) }
  }

  /// The log-probabilities of all sequences that end with token 0 or have `length` tokens, by enumeration.
  static func sequences(
    after prompt: [TokenID], length: Int, logits: ([TokenID]) -> [Float]
  ) -> [[TokenID]: Double] {
    var all: [[TokenID]: Double] = [:]
    func walk(_ tokens: [TokenID], _ sum: Double) {
      if tokens.last == 0 || tokens.count == length {
        all[tokens] = sum
        return
      }
      for (token, logProbability) in logSoftmax(logits(prompt + tokens)).enumerated() {
        walk(tokens + [TokenID(token)], sum + logProbability)
      }
    }
    walk([], 0)
    return all
  }

  /// The indices in descending order, equal ones by index.
  static func ranking(_ logits: [Float]) -> [Int] {
    logits.indices.sorted { logits[$0] > logits[$1] || (logits[$0] == logits[$1] && $0 < $1) }
  }

  static func topK(_ logits: [Float], _ count: Int, ties: TopK.Ties) -> Set<Int> {
    let ranking = ranking(logits).filter { logits[$0] > -.infinity }
    guard count < ranking.count else { return Set(ranking) }
    let threshold = logits[ranking[count - 1]]
    return ties == .cut
      ? Set(ranking.prefix(count)) : Set(ranking.filter { logits[$0] >= threshold })
  }

  /// The nucleus, and whether a prefix has nearly but not quite the mass, so that rounding decides.
  static func topP(_ logits: [Float], _ mass: Double) -> (kept: Set<Int>, isClose: Bool) {
    let probabilities = softmax(logits)
    var kept: Set<Int> = []
    var before = 0.0
    var isClose = false
    for index in ranking(logits) {
      isClose = isClose || abs(before - (mass - 0x1p-22)) < 1e-6
      if !kept.isEmpty, before >= mass - 0x1p-22 { break }
      kept.insert(index)
      before += probabilities[index]
    }
    return (kept, isClose)
  }
}

extension Candidates {
  /// Candidates of a vocabulary with these logits.
  init(_ logits: [Float]) {
    self.init(vocabularyCount: logits.count)
    load(logits.span)
  }

  /// The tokens that can be taken.
  var tokens: Set<Int> {
    Set((0..<count).filter { logit(at: $0) > -.infinity }.map { Int(token(at: $0)) })
  }

  /// The distribution over a whole vocabulary.
  func probabilities(over vocabularyCount: Int) -> [Double] {
    var result = Array(repeating: 0.0, count: vocabularyCount)
    for (token, probability) in distribution { result[Int(token)] = probability }
    return result
  }
}
