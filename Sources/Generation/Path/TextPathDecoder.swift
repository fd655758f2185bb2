public import Decoding
import LanguageModeling
import Tokenization

/// Decodes a prompt at every temperature of an interval: a `PathDecoder`, with texts made of its tokens.
///
/// One owner, not `Sendable`.
public final class TextPathDecoder {
  private let decoder: PathDecoder
  private let request: GenerationRequest
  private let tail: TextTail
  private let start = ContinuousClock.now

  init(
    _ generator: TextGenerator, _ request: GenerationRequest, temperatures: ClosedRange<Float>,
    limits: PathLimits
  ) throws(DecodingFailure) {
    guard request.selection == nil else {
      throw .conflict("a path gives all texts and selects none; leave select out")
    }
    guard !request.stopStrings.contains("") else {
      throw .invalidParameter("stop", reason: "is an empty text, which would end everything")
    }
    self.request = request
    tail = TextTail(
      tokenizer: generator.tokenizer, prompt: request.prompt, stopStrings: request.stopStrings)
    var decoding = request.decoding
    if !request.stopStrings.isEmpty { decoding.matcher = tail }
    decoder = try PathDecoder(
      model: generator.model, options: generator.options, request: decoding,
      temperatures: temperatures, limits: limits)
  }

  /// Takes one step of the model.
  ///
  /// - Returns: whether there is more to do.
  /// - Throws: `DecodingFailure` where the model fails or the segments become too many; the decoder can't go on then.
  public func step() throws(DecodingFailure) -> Bool { try decoder.step() }

  /// Ends everything: what was generated becomes the result.
  public func cancel() { decoder.cancel() }

  /// The texts that are final, and those on their way.
  public var textCounts: (finished: Int, live: Int) { (decoder.finishedCount, decoder.liveCount) }

  /// The segments of the texts that are final: after the last step, of all.
  ///
  /// - Complexity: O(tokens of all texts).
  public var path: TextPath {
    var sequences: [HypothesisID: GeneratedSequence] = [:]
    let segments = decoder.segments.map { segment in
      let hypothesis = segment.hypothesis
      let sequence = sequences[hypothesis.id] ?? sequence(hypothesis)
      sequences[hypothesis.id] = sequence
      return TextPath.Segment(temperatures: segment.temperatures, sequence: sequence)
    }
    return TextPath(
      promptTokens: request.prompt, segments: segments, seed: request.seed,
      computedTokens: decoder.computedTokenCount,
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  private func sequence(_ hypothesis: Hypothesis) -> GeneratedSequence {
    var tail = tail
    let text = tail.append(hypothesis) + tail.finish()
    let isComplete =
      tail.isStopped
      ? hypothesis.isComplete.map { _ in
        (request.constraint as? TextConstraint)?.accepts(text) ?? false
      } : hypothesis.isComplete
    return GeneratedSequence(
      text: text, tokens: hypothesis.tokens, score: hypothesis.score,
      logProbability: hypothesis.logProbability, finishReason: hypothesis.finishReason,
      sample: hypothesis.sample, draw: nil, isComplete: isComplete,
      expectation: hypothesis.expectation)
  }
}

extension TextGenerator {
  /// What decodes `request` at every binary32 temperature of an interval, step by step.
  ///
  /// - Parameter request: its strategy must be `Sampling`, with a temperature of any value among its filters.
  /// - Throws: `DecodingFailure` where the request makes no sense or can't be followed; nothing has been computed then.
  public func pathDecoder(
    _ request: GenerationRequest, temperatures: ClosedRange<Float>,
    limits: PathLimits = PathLimits()
  ) throws(DecodingFailure) -> TextPathDecoder {
    try TextPathDecoder(self, request, temperatures: temperatures, limits: limits)
  }
}
