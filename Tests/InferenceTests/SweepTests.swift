import Decoding
import Generation
import Inference
import JSON
import Sweeps
import TestSupport
import Testing

@Suite struct SweepTests {
  private static let model = Result { try Model.embedded() }

  private func sweep(_ fields: String) throws -> PreparedSweep {
    let text = """
      {"version": 1, "seed": 7, "data": {"prompts": "p.jsonl"}, "defaults": {"max_new_tokens": 8},
       \(fields)}
      """
    let specification = try SweepSpecification(
      reading: try JSONValue(parsing: Array(text.utf8)), file: "sweep.json",
      catalogue: GenerationCatalogue())
    let lines = ["Once upon a time", "The wolf said", "", "In a village there lived a miller"]
      .map { "{\"prompt\": \"\($0)\"}\n" }.joined()
    return try PreparedSweep(
      specification, prompts: try PromptFile(Array(lines.utf8), specification.data),
      model: try Self.model.get())
  }

  /// Runs a sweep into a folder.
  private func run(
    _ sweep: PreparedSweep, isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) throws -> (outcome: SweepOutcome, records: [SampleRecord], failures: [FailureRecord]) {
    let folder = try TemporaryDirectory()
    let manifest = try sweep.manifest(of: .whole, toolVersion: "1.0")
    let journal = try ShardJournal(output: folder.path, manifest: manifest, resumes: false)
    var runner = try SweepRunner(
      sweep.specification, prompts: sweep.prompts.prompts, planner: sweep.planner,
      manifest: manifest, journal: journal,
      executor: GenerationExecutor(
        sweep.specification, interpreter: sweep.interpreter,
        needs: try SweepRunner.needs(of: sweep.specification), isInterrupted: isInterrupted))
    let outcome = try runner.run()
    guard outcome != .stopped else { return (outcome, Array(journal.records.values), []) }
    let results = try ShardMerge.results(of: [folder.path])
    return (outcome, results.records, results.failures)
  }

  @Test func continuationsAreThoseOfGenerate() throws {
    let sweep = try sweep(
      """
      "repeats": 2, "metrics": ["nll"],
      "parameters": {"temperature": {"values": [0.5, 1.1]}, "top_k": {"values": [0, 5]}}
      """)
    #expect(sweep.trials.count == 4)
    let results = try run(sweep)
    #expect(results.outcome == .finished)
    // The baseline stands beside the trials.
    #expect(results.records.count == 5 * 4 * 2)
    let model = try Self.model.get()
    for record in results.records {
      var settings = GenerationSettings()
      settings.temperature = record.settings.first { $0.key == "temperature" }?.value.double ?? .nan
      if case .integer(let count)? = record.settings.first(where: { $0.key == "top_k" })?.value {
        settings.topK = count
      }
      settings.maxNewTokens = 8
      settings.returnSequenceCount = 2
      settings.seed = 7
      let prompt = try #require(sweep.prompts.prompts.first { $0.id == record.key.prompt })
      let sequence = try model.generate(prompt.text, settings).sequences[record.key.sample]
      #expect(record.text == sequence.text && record.tokens == sequence.tokens.map(\.token))
      #expect(record.tokenLogProbabilities == sequence.tokens.map(\.logProbability))
    }
  }

  @Test func aTrialThatMakesNoSenseIsRefusedBeforehand() throws {
    #expect(throws: InferenceError.self) {
      try sweep(#""parameters": {"top_p": {"values": [0.5, 7]}}"#)
    }
  }

  @Test func anInterruptedSweepStopsAtOnce() throws {
    let sweep = try sweep(#""repeats": 3, "parameters": {"temperature": {"values": [0.5, 1.1]}}"#)
    let results = try run(sweep, isInterrupted: { true })
    #expect(results.outcome == .stopped && results.records.isEmpty)
  }
}
