import JSON
import Sweeps
import TestSupport

/// A sweep over made-up prompts, which can be run into a folder as often as a test likes.
struct SweepFixture {
  var specification: SweepSpecification
  var prompts: PromptFile
  var modelDigest = "model"

  /// - Parameters:
  ///   - fields: of the sweep file, beside version and data.
  ///   - data: further members of `data`.
  init(_ fields: String, promptCount: Int = 7, data: String = "") throws {
    specification = try SweepSpecification(
      json: """
        {"version": 1, "seed": 11,
         "data": {"prompts": "p.jsonl", "reference_key": "reference"\(data)}, \(fields)}
        """)
    let lines = (0..<promptCount).map {
      #"{"id": "p\#($0)", "prompt": "Prompt number \#($0)", "reference": "0a1b2c3\#($0)"}"#
    }
    prompts = try PromptFile(Array(lines.joined(separator: "\n").utf8), specification.data)
  }

  /// Runs a shard, and says how it ended.
  @discardableResult
  func run(
    into folder: String, shard: String = "1/1", resumes: Bool = false,
    executor: FakeExecutor = FakeExecutor(), failureLimit: Int? = nil,
    scorers: [any SampleScorer] = [], isStopped: @escaping () -> Bool = { false }
  ) throws -> SweepOutcome {
    let planner = try TrialPlanner(
      specification, interpreter: FakeInterpreter(), modelDigest: modelDigest)
    let manifest = try Manifest(
      specification, shard: Shard(shard) ?? .whole, prompts: prompts, baseline: planner.baseline,
      model: "model", modelDigest: modelDigest, toolVersion: "1.0")
    var runner = try SweepRunner(
      specification, prompts: prompts.prompts, planner: planner, manifest: manifest,
      journal: ShardJournal(output: folder, manifest: manifest, resumes: resumes),
      executor: executor, scorers: scorers, failureLimit: failureLimit, isStopped: isStopped)
    return try runner.run()
  }

  /// Runs all of it in `count` shards, and merges them.
  func merged(in folder: TemporaryDirectory, shards count: Int = 1) throws -> SweepResults {
    let output = folder.path + "/run-\(count)"
    for index in 1...count { try run(into: output, shard: "\(index)/\(count)") }
    return try ShardMerge.results(of: [output])
  }
}

extension SweepResults {
  /// The results as `results.jsonl` has them.
  var lines: [String] { records.map(\.json.text) }
}
