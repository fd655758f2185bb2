import Decoding
import Foundation
import LanguageModeling
import TestSupport

/// The mask of the models here: the token after those that a text can hold.
let maskToken: TokenID = 3

/// A model of texts of three tokens (0, 1, 2) whose answers agree with each other: for each position of a canvas the
/// conditional distribution of a random law over all texts of that length, given the positions that aren't masked.
struct ConsistentModel {
  let length: Int
  /// Of each text, by its digits in base 3.
  let law: [Double]

  init(length: Int, seed: UInt64) {
    self.length = length
    let count = (0..<length).reduce(1) { count, _ in count * 3 }
    let noise = CounterNoise(seed: seed, prompt: PromptHash([1]), sample: 0)
    let weights = (0..<count).map { exp(1.2 * noise.gumbel(position: 0, token: TokenID($0))) }
    let sum = weights.reduce(0, +)
    law = weights.map { $0 / sum }
  }

  func text(_ index: Int) -> [TokenID] {
    var (digits, rest): ([TokenID], Int) = ([], index)
    for _ in 0..<length {
      digits.append(TokenID(rest % 3))
      rest /= 3
    }
    return digits
  }

  func index(of text: [TokenID]) -> Int {
    text.reversed().reduce(0) { $0 * 3 + Int($1) }
  }

  func rows(_ canvas: [TokenID]) -> [[Float]] {
    var masses = Array(repeating: [0.0, 0.0, 0.0], count: length)
    for index in law.indices {
      let text = text(index)
      guard zip(text, canvas).allSatisfy({ $1 == maskToken || $0 == $1 }) else { continue }
      for position in 0..<length { masses[position][Int(text[position])] += law[index] }
    }
    // The mask's own logit must not matter.
    return masses.map { $0.map { Float(log($0)) } + [5] }
  }

  var model: CanvasTableModel {
    let rows = rows
    return CanvasTableModel(TableLanguageModel(vocabularyCount: 4) { _ in [0, 0, 0, 0] }) {
      rows($1)
    }
  }
}

/// A model whose rows over a canvas are random, and different for every text and canvas.
func randomCanvasModel(vocabularyCount: Int, seed: UInt64 = 1) -> CanvasTableModel {
  CanvasTableModel(TableLanguageModel(randomOver: vocabularyCount, seed: seed)) { text, canvas in
    let noise = CounterNoise(seed: seed, prompt: PromptHash(text + [-1] + canvas), sample: 7)
    return canvas.indices.map { position in
      (0..<vocabularyCount).map { 2 * Float(noise.gumbel(position: position, token: TokenID($0))) }
    }
  }
}

/// The canvases that a request tells of, in order.
func canvases(_ request: DecodingRequest, over model: some LanguageModel) throws -> [CanvasState] {
  var request = request
  request.report.canvas = true
  let decoder = try BatchDecoder(model: model)
  try decoder.submit(request)
  var states: [CanvasState] = []
  while let events = try decoder.step() {
    for case .canvas(_, let state) in events { states.append(state) }
  }
  return states
}
