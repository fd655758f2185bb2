import Inference
import JSON
import Metrics
import Sweeps

/// Scores the texts of a file and prints a line for each, in their order.
struct ScoringRun {
  let model: Model
  let scorer: TextScorer
  let output: ResultWriter
  let progress: BatchProgress
  let console: Console
  /// Whether special tokens that are written in texts are recognised.
  let parsesSpecialTokens: Bool

  /// Texts that are read ahead, so that a step is full.
  private static let waitingCount = 128
  /// Scores that wait for one of an earlier text.
  private static let finishedCount = 1024

  private struct State {
    /// The lines of texts that are under way, by the scorer's numbers.
    var lines: [Int: (place: Int, line: ScoringLine)] = [:]
    /// What isn't printed yet, by place.
    var outputs: [Int: (line: JSONValue, likelihood: Likelihood?)] = [:]
    /// How many texts came, and how many were printed.
    var (count, printedCount) = (0, 0)
    var refusedCount = 0
    /// Those of the texts that were printed, in order.
    var likelihoods: [Likelihood] = []
  }

  /// Runs to the end of the file.
  ///
  /// - Parameters:
  ///   - cache: what a prompt cache holds of the first text's beginning is not read.
  ///   - likelihoods: those of texts that were scored before, which the summary counts in.
  /// - Throws: `CommandFailure` where a line couldn't be scored, once the others are; and `CommandFailure.interrupted`.
  func run(
    _ file: ScoringFile, cache: PromptCache?, after likelihoods: [Likelihood]
  ) throws(CommandFailure) {
    Interruption.listen()
    var file = file
    var state = State()
    state.likelihoods = likelihoods
    var isOver = false
    while !Interruption.isRequested {
      reading: while !isOver, scorer.unfinishedCount < Self.waitingCount,
        state.outputs.count < Self.finishedCount
      {
        switch try file.next(waits: scorer.unfinishedCount == 0) {
        case .notYet: break reading
        case .end: isOver = true
        case .line(let line): try submit(line, cache: cache, &state)
        }
      }
      let scored = try reportingFailure { try scorer.step() }
      for (number, text) in scored ?? [] {
        guard let (place, line) = state.lines.removeValue(forKey: number) else { continue }
        state.outputs[place] = (text.json(line), text.likelihood)
        progress.completed(generatedTokens: text.tokens.count)
      }
      try printWhatIsReady(&state)
      if scored == nil, isOver { break }
    }
    progress.finish()
    if let summary = Self.text(ScoringSummary(state.likelihoods)) { console.note(summary) }
    if Interruption.isRequested { throw .interrupted }
    if state.refusedCount > 0 {
      throw .failure(
        "\(state.refusedCount) of \(state.count) texts couldn't be scored; in the place of each"
          + " stands a line with “error”")
    }
  }

  private func submit(
    _ line: ScoringLine, cache: PromptCache?, _ state: inout State
  ) throws(CommandFailure) {
    let place = state.count
    state.count += 1
    do throws(CommandFailure) {
      let text = try line.text.get()
      if place == 0, let cache {
        let count = try reportingFailure { try scorer.restore(text, from: cache) }
        console.detail("prompt cache: \(count) tokens")
      }
      let number = try reportingFailure {
        try scorer.submit(
          text, named: line.place, parsingSpecialTokens: parsesSpecialTokens)
      }
      state.lines[number] = (place, line)
    } catch {
      // A cache that can't be used concerns all texts.
      if place == 0, cache != nil, case .success = line.text, case .failure = error { throw error }
      state.refusedCount += 1
      progress.completed(generatedTokens: 0)
      var members = line.named
      members.append(JSONMember("error", .string(error.message.placed(at: line.place))))
      state.outputs[place] = (JSONValue.object(members), nil)
    }
  }

  private func printWhatIsReady(_ state: inout State) throws(CommandFailure) {
    while let (line, likelihood) = state.outputs.removeValue(forKey: state.printedCount) {
      state.printedCount += 1
      if let likelihood { state.likelihoods.append(likelihood) }
      try output.writeLine(line.text)
    }
  }

  /// What all texts come to.
  private static func text(_ summary: ScoringSummary) -> String? {
    guard let mean = summary.likelihood.mean, let perplexity = summary.likelihood.perplexity else {
      return nil
    }
    func spelled(_ number: Double) -> String { FixedPoint.text(number, places: 4) }
    var text =
      "\(summary.textCount) \(summary.textCount == 1 ? "text" : "texts"), "
      + "\(summary.likelihood.tokenCount) tokens: nll \(spelled(mean)), perplexity "
      + spelled(perplexity)
    if let range = summary.perplexity {
      text += " (95 %: \(spelled(range.lower)) to \(spelled(range.upper)))"
    }
    if let bits = summary.likelihood.bitsPerByte { text += ", bits per byte \(spelled(bits))" }
    return text
  }
}

extension ScoringLine {
  /// What comes before the scores.
  fileprivate var named: [JSONMember] {
    var members = [JSONMember("schema", .integer(1))]
    if let id { members.append(JSONMember("id", id)) }
    if let metadata { members.append(JSONMember("metadata", metadata)) }
    return members
  }
}

extension Likelihood {
  /// What the line of a text says; `nil` for what is no such line.
  init?(ofScores line: JSONValue) {
    guard case .array(let values)? = line["token_logprobs"],
      case .integer(let byteCount)? = line["bytes"]
    else { return nil }
    self.init(logProbabilities: values.compactMap(\.double), byteCount: byteCount)
  }
}

extension ScoredText {
  /// The line of a text.
  fileprivate func json(_ line: ScoringLine) -> JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
    let likelihood = likelihood
    var members = line.named
    let scores: KeyValuePairs<String, JSONValue> = [
      "tokens": .integers(tokens), "token_logprobs": .numbers(tokenLogProbabilities),
      "logprob": .number(logProbability), "nll": number(likelihood.mean),
      "perplexity": number(likelihood.perplexity),
      "bits_per_byte": number(likelihood.bitsPerByte), "bytes": .integer(byteCount),
    ]
    members += scores.map { JSONMember($0.key, $0.value) }
    if let isGreedy { members.append(JSONMember("is_greedy", .bool(isGreedy))) }
    if windowCount > 1 { members.append(JSONMember("windows", .integer(windowCount))) }
    return .object(members)
  }
}
