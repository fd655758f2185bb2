import Foundation
import LanguageModeling

extension DecodingSession {
  /// One step of one sequence: its rows of logits, one after the other.
  func logits(
    of sequence: SequenceID, fed tokens: [TokenID], _ request: LogitsRequest, vocabularyCount: Int
  ) throws -> [Float] {
    try step([StepInput(sequence, tokens, logits: request)], vocabularyCount: vocabularyCount)
  }

  /// One step: the rows that the inputs ask for, one after the other.
  func step(_ inputs: [StepInput], vocabularyCount: Int) throws -> [Float] {
    var rows = [Float](
      repeating: .nan, count: inputs.reduce(0) { $0 + $1.rowCount } * vocabularyCount)
    var span = rows.mutableSpan
    try step(inputs.span, into: &span)
    return rows
  }

  /// Greedy continuation, end of sequence ignored; lowest id first among equals.
  func greedy(
    _ prompt: [TokenID], count: Int, adapter: AdapterMix = .none, vocabularyCount: Int
  ) throws -> [TokenID] {
    let sequence = try open(adapter: adapter)
    defer { close(sequence) }
    var fed = prompt
    var tokens: [TokenID] = []
    for _ in 0..<count {
      let row = try logits(of: sequence, fed: fed, .last, vocabularyCount: vocabularyCount)
      let best = row.indices.max { row[$0] < row[$1] || (row[$0] == row[$1] && $0 > $1) } ?? 0
      tokens.append(TokenID(best))
      fed = [TokenID(best)]
    }
    return tokens
  }
}

/// Log-probabilities of rows of logits, in double precision.
func logProbabilities(_ logits: [Float], vocabularyCount: Int) -> [Double] {
  stride(from: 0, to: logits.count, by: vocabularyCount).flatMap { start in
    let row = logits[start..<start + vocabularyCount].map(Double.init)
    let top = row.max() ?? 0
    let logSum = top + log(row.reduce(0) { $0 + exp($1 - top) })
    return row.map { $0 - logSum }
  }
}

/// The largest difference of two lists of the same length; infinite where the lengths differ or a value isn't finite.
func largestDifference(_ left: [Double], _ right: [Float]) -> Double {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).reduce(0) { largest, pair in
    let difference = abs(pair.0 - Double(pair.1))
    return difference.isFinite ? max(largest, difference) : .infinity
  }
}
