import Foundation
import LanguageModeling
import Models
import Testing
import Tokenization
import Transformer

/// What rounding inputs to 8 bits does to a real model: `int8` beside `float32`, which is exact.
@Suite(.enabled(if: SmolLM2.path != nil, "DECODE_TEST_MODEL names no SmolLM2 GGUF"), .serialized)
struct IntegerQualityTests {
  /// Lewis Carroll, *Alice's Adventures in Wonderland* (1865), the beginning.
  static let text = """
    Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: once or \
    twice she had peeped into the book her sister was reading, but it had no pictures or conversations in it, “and \
    what is the use of a book,” thought Alice “without pictures or conversations?”

    So she was considering in her own mind (as well as she could, for the hot day made her feel very sleepy and \
    stupid), whether the pleasure of making a daisy-chain would be worth the trouble of getting up and picking the \
    daisies, when suddenly a White Rabbit with pink eyes ran close by her.

    There was nothing so very remarkable in that; nor did Alice think it so very much out of the way to hear the \
    Rabbit say to itself, “Oh dear! Oh dear! I shall be late!” (when she thought it over afterwards, it occurred to \
    her that she ought to have wondered at this, but at the time it all seemed quite natural); but when the Rabbit \
    actually took a watch out of its waistcoat-pocket, and looked at it, and then hurried on, Alice started to her \
    feet, for it flashed across her mind that she had never before seen a rabbit with either a waistcoat-pocket, or a \
    watch to take out of it, and burning with curiosity, she ran across the field after it, and fortunately was just \
    in time to see it pop down a large rabbit-hole under the hedge.

    In another moment down went Alice after it, never once considering how in the world she was to get out again.

    The rabbit-hole went straight on like a tunnel for some way, and then dipped suddenly down, so suddenly that \
    Alice had not a moment to think about stopping herself before she found herself falling down a very deep well.

    Either the well was very deep, or she fell very slowly, for she had plenty of time as she went down to look about \
    her and to wonder what was going to happen next. First, she tried to look down and make out what she was coming \
    to, but it was too dark to see anything; then she looked at the sides of the well, and noticed that they were \
    filled with cupboards and book-shelves; here and there she saw maps and pictures hung upon pegs. She took down a \
    jar from one of the shelves as she passed; it was labelled “ORANGE MARMALADE”, but to her great disappointment it \
    was empty: she did not like to drop the jar for fear of killing somebody underneath, so managed to put it into \
    one of the cupboards as she fell past it.
    """

  @Test func perplexityAndPredictionsAreThoseOfFloat32() throws {
    let tokens = try ModelLoader.loadTokenizer(path: try #require(SmolLM2.path))
      .encodePrompt(Self.text)
    let exact = try rows(tokens, .float32)
    let rounded = try rows(tokens, .int8)
    let count = exact.count / tokens.count
    var losses = (exact: 0.0, rounded: 0.0)
    var equal = 0
    var largest = 0.0
    for position in tokens.indices.dropLast() {
      let row = position * count..<(position + 1) * count
      let next = position * count + Int(tokens[position + 1])
      losses.exact -= exact[next]
      losses.rounded -= rounded[next]
      largest = max(largest, abs(exact[next] - rounded[next]))
      if best(exact[row]) == best(rounded[row]) { equal += 1 }
    }
    let steps = Double(tokens.count - 1)
    let ratio = exp((losses.rounded - losses.exact) / steps)
    #expect(abs(ratio - 1) < 0.005)
    #expect(Double(equal) / steps > 0.95)
    #expect(largest < 0.6)
  }

  /// Log-probabilities of every next token, `[tokens, vocabulary]`.
  private func rows(_ tokens: [TokenID], _ computeType: ComputeType) throws -> [Double] {
    let model = try SmolLM2.model(computeType)
    let session = try model.makeSession(SessionOptions(threads: 2))
    let logits = try session.logits(
      of: session.open(adapter: .none), fed: tokens, .all, vocabularyCount: model.vocabularyCount)
    return logProbabilities(logits, vocabularyCount: model.vocabularyCount)
  }

  private func best(_ row: ArraySlice<Double>) -> Int? {
    row.indices.max { row[$0] < row[$1] }.map { $0 - row.startIndex }
  }
}
