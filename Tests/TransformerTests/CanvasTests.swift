import LanguageModeling
import Testing
import Transformer

extension TransformerSession {
  /// The logits of the tokens of canvases, one row after the other.
  func canvasLogits(_ inputs: [StepInput], vocabularyCount: Int = 50) throws -> [Float] {
    let rows = inputs.reduce(0) { $0 + $1.rowCount }
    var logits = [Float](repeating: .nan, count: rows * vocabularyCount)
    var span = logits.mutableSpan
    try denoise(inputs.span, into: &span)
    return logits
  }

  /// The logits of a step.
  func stepLogits(_ inputs: [StepInput], vocabularyCount: Int = 50) throws -> [Float] {
    let rows = inputs.reduce(0) { $0 + $1.rowCount }
    var logits = [Float](repeating: .nan, count: rows * vocabularyCount)
    var span = logits.mutableSpan
    try step(inputs.span, into: &span)
    return logits
  }
}

@Suite struct CanvasTests {
  private static let text = TransformerSessionTests.text

  private func session(threads: Int = 1, window: Int? = nil) throws -> TransformerSession {
    try RandomModel.model(slidingWindow: window).makeSession(SessionOptions(threads: threads))
  }

  private func sequence(
    _ length: Int, in session: TransformerSession
  ) throws -> SequenceID {
    let sequence = try session.open(adapter: .none)
    if length > 0 {
      _ = try session.stepLogits(
        [StepInput(sequence, Array(Self.text.prefix(length)), logits: .none)])
    }
    return sequence
  }

  @Test func aCanvasOfOneTokenIsAStep() throws {
    let session = try session()
    for length in [0, 1, 31, 32, 33] {
      let sequence = try sequence(length, in: session)
      let input = [StepInput(sequence, [7], logits: .all)]
      #expect(try session.canvasLogits(input) == session.stepLogits(input))
    }
  }

  @Test func theFirstTokenSeesTheLast() throws {
    let session = try session()
    let sequence = try sequence(10, in: session)
    let input = [StepInput(sequence, [3, 9, 4], logits: .all)]
    let canvas = try session.canvasLogits(input)
    let other = try session.canvasLogits([StepInput(sequence, [3, 9, 5], logits: .all)])
    #expect(canvas.prefix(50) != other.prefix(50))
    let causal = try session.stepLogits(input)
    #expect(canvas.prefix(50) != causal.prefix(50))
  }

  @Test func theSequenceStaysAsItIs() throws {
    let looked = try session(), plain = try session()
    let first = try sequence(30, in: looked), second = try sequence(30, in: plain)
    for length in [1, 5, 40] {
      _ = try looked.canvasLogits(
        [StepInput(first, Array(repeating: 0, count: length), logits: .all)])
    }
    #expect(try looked.length(of: first) == 30)
    #expect(looked.heldBlockCount == plain.heldBlockCount)
    let input = Array(Self.text.suffix(12))
    #expect(
      try looked.stepLogits([StepInput(first, input, logits: .all)])
        == plain.stepLogits([StepInput(second, input, logits: .all)]))
  }

  @Test func aForksCanvasLeavesItsParentAlone() throws {
    let session = try session()
    let parent = try sequence(30, in: session)
    let child = try session.fork(parent)
    let input = [StepInput(parent, [1, 2, 3], logits: .all)]
    let before = try session.canvasLogits(input)
    _ = try session.canvasLogits([StepInput(child, [9, 9, 9, 9], logits: .all)])
    #expect(try session.canvasLogits(input) == before)
  }

  @Test(arguments: [1, 2, 3])
  func neighboursAndThreadsChangeNothing(threads: Int) throws {
    let alone = try session()
    let session = try session(threads: threads)
    let lengths = [0, 17, 32, 40, 5]
    let counts = [70, 100, 1, 33, 256]
    let tokens = counts.map { count in (0..<count).map { TokenID(($0 * 7 + count) % 50) } }
    let inputs = try zip(lengths, tokens).map {
      StepInput(try sequence($0, in: session), $1, logits: .all)
    }
    // More rows than go through the layers at once, so that canvases fall into several passes.
    let together = try session.canvasLogits(inputs)
    var apart: [Float] = []
    for (length, tokens) in zip(lengths, tokens) {
      apart += try alone.canvasLogits(
        [StepInput(try sequence(length, in: alone), tokens, logits: .all)])
    }
    #expect(together == apart)
  }

  @Test func aCanvasTooLongAndAWindowAreRefused() throws {
    let session = try session()
    let long = [TokenID](repeating: 0, count: session.maximumCanvasLength + 1)
    let sequence = try sequence(3, in: session)
    #expect(throws: ModelError.self) {
      try session.canvasLogits([StepInput(sequence, long, logits: .last)])
    }
    let windowed = try self.session(window: 8)
    let short = try self.sequence(3, in: windowed)
    #expect(throws: ModelError.self) {
      try windowed.canvasLogits([StepInput(short, [1, 2], logits: .all)])
    }
  }
}
