import Constraints
import Decoding
import Foundation
import Generation
import Inference
import JSON
import LanguageModeling
import Models
import TestSupport
import Testing
import Tokenization

/// Texts under a constraint, over real vocabularies.
@Suite struct ConstrainedTextTests {
  private static let model = Result { try Model.embedded() }

  private func settings(
    _ maxNewTokens: Int = 40, _ change: (inout GenerationSettings) -> Void
  ) -> GenerationSettings {
    var settings = GenerationSettings()
    settings.maxNewTokens = maxNewTokens
    settings.seed = 5
    change(&settings)
    return settings
  }

  /// The embedded SentencePiece vocabulary, and a byte-level one where there is one at hand.
  private static func tokenizers() throws -> [any Tokenizer] {
    var tokenizers: [any Tokenizer] = [try model.get().loaded.tokenizer]
    if let path = ProcessInfo.processInfo.environment["DECODE_TEST_MODEL"] {
      tokenizers.append(try ModelLoader.loadTokenizer(path: path))
    }
    return tokenizers
  }

  @Test func aTokensBytesAreWhatTheDetokenizerWrites() throws {
    for tokenizer in try Self.tokenizers() {
      var random = SplitMix64(seed: 3)
      let start = try tokenizer.encode("A text", parsingSpecialTokens: false)
      for _ in 0..<200 {
        let tokens = (0..<8).map { _ in TokenID(random.below(tokenizer.vocabularyCount)) }
        let bytes = tokens.flatMap { tokenizer.bytes(of: $0) ?? [] }
        // Bytes that are no UTF-8 are written otherwise.
        guard let text = String(validating: bytes, as: UTF8.self) else { continue }
        let whole = tokenizer.decode(start + tokens, skippingSpecialTokens: true)
        let before = tokenizer.decode(start, skippingSpecialTokens: true)
        #expect(whole == before + text, "\(tokens)")
      }
      for byte in UInt8(0x80)...UInt8(0xFF) {
        guard let token = tokenizer.token(of: "<0x\(String(byte, radix: 16).uppercased())>") else {
          continue
        }
        #expect(tokenizer.bytes(of: token) == [byte])
      }
    }
  }

  /// SentencePiece drops the space before the first word of a text: what counts is what is written.
  @Test func theFirstTokenOfATextIsTakenAsItIsWritten() throws {
    let model = try Self.model.get()
    let settings = settings {
      $0.regularExpression = "[A-Z][a-z]+ [a-z]+( [a-z]+)*\\."
      $0.strategy = .greedy
    }
    for prompt in ["", "The wolf said:"] {
      let result = try model.generate(prompt, settings)
      let text = result.text
      #expect(result.sequences[0].isComplete == true, "\(text)")
      #expect(text.first?.isUppercase == true && text.contains(" "), "\(text)")
      let pattern = try FormalLanguage(regularExpression: "[A-Z][a-z]+( [a-z]+)+\\.")
      #expect(try pattern.contains(text))
    }
    // A text that begins with a space has one.
    let spaced = try model.generate(
      "The wolf", self.settings { $0.regularExpression = " [a-z]+\\." })
    #expect(spaced.text.first == " " && spaced.sequences[0].isComplete == true)
  }

  static let strategies: [(StrategyEntry, @Sendable (inout GenerationSettings) -> Void)] = [
    (.greedy, { _ in }), (.sample, { $0.temperature = 1.3 }),
    (
      .sample,
      {
        $0.topK = 20; $0.topP = 0.9; $0.returnSequenceCount = 3
      }
    ),
    (.sample, { $0.guidanceScale = 1.5 }), (.sample, { $0.promptLookupCount = 5 }),
    (.sample, { $0.mirostat = .second }), (.arithmetic, { $0.returnSequenceCount = 3 }),
    (
      .beam,
      {
        $0.beamCount = 3; $0.returnSequenceCount = 3
      }
    ),
    (
      .diverseBeam,
      {
        $0.beamCount = 4; $0.beamGroupCount = 2; $0.returnSequenceCount = 2
      }
    ),
    (.beamSample, { $0.beamCount = 3 }),
    (
      .stochasticBeam,
      {
        $0.beamCount = 3; $0.returnSequenceCount = 3
      }
    ),
  ]

  static let schema = """
    {"type": "object", "properties": {
       "name": {"type": "string", "pattern": "^[A-Z][a-z]{2,8}$"},
       "age": {"type": "integer", "minimum": 7, "maximum": 99},
       "kind": {"enum": ["wolf", "girl", "king"]}},
     "required": ["name", "age", "kind"], "additionalProperties": false}
    """

  @Test func everyStrategyWritesWhatTheConstraintAccepts() throws {
    let model = try Self.model.get()
    let schema = try JSONSchema(parsing: Self.schema)
    let grammar = #"root ::= "(" (word " ")* word ")"  word ::= [a-z]+"#
      .replacing("  word", with: "\nword")
    for (strategy, change) in Self.strategies {
      func texts(_ set: (inout GenerationSettings) -> Void) throws -> [GeneratedSequence] {
        let settings = settings {
          $0.strategy = strategy
          change(&$0)
          set(&$0)
        }
        let sequences = try model.generate("A tale of a wolf and a girl. ", settings).sequences
        #expect(!sequences.isEmpty, "\(strategy.name)")
        return sequences
      }
      for sequence in try texts({ $0.jsonSchema = Self.schema }) where sequence.isComplete == true {
        let value = try JSONValue(parsing: Array(sequence.text.utf8))
        #expect(try schema.violation(in: value) == nil, "\(strategy.name): \(sequence.text)")
      }
      let language = try FormalLanguage(grammar: grammar)
      for sequence in try texts({ $0.grammar = grammar }) {
        #expect(try language.contains(sequence.text) == (sequence.isComplete == true))
      }
      for sequence in try texts({ $0.choices = ["the wolf", "the girl"] }) {
        #expect(sequence.isComplete == true && ["the wolf", "the girl"].contains(sequence.text))
        #expect(sequence.finishReason == .endOfSequence)
      }
    }
  }

  @Test func draftsThreadsAndNeighboursChangeNothing() throws {
    let model = try Self.model.get()
    let settings = settings {
      $0.jsonSchema = Self.schema
      $0.temperature = 1.2
      $0.returnSequenceCount = 3
    }
    let plain = try model.generate("Once there was", settings).sequences
    var drafted = settings
    drafted.promptLookupCount = 6
    #expect(try model.generate("Once there was", drafted).sequences == plain)
    var threaded = model
    threaded.options.threads = 1
    #expect(try threaded.generate("Once there was", settings).sequences == plain)
    let beside = try model.generate(["The king", "Once there was", "A wolf"], settings)
    #expect(try beside[1].get().sequences == plain)
  }

  @Test func whatStandsBeforeTheMarkerIsFree() throws {
    let model = try Self.model.get()
    for (marker, seed) in [(".", 1), ("e", 2), ("lived", 1)] as [(String, UInt64)] {
      let result = try model.generate(
        "Once upon a time",
        settings(60) {
          $0.regularExpression = "[0-9]{2}(x[0-9])*"
          $0.constrainAfter = marker
          $0.temperature = 0.8
          $0.seed = seed
        })
      let sequence = result.sequences[0]
      let end = try #require(result.text.range(of: marker)).upperBound
      let language = try FormalLanguage(regularExpression: "[0-9]{2}(x[0-9])*")
      #expect(sequence.isComplete == true, "\(result.text)")
      #expect(try language.contains(String(result.text[end...])), "\(result.text)")
    }
  }

  @Test func theLawOfTheWeightsIsThatOfWhatTheConstraintLeft() throws {
    let model = try Self.model.get()
    let settings = settings {
      $0.choices = ["a wolf", "a girl", "the miller"]
      $0.returnSequenceCount = 6
      $0.selection = .weight
    }
    let sequences = try model.generate("Once there was ", settings).sequences
    #expect(sequences.count == 6)
    #expect(abs(sequences.reduce(0) { $0 + $1.score } - 1) < 1e-12)
    let weights = sequences.map { exp($0.constraintLogProbability) }
    let sum = weights.reduce(0, +)
    for (sequence, weight) in zip(sequences, weights) {
      #expect(abs(sequence.score - weight / sum) < 1e-9)
      #expect(sequence.tokens.allSatisfy { ($0.constraintLogProbability ?? 1) <= 0 })
    }
    #expect(try model.generate("Once there was ", settings).sequences == sequences)
  }

  /// With many samples the chosen one follows the model's law given the constraint: here over two texts, whose
  /// probabilities can be computed.
  @Test func theChosenSampleFollowsTheConditionalLaw() throws {
    let samples = (0..<400).map { index in
      SampleCandidate(
        text: index % 4 == 0 ? "a" : "b",
        constraintLogProbability: index % 4 == 0 ? log(0.6) : log(0.2),
        isComplete: index % 4 != 3, sample: index)
    }
    var counts: [String: Int] = [:]
    for seed in 0..<600 {
      let ranked = ImportanceResampling(seed: UInt64(seed), prompt: [1]).rank(samples)
      #expect(Set(ranked.map(\.index)).count == samples.count)
      #expect(ranked.suffix(100).allSatisfy { $0.score == 0 })
      counts[samples[ranked[0].index].text, default: 0] += 1
    }
    // Of 300 whole samples 100 weigh 0.6 and 200 weigh 0.2.
    let share = Double(counts["a"] ?? 0) / 600
    #expect(abs(share - 0.6) < 4 * (0.6 * 0.4 / 600).squareRoot())
  }

  @Test func aStopStringCutsTheText() throws {
    let model = try Self.model.get()
    let cut = try model.generate(
      "Once",
      settings {
        $0.jsonSchema = Self.schema
        $0.stopStrings = ["age"]
      }
    ).sequences[0]
    #expect(cut.finishReason == .stop && cut.isComplete == false && cut.text.hasSuffix("\""))
    let whole = try model.generate(
      "Once",
      settings {
        $0.regularExpression = "ab*!?"
        $0.stopStrings = ["!"]
        $0.logitBias = [:]
      }
    ).sequences[0]
    #expect(whole.isComplete == true)
  }

  @Test func constraintsThatCannotBeAreRefused() throws {
    let model = try Self.model.get()
    let wrong: [(inout GenerationSettings) -> Void] = [
      { $0.jsonSchema = #"{"type": "what"}"# }, { $0.grammar = "root ::= <nope>" },
      { $0.regularExpression = "(" }, { $0.jsonSchema = "/nowhere/at/all.json" },
      {
        $0.choices = []; $0.grammarFile = "/nowhere.gbnf"
      },
      { $0.jsonSchema = #"{"items": {"uniqueItems": true}}"# },
    ]
    for change in wrong {
      #expect(throws: InferenceError.self) { try model.generate("a", settings(change: change)) }
    }
    let lenient = try model.generate(
      "a",
      settings(8) {
        $0.jsonSchema = #"{"items": {"uniqueItems": true}}"#
        $0.isSchemaLenient = true
      })
    #expect(!lenient.text.isEmpty)
  }

  private func settings(change: (inout GenerationSettings) -> Void) -> GenerationSettings {
    settings(40, change)
  }
}
