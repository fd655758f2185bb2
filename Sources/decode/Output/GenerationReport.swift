import Decoding
import Generation
import Inference
import JSON
import LanguageModeling
import Tokenization

/// One prompt's result as the JSON of `generate`. Everything but `timings`, which stands last, is a function of the
/// model, the prompt, the settings and the seed.
struct GenerationReport {
  /// The model as the user knows it.
  var model: String
  /// The threads that the model ran on.
  var threads: Int
  /// Seconds until the model was ready.
  var loadSeconds: Double
  /// For the spelling of pieces.
  var tokenizer: any Tokenizer
  /// Whether alternatives, processed log-probabilities and entropies are told.
  var tellsDistributions: Bool

  /// The object for one prompt.
  func json(_ prompt: NamedPrompt, _ result: GenerationResult) -> JSONValue {
    var members: [JSONMember] = [.init("schema", .integer(1))]
    if let id = prompt.id { members.append(.init("id", id)) }
    if let metadata = prompt.metadata { members.append(.init("metadata", metadata)) }
    let timings = result.timings
    let rest: KeyValuePairs<String, JSONValue> = [
      "model": .string(model), "prompt": .string(prompt.prompt.text),
      "prompt_tokens": .integers(result.promptTokens), "settings": prompt.settings.json,
      "seed": prompt.settings.reportedSeed.map(JSONValue.unsigned) ?? .null,
      "sequences": .array(result.sequences.map(json)),
      "timings": json(timings),
    ]
    members += rest.map { .init($0.key, $0.value) }
    return .object(members)
  }

  /// The object in the place of a prompt that can't run.
  func json(_ line: RefusedPrompt) -> JSONValue {
    var members: [JSONMember] = [.init("schema", .integer(1))]
    if let id = line.id { members.append(.init("id", id)) }
    if let metadata = line.metadata { members.append(.init("metadata", metadata)) }
    members.append(.init("error", .string(line.reason)))
    return .object(members)
  }

  private func json(_ timings: GenerationTimings) -> JSONValue {
    var members: [JSONMember] = [
      .init("threads", .integer(threads)), .init("load_seconds", .seconds(loadSeconds)),
      .init("prompt_tokens", .integer(timings.promptTokens)),
      .init("prompt_seconds", .seconds(timings.promptSeconds)),
      .init("generated_tokens", .integer(timings.generatedTokens)),
      .init("generate_seconds", .seconds(timings.generateSeconds)),
    ]
    if let drafts = timings.drafts {
      members.append(.init("drafted_tokens", .integer(drafts.drafted)))
      members.append(.init("accepted_tokens", .integer(drafts.accepted)))
    }
    return .object(members)
  }

  private func json(_ sequence: GeneratedSequence) -> JSONValue {
    var members: [JSONMember] = []
    func add(_ name: String, _ value: JSONValue) { members.append(.init(name, value)) }
    let tokens = sequence.tokens
    add("text", .string(sequence.text))
    add("tokens", .integers(tokens.map(\.token)))
    add("score", .number(sequence.score))
    if let confidence = sequence.confidence { add("confidence", .number(confidence)) }
    add("logprob", .number(sequence.logProbability))
    add("token_logprobs", .array(tokens.map { .number($0.logProbability) }))
    if tellsDistributions {
      add("top_logprobs", .array(tokens.map { tokenizer.json($0.alternatives) }))
      add(
        "processed_logprobs",
        .array(tokens.map { $0.processedLogProbability.map(JSONValue.number) ?? .null }))
      add("entropies", .array(tokens.map { $0.entropy.map(JSONValue.number) ?? .null }))
    }
    if let isComplete = sequence.isComplete {
      let logMasses = tokens.compactMap(\.constraintLogProbability)
      if logMasses.count == tokens.count, !tokens.isEmpty {
        add("constraint_logprobs", .array(logMasses.map(JSONValue.number)))
      }
      add("complete", .bool(isComplete))
    }
    add("finish_reason", .string(sequence.finishReason.rawValue))
    if sequence.finishReason == .deadEnd {
      // Where no token goes on, and what a text would have had to go on with.
      add(
        "dead_end",
        .members([
          "position": .integer(tokens.count),
          "expected": sequence.expectation.map(JSONValue.string) ?? .null,
        ]))
    }
    add("sample", .integer(sequence.sample))
    if let draw = sequence.draw {
      // JSON has no infinity: a threshold of null is one below everything.
      add(
        "draw",
        .members([
          "logprob": .number(draw.logProbability),
          "perturbed_logprob": .number(draw.perturbedLogProbability),
          "threshold": draw.threshold.isFinite ? .number(draw.threshold) : .null,
          "log_weight": .number(draw.logWeight),
        ]))
    }
    return .object(members)
  }
}

extension Tokenizer {
  /// Tokens with their pieces and log-probabilities.
  func json(_ alternatives: [TokenAlternative]) -> JSONValue {
    .array(
      alternatives.map {
        .members([
          "id": .integer(Int($0.token)),
          "piece": piece(of: $0.token).map(JSONValue.string) ?? .null,
          "logprob": .number($0.logProbability),
        ])
      })
  }
}
