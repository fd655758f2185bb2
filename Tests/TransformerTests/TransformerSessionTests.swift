import Checkpoints
import LanguageModeling
import Testing
import Transformer

extension TransformerSession {
  /// The rows of logits that the inputs ask for.
  func logits(_ inputs: [StepInput], vocabularyCount: Int = 50) throws -> [[Float]] {
    let rows = inputs.reduce(0) { $0 + $1.rowCount }
    var output = [Float](repeating: .nan, count: rows * vocabularyCount)
    var span = output.mutableSpan
    try step(inputs.span, into: &span)
    return (0..<rows).map { Array(output[$0 * vocabularyCount..<($0 + 1) * vocabularyCount]) }
  }
}

@Suite struct TransformerSessionTests {
  static let text: [TokenID] = (0..<97).map { TokenID(($0 * 31 + 7) % 50) }

  /// All rows of `text`, fed at once to a fresh session.
  func allRows(
    _ model: TransformerModel, _ text: [TokenID] = Self.text, threads: Int = 1
  ) throws -> [[Float]] {
    let session = try model.makeSession(SessionOptions(threads: threads))
    return try session.logits([StepInput(session.open(adapter: .none), text, logits: .all)])
  }

  @Test(arguments: [nil, 20] as [Int?])
  func theSplitIntoStepsChangesNoBit(_ window: Int?) throws {
    let model = try RandomModel.model(slidingWindow: window)
    let expected = try allRows(model)
    for size in [1, 2, 7, 31, 32, 33, 64] {
      let session = try model.makeSession(SessionOptions(threads: 1))
      let sequence = try session.open(adapter: .none)
      var rows: [[Float]] = []
      var first = 0
      while first < Self.text.count {
        let end = min(first + size, Self.text.count)
        rows += try session.logits([
          StepInput(sequence, Array(Self.text[first..<end]), logits: .all)
        ])
        first = end
      }
      #expect(rows == expected)
    }
  }

  @Test func theNumberOfThreadsChangesNoBit() throws {
    let model = try RandomModel.model()
    let expected = try allRows(model)
    for threads in [2, 3, 4] { #expect(try allRows(model, threads: threads) == expected) }
  }

  @Test(arguments: [(CacheType.float16, 0.02), (.int8, 0.2)] as [(CacheType, Float)])
  func narrowCachesRoundAndChangeNothingElse(_ cacheType: CacheType, _ bound: Float) throws {
    let model = try RandomModel.model()
    let expected = try allRows(model)
    let options = SessionOptions(threads: 2, cacheType: cacheType)
    let session = try model.makeSession(options)
    let rows = try session.logits([
      StepInput(session.open(adapter: .none), Self.text, logits: .all)
    ])
    var largest: Float = 0
    for (row, exact) in zip(rows, expected) {
      for (value, other) in zip(row, exact) { largest = max(largest, abs(value - other)) }
    }
    #expect(largest > 0 && largest < bound)

    // Token by token, after a fork, on one thread.
    let single = try model.makeSession(SessionOptions(threads: 1, cacheType: cacheType))
    let parent = try single.open(adapter: .none)
    var pieces = try single.logits([StepInput(parent, Array(Self.text[..<40]), logits: .all)])
    let child = try single.fork(parent)
    _ = try single.logits([StepInput(parent, [3, 2, 1], logits: .none)])
    for token in Self.text[40...] { pieces += try single.logits([StepInput(child, [token])]) }
    #expect(pieces == rows)
  }

  @Test func neighboursChangeNoBit() throws {
    let model = try RandomModel.model()
    let expected = try allRows(model)
    let session = try model.makeSession(SessionOptions(threads: 2))
    var inputs: [StepInput] = []
    for index in 0..<8 {
      let text = index == 5 ? Self.text : Array(Self.text.reversed().dropFirst(index * 3))
      inputs.append(StepInput(try session.open(adapter: .none), text, logits: .last))
    }
    #expect(try session.logits(inputs)[5] == expected.last)
  }

  @Test func inputsLongerThanATurnOfTheLayersChangeNoBit() throws {
    let model = try RandomModel.model()
    let long: [TokenID] = (0..<600).map { (index: Int) -> TokenID in
      TokenID((index * 17 + index / 50) % 50)
    }
    let atOnce = try allRows(model, long)
    let session = try model.makeSession(SessionOptions(threads: 2))
    let sequence = try session.open(adapter: .none)
    _ = try session.logits([StepInput(sequence, Array(long[..<599]), logits: .none)])
    #expect(try session.logits([StepInput(sequence, [long[599]])]) == [atOnce[599]])
  }

  @Test(arguments: [1, 5, 31, 32, 33, 63, 64, 90])
  func aForkGoesItsOwnWayAndLeavesItsParentAlone(_ length: Int) throws {
    let model = try RandomModel.model()
    let session = try model.makeSession(SessionOptions(threads: 1))
    let parent = try session.open(adapter: .none)
    _ = try session.logits([StepInput(parent, Array(Self.text[..<length]), logits: .none)])
    let child = try session.fork(parent)
    let other: [TokenID] = [3, 1, 4, 1, 5]
    for token in other { _ = try session.logits([StepInput(child, [token], logits: .none)]) }
    let rest = Array(Self.text[length...])
    let parentRows = try session.logits([StepInput(parent, rest, logits: .all)])
    #expect(parentRows == Array(try allRows(model)[length...]))
    let childRow = try session.logits([StepInput(child, [9])])
    #expect(childRow.first == (try allRows(model, Array(Self.text[..<length]) + other + [9])).last)
  }

  @Test func aForkSharesItsPrefixAndClosingGivesAllBack() throws {
    let session = try RandomModel.model().makeSession(SessionOptions(threads: 1))
    let parent = try session.open(adapter: .none)
    _ = try session.logits([StepInput(parent, Array(Self.text[..<64]), logits: .none)])
    #expect(session.heldBlockCount == 2)
    let children = try (0..<10).map { _ in try session.fork(parent) }
    #expect(session.heldBlockCount == 2)
    _ = try session.logits(children.map { StepInput($0, [1], logits: .none) })
    #expect(session.heldBlockCount == 12)
    session.close(parent)
    for child in children { session.close(child) }
    #expect(session.heldBlockCount == 0)
  }

  @Test(arguments: [0, 1, 31, 32, 50, 96])
  func aRollbackForgetsAndGoesOnAsIfNothingHadBeen(_ length: Int) throws {
    let model = try RandomModel.model()
    let session = try model.makeSession(SessionOptions(threads: 1))
    let sequence = try session.open(adapter: .none)
    _ = try session.logits([
      StepInput(sequence, Array(Self.text[..<length]) + [8, 8, 8, 8], logits: .none)
    ])
    let sibling = try session.fork(sequence)
    try session.rollback(sequence, to: length)
    #expect(try session.length(of: sequence) == length)
    let rows = try session.logits([StepInput(sequence, Array(Self.text[length...]), logits: .all)])
    #expect(rows == Array(try allRows(model)[length...]))
    #expect(
      try session.logits([StepInput(sibling, [2])]).first
        == (try allRows(model, Array(Self.text[..<length]) + [8, 8, 8, 8, 2])).last)
  }

  @Test func logitsOfNoneTheLastOrAllTokens() throws {
    let model = try RandomModel.model()
    let expected = try allRows(model)
    let session = try model.makeSession(SessionOptions(threads: 1))
    let ids = try (0..<3).map { _ in try session.open(adapter: .none) }
    let rows = try session.logits([
      StepInput(ids[0], Self.text, logits: .none), StepInput(ids[1], Self.text, logits: .last),
      StepInput(ids[2], Array(Self.text[..<3]), logits: .all),
    ])
    #expect(rows == [expected[96], expected[0], expected[1], expected[2]])
  }

  @Test func refusalsNameTheirReasonAndChangeNothing() throws {
    let session = try RandomModel.model().makeSession(SessionOptions(threads: 1, contextLength: 40))
    let sequence = try session.open(adapter: .none)
    _ = try session.logits([StepInput(sequence, [1, 2, 3], logits: .none)])
    func refuse(_ error: ModelError, _ inputs: [StepInput]) throws {
      #expect(throws: error) { try session.logits(inputs) }
      #expect(try session.length(of: sequence) == 3)
    }
    try refuse(.tokenOutOfRange(50, vocabularyCount: 50), [StepInput(sequence, [1, 50])])
    try refuse(.tokenOutOfRange(-1, vocabularyCount: 50), [StepInput(sequence, [-1])])
    try refuse(.emptyInput(sequence), [StepInput(sequence, [])])
    try refuse(.duplicateSequence(sequence), [StepInput(sequence, [1]), StepInput(sequence, [2])])
    try refuse(
      .contextFull(sequence, length: 41, limit: 40),
      [StepInput(sequence, Array(repeating: 1, count: 38))])
    try refuse(
      .unknownSequence(SequenceID(rawValue: 99)), [StepInput(SequenceID(rawValue: 99), [1])])
    #expect(throws: ModelError.wrongOutputCount(expected: 50, actual: 49)) {
      var output = [Float](repeating: 0, count: 49)
      var span = output.mutableSpan
      try session.step([StepInput(sequence, [1])].span, into: &span)
    }
    #expect(throws: ModelError.rollbackOutOfRange(sequence, to: 4, length: 3)) {
      try session.rollback(sequence, to: 4)
    }
    #expect(throws: ModelError.unknownAdapter("fairy")) {
      try session.open(adapter: AdapterMix([AdapterMix.Part(name: "fairy")]))
    }
    session.close(sequence)
    #expect(throws: ModelError.unknownSequence(sequence)) { try session.fork(sequence) }
  }

  @Test func weightsThatAreNoNumbersAreAnErrorAndNotText() throws {
    let configuration = RandomModel.configuration()
    let model = try TransformerModel(
      configuration: configuration,
      source: RandomModel(configuration, poison: "model.layers.1.mlp.down_proj.weight"),
      naming: .huggingFace)
    let session = try model.makeSession(SessionOptions(threads: 1))
    let sequence = try session.open(adapter: .none)
    #expect(throws: ModelError.notFinite(sequence, position: 1)) {
      try session.logits([StepInput(sequence, [1, 2])])
    }
    #expect(try session.length(of: sequence) == 0)
    #expect(session.heldBlockCount == 0)
  }

  @Test func aMissingOrMisshapenTensorIsNamed() throws {
    let configuration = RandomModel.configuration()
    let name = "model.layers.1.self_attn.k_proj.weight"
    #expect {
      try TransformerModel(
        configuration: configuration, source: RandomModel(configuration, dropping: name),
        naming: .huggingFace)
    } throws: { "\($0)".contains(name) }
    var wider = configuration
    wider.intermediateSize = 48
    let source = try RandomModel(configuration)
    #expect {
      try TransformerModel(configuration: wider, source: source, naming: .huggingFace)
    } throws: {
      "\($0)".contains("model.layers.0.mlp.gate_proj.weight") && "\($0)".contains("[48, 32]")
    }
  }

  @Test(arguments: ["k_proj", "v_proj"])
  func aCacheOfHalvesSaysWhatItCannotHold(_ name: String) throws {
    let configuration = RandomModel.configuration()
    let model = try TransformerModel(
      configuration: configuration,
      source: RandomModel(
        configuration, enlarging: "model.layers.1.self_attn.\(name).weight"),
      naming: .huggingFace)
    let wide = try model.makeSession(SessionOptions(threads: 1))
    _ = try wide.logits([StepInput(try wide.open(adapter: .none), [1, 2, 3])])
    let narrow = try model.makeSession(SessionOptions(threads: 1, cacheType: .float16))
    let sequence = try narrow.open(adapter: .none)
    #expect(throws: ModelError.cacheOverflow(sequence, position: 2)) {
      try narrow.logits([StepInput(sequence, [1, 2, 3])])
    }
  }

  @Test func aFailedStepLeavesASharedBlockAsItWas() throws {
    let configuration = RandomModel.configuration()
    // The embedding of the last token is damaged, the others are not.
    let model = try TransformerModel(
      configuration: configuration,
      source: RandomModel(configuration, poison: "model.embed_tokens.weight"), naming: .huggingFace)
    let session = try model.makeSession(SessionOptions(threads: 1))
    let parent = try session.open(adapter: .none)
    let clean = Self.text.map { min($0, 48) }
    _ = try session.logits([StepInput(parent, Array(clean[..<40]), logits: .none)])
    let child = try session.fork(parent)
    #expect(throws: ModelError.notFinite(child, position: 40)) {
      try session.logits([StepInput(child, [49])])
    }
    #expect(try session.length(of: child) == 40)
    let rest = Array(clean[40...])
    let ofChild = try session.logits([StepInput(child, rest, logits: .all)])
    #expect(try session.logits([StepInput(parent, rest, logits: .all)]) == ofChild)
    #expect(ofChild == Array(try allRows(model, clean)[40...]))
  }

  static let impossible: [(String, @Sendable (inout TransformerConfiguration) -> Void)] = [
    ("key and value heads is 0", { $0.keyValueHeadCount = 0 }),
    ("can't share 3", { $0.keyValueHeadCount = 3 }),
    ("number of layers is -1", { $0.layerCount = -1 }),
    ("vocabulary is 0", { $0.vocabularyCount = 0 }),
    ("hidden size is \(Int.max)", { $0.hiddenSize = .max }),
    ("at most 512", { $0.headDimension = 514 }),
    ("must be even", { $0.headDimension = 7 }),
    ("can't be turned", { $0.rotaryEmbedding.dimension = 10 }),
    ("can't be turned", { $0.rotaryEmbedding.dimension = 0 }),
    ("frequency factors", { $0.rotaryEmbedding.scaling = .factors([1]) }),
    ("rotary base", { $0.rotaryEmbedding.theta = .nan }),
    ("sliding window is 0", { $0.slidingWindow = 0 }),
    ("epsilon", { $0.normEpsilon = -1 }),
  ]

  @Test(arguments: impossible.indices)
  func aShapeThatNoModelCanHaveIsRefused(_ index: Int) throws {
    let (sentence, change) = Self.impossible[index]
    let source = try RandomModel(RandomModel.configuration())
    var configuration = RandomModel.configuration()
    change(&configuration)
    #expect {
      try TransformerModel(configuration: configuration, source: source, naming: .huggingFace)
    } throws: { "\($0)".contains(sentence) }
  }

  @Test func aWeightWithoutAPlaceIsRefusedAndNotPassedOver() throws {
    let configuration = RandomModel.configuration()
    let name = "model.layers.1.self_attn.k_proj.bias"
    #expect {
      try TransformerModel(
        configuration: configuration, source: RandomModel(configuration, adding: (name, [16])),
        naming: .huggingFace)
    } throws: { "\($0)".contains(name) }
    // Old checkpoints store what follows from the configuration.
    _ = try TransformerModel(
      configuration: configuration,
      source: RandomModel(
        configuration, adding: ("model.layers.0.self_attn.rotary_emb.inv_freq", [4])),
      naming: .huggingFace)
  }

  @Test func optionsOutOfRangeAreRefused() throws {
    let model = try RandomModel.model()
    for options in [
      SessionOptions(threads: 0), SessionOptions(threads: 5000), SessionOptions(contextLength: 0),
      SessionOptions(contextLength: 701),
    ] {
      #expect(throws: ModelError.self) { try model.makeSession(options) }
    }
  }
}
