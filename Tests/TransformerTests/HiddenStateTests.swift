import Checkpoints
import LanguageModeling
import Testing
import Transformer

extension TransformerSession {
  /// The logits and the hidden states that the inputs ask for, each one row after the other.
  func logitsAndStates(
    _ inputs: [StepInput], _ requests: [LogitsRequest], vocabularyCount: Int = 50
  ) throws -> (logits: [Float], states: [Float]) {
    let rows = inputs.reduce(0) { $0 + $1.rowCount }
    let stateRows = zip(inputs, requests).reduce(0) {
      $0 + $1.1.rowCount(ofTokens: $1.0.tokens.count)
    }
    var logits = [Float](repeating: .nan, count: rows * vocabularyCount)
    var states = [Float](repeating: .nan, count: stateRows * hiddenSize)
    var logitSpan = logits.mutableSpan
    var stateSpan = states.mutableSpan
    try step(inputs.span, into: &logitSpan, states: requests.span, into: &stateSpan)
    return (logits, states)
  }
}

@Suite struct HiddenStateTests {
  private static let text = TransformerSessionTests.text

  private func states(threads: Int = 1) throws -> [Float] {
    let session = try RandomModel.model().makeSession(SessionOptions(threads: threads))
    let sequence = try session.open(adapter: .none)
    return try session.logitsAndStates(
      [StepInput(sequence, Self.text, logits: .none)], [.all]
    ).states
  }

  @Test func theOutputHeadMakesTheLogitsOfThem() throws {
    let configuration = RandomModel.configuration()
    let source = try RandomModel(configuration)
    let model = try TransformerModel(
      configuration: configuration, source: source, naming: .huggingFace)
    let head = try #require(source.tensor(named: "lm_head.weight"))
    let weights = head.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    let session = try model.makeSession(SessionOptions(threads: 1))
    let sequence = try session.open(adapter: .none)
    let (logits, states) = try session.logitsAndStates(
      [StepInput(sequence, Self.text, logits: .all)], [.all])
    for row in Self.text.indices {
      for token in 0..<50 {
        let product = (0..<32).reduce(0.0) {
          $0 + Double(weights[token * 32 + $1]) * Double(states[row * 32 + $1])
        }
        #expect(abs(product - Double(logits[row * 50 + token])) < 1e-4)
      }
    }
  }

  @Test func askingForThemChangesNoLogits() throws {
    let session = try RandomModel.model().makeSession(SessionOptions(threads: 2))
    let first = StepInput(try session.open(adapter: .none), Self.text, logits: .all)
    let second = StepInput(try session.open(adapter: .none), Self.text, logits: .all)
    let plain = try session.logits([first])
    #expect(try session.logitsAndStates([second], [.all]).logits == plain.flatMap(\.self))
  }

  @Test func splitThreadsAndNeighboursChangeNoBit() throws {
    let expected = try states()
    #expect(expected.allSatisfy { $0.isFinite })
    #expect(try states(threads: 3) == expected)
    let session = try RandomModel.model().makeSession(SessionOptions(threads: 2))
    let sequence = try session.open(adapter: .none)
    let size = session.hiddenSize
    var pieces: [Float] = []
    for start in stride(from: 0, to: Self.text.count, by: 9) {
      let chunk = Array(Self.text[start..<min(start + 9, Self.text.count)])
      let others = try [3, 40].map {
        StepInput(try session.open(adapter: .none), Array(Self.text.suffix($0)), logits: .last)
      }
      let all = try session.logitsAndStates(
        [others[0], StepInput(sequence, chunk, logits: .none), others[1]], [.last, .all, .none]
      ).states
      pieces += all[size...]
    }
    #expect(pieces == expected)
  }

  @Test func longInputsAndLastOnesAreRightToo() throws {
    let long: [TokenID] = (0..<600).map { TokenID(($0 * 17) % 50) }
    let session = try RandomModel.model().makeSession(SessionOptions(threads: 2))
    let size = session.hiddenSize
    let all = try session.logitsAndStates(
      [StepInput(try session.open(adapter: .none), long)], [.all]
    ).states
    let last = try session.logitsAndStates(
      [StepInput(try session.open(adapter: .none), long, logits: .none)], [.last]
    ).states
    #expect(all.count == 600 * size && last == Array(all.suffix(size)))
  }

  @Test func outputsOfTheWrongSizeAreRefused() throws {
    let session = try RandomModel.model().makeSession(SessionOptions(threads: 1))
    let sequence = try session.open(adapter: .none)
    let inputs = [StepInput(sequence, [1, 2], logits: .none)]
    func step(_ requests: [LogitsRequest], stateCount: Int) throws {
      var logits: [Float] = []
      var states = [Float](repeating: 0, count: stateCount)
      var logitSpan = logits.mutableSpan
      var stateSpan = states.mutableSpan
      try session.step(
        inputs.span, into: &logitSpan, states: requests.span, into: &stateSpan)
    }
    #expect(throws: ModelError.wrongOutputCount(expected: 64, actual: 63)) {
      try step([.all], stateCount: 63)
    }
    #expect(throws: ModelError.self) { try step([], stateCount: 0) }
    #expect(try session.length(of: sequence) == 0)
  }

  @Test func damagedWeightsAreTold() throws {
    let configuration = RandomModel.configuration()
    let model = try TransformerModel(
      configuration: configuration,
      source: RandomModel(configuration, poison: "model.norm.weight"), naming: .huggingFace)
    let session = try model.makeSession(SessionOptions(threads: 1))
    let sequence = try session.open(adapter: .none)
    #expect(throws: ModelError.notFinite(sequence, position: 0)) {
      try session.logitsAndStates([StepInput(sequence, [1, 2], logits: .none)], [.all])
    }
    #expect(try session.length(of: sequence) == 0)
  }
}
