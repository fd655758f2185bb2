public import Decoding
public import Generation
import LanguageModeling

extension Model {
  /// Continues a text.
  ///
  /// ```swift
  /// var settings = GenerationSettings()
  /// settings.temperature = 0.8
  /// settings.seed = 42
  /// print(try model.generate("Once upon a time", settings).text)
  /// ```
  ///
  /// - Parameters:
  ///   - text: the text; special tokens that are written in it are recognised.
  ///   - settings: how, over what the model's own files recommend (``resolve(_:)``). Without a seed, one is drawn;
  ///     the result holds it.
  ///   - report: what to report about each token.
  /// - Throws: ``InferenceError`` for a text or settings that this model can't take, and where the model fails.
  public func generate(
    _ text: String, _ settings: GenerationSettings? = nil, report: TokenReport = TokenReport()
  ) throws(InferenceError) -> GenerationResult {
    try generate(Prompt.text(text), settings, report: report)
  }

  /// Continues a text, a conversation or tokens.
  ///
  /// ```swift
  /// let answer = try model.generate(.messages([ChatMessage(role: "user", content: "Hello!")]))
  /// ```
  ///
  /// - Parameters:
  ///   - prompt: what to continue.
  ///   - settings: how, over what the model's own files recommend (``resolve(_:)``).
  ///   - report: what to report about each token.
  /// - Throws: ``InferenceError`` for a prompt or settings that this model can't take, and where the model fails.
  public func generate(
    _ prompt: Prompt, _ settings: GenerationSettings? = nil, report: TokenReport = TokenReport()
  ) throws(InferenceError) -> GenerationResult {
    try generate([prompt], settings, report: report)[0].get()
  }

  /// Continues any number of prompts together, all with the same seed. A prompt that can't run leaves the others alone.
  ///
  /// - Returns: a result or an error for each prompt, in their order. Each result is what the prompt gives alone.
  /// - Throws: ``InferenceError`` for settings that this model can't take, and where the model fails as a whole.
  public func generate(
    _ prompts: [Prompt], _ settings: GenerationSettings? = nil,
    report: TokenReport = TokenReport(), limits: SchedulerLimits = SchedulerLimits()
  ) throws(InferenceError) -> [Result<GenerationResult, InferenceError>] {
    let template = try template(for: resolve(settings))
    let seed = Self.randomSeed()
    let scheduler = try Scheduler(self, limits: limits)
    var results: [Result<GenerationResult, InferenceError>?] = prompts.map { _ in nil }
    /// By the scheduler's numbers.
    var places: [Int: Int] = [:]
    var rest = prompts.indices[...]
    while true {
      while scheduler.wantsRequests, let place = rest.popFirst() {
        do throws(InferenceError) {
          let request = try template.request(
            for: prepare(prompts[place]).tokens, seed: seed, report: report)
          places[scheduler.submit(request)] = place
        } catch {
          results[place] = .failure(error)
        }
      }
      scheduler.expectsRequests = !rest.isEmpty
      let events: [GenerationEvent]?
      do throws(DecodingFailure) { events = try scheduler.step() } catch { throw .decoding(error) }
      guard let events else { break }
      for event in events {
        switch event {
        case .completed(let number, let result):
          if let place = places.removeValue(forKey: number) { results[place] = .success(result) }
        case .failed(let number, let error):
          if let place = places.removeValue(forKey: number) {
            results[place] = .failure(.decoding(error))
          }
        case .promptRead, .canvas, .token, .text, .finished: continue
        }
      }
    }
    return results.compactMap(\.self)
  }

  /// Continues a text and gives its pieces as they come.
  ///
  /// ```swift
  /// for try await piece in try model.stream("Once upon a time") { print(piece, terminator: "") }
  /// ```
  ///
  /// The model works on a thread of the stream's own, and only as far ahead as the reader asks. To end early, leave the
  /// loop, or cancel the task that reads: the stream then ends after the piece that is under way.
  ///
  /// - Throws: ``InferenceError/severalSequences(count:)`` under settings that give several texts, and as
  ///   ``generate(_:_:report:)-(String,_,_)`` does.
  public func stream(
    _ text: String, _ settings: GenerationSettings? = nil
  ) throws(InferenceError) -> TextStream {
    try stream(Prompt.text(text), settings)
  }

  /// Continues a text, a conversation or tokens, and gives the pieces of the text as they come.
  ///
  /// - Throws: ``InferenceError/severalSequences(count:)`` under settings that give several texts, and as
  ///   ``generate(_:_:report:)-(Prompt,_,_)`` does.
  public func stream(
    _ prompt: Prompt, _ settings: GenerationSettings? = nil
  ) throws(InferenceError) -> TextStream {
    let settings = try resolve(settings)
    guard settings.returnSequenceCount == 1 else {
      throw .severalSequences(count: settings.returnSequenceCount)
    }
    return TextStream(try events(of: prompt, settings))
  }

  /// Everything that happens while a prompt is continued: tokens, pieces of all texts, sequences that end, the result.
  ///
  /// - Throws: as ``generate(_:_:report:)-(Prompt,_,_)`` does; nothing has been computed then.
  public func events(
    of prompt: Prompt, _ settings: GenerationSettings? = nil, report: TokenReport = TokenReport()
  ) throws(InferenceError) -> EventStream<Scheduler> {
    let template = try template(for: resolve(settings))
    let request = try template.request(
      for: prepare(prompt).tokens, seed: Self.randomSeed(), report: report)
    let scheduler = try Scheduler(self)
    scheduler.submit(request)
    return EventStream(scheduler)
  }

  /// A seed for a run that was given none: 32 bits, enough for telling runs apart, and short enough to type.
  public static func randomSeed() -> UInt64 {
    UInt64(UInt32.random(in: .min ... .max))
  }
}
