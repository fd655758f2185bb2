import JSON
import Metrics
import Sweeps
import Testing

struct SweepSpecificationTests {
  private let whole = """
    {"version": 1, "name": "story", "seed": 42, "method": "random", "run_cap": 200, "repeats": 2,
     "noise": "independent", "metric": {"name": "chrf", "goal": "maximize"},
     "metrics": ["nll", {"name": "words", "command": ["python3", "length.py"]}],
     "model": {"path": "model.gguf"},
     "data": {"prompts": "prompts.jsonl", "prompt_key": "question", "reference_key": "answer", "limit": 64, "holdout": 0.5},
     "defaults": {"max_new_tokens": 64},
     "parameters": {
       "temperature": {"min": 0, "max": 1},
       "top_k": {"min": 0, "max": 50},
       "top_p": {"distribution": "q_uniform", "min": 0.5, "max": 1.0, "q": 0.25},
       "lora": {"values": ["none", "adapters/fairy"], "probabilities": [0.25, 0.75]},
       "lora_scale": {"distribution": "log_uniform_values", "min": 1, "max": 9},
       "num_beams": {"distribution": "int_uniform", "min": 1, "max": 4},
       "max_new_tokens": {"value": 5}},
     "early_terminate": {"type": "halving", "eta": 3, "min_iter": 8}}
    """

  @Test func everythingIsRead() throws {
    let sweep = try SweepSpecification(json: whole)
    #expect(sweep.name == "story")
    #expect(sweep.seed == 42)
    #expect(sweep.method == .random)
    #expect(sweep.runCap == 200)
    #expect(sweep.repeats == 2)
    #expect(sweep.noise == .independent)
    #expect(sweep.objective?.name == "chrf")
    #expect(sweep.objective?.goal == .maximize)
    #expect(sweep.metrics.map(\.name) == ["nll", "words", "chrf"])
    #expect(sweep.model == "model.gguf")
    #expect(sweep.data.promptKey == "question")
    #expect(sweep.data.referenceKey == "answer")
    #expect(sweep.data.limit == 64)
    #expect(sweep.data.holdout == 0.5)
    #expect(sweep.defaults == [JSONMember("max_new_tokens", .integer(64))])
    #expect(
      sweep.spaces == [
        ParameterSpace([
          // A range of whole numbers is continuous for a setting that takes real ones.
          Parameter(name: "temperature", distribution: .uniform(minimum: 0, maximum: 1)),
          Parameter(name: "top_k", distribution: .integers(minimum: 0, maximum: 50)),
          Parameter(
            name: "top_p", distribution: .quantised(minimum: 0.5, maximum: 1, step: 0.25)),
          Parameter(
            name: "lora",
            distribution: .categorical(
              [.string("none"), .string("adapters/fairy")], probabilities: [0.25, 0.75])),
          Parameter(name: "lora_scale", distribution: .logUniform(minimum: 1, maximum: 9)),
          Parameter(name: "num_beams", distribution: .integers(minimum: 1, maximum: 4)),
          Parameter(name: "max_new_tokens", distribution: .values([.integer(5)])),
        ])
      ])
    #expect(sweep.earlyTermination == .halving(eta: 3, minimumIterations: 8))
  }

  @Test func whatIsLeftOutHasDefaults() throws {
    let sweep = try SweepSpecification(
      json: """
        {"version": 1, "data": {"prompts": "p.jsonl"},
         "grids": [{"top_k": {"values": [1]}}, {"num_beams": {"values": [2, 4]}}]}
        """)
    #expect(sweep.method == .grid)
    #expect(sweep.seed == 0)
    #expect(sweep.repeats == 1)
    #expect(sweep.noise == .shared)
    #expect(sweep.objective == nil)
    #expect(sweep.model == nil)
    #expect(sweep.data.promptKey == "prompt")
    #expect(sweep.data.holdout == 0)
    #expect(sweep.spaces.count == 2)
  }

  /// What is wrong, put in place of something right, and what the message must name.
  @Test(arguments: [
    (#""version": 1"#, #""version": 2"#, "version must be 1"),
    (#""version": 1"#, #""versoin": 1"#, "versoin is unknown; did you mean `version`?"),
    (#""repeats": 2"#, #""repeat": 2"#, "repeat is unknown; did you mean `repeats`?"),
    (#""repeats": 2"#, #""repeats": 0"#, "repeats must be a whole number from 1 to 1000000, not 0"),
    (#""repeats": 2"#, #""repeats": 9223372036854775807"#, "repeats must be a whole number from 1"),
    (
      #""run_cap": 200"#, #""run_cap": 1000000000000000000"#,
      "run_cap must be a whole number from 1 to 1000000"
    ),
    (#""repeats": 2"#, #""repeats": 1.5"#, "repeats must be a whole number"),
    (#""seed": 42"#, #""seed": -1"#, "seed must be"),
    (#""method": "random""#, #""method": "bayes""#, "method must be one of grid, random, tpe"),
    (#""run_cap": 200,"#, "", "run_cap is missing"),
    (#""noise": "independent""#, #""noise": true"#, "noise must be one of shared, independent"),
    (#""goal": "maximize""#, #""goal": "max""#, "metric.goal must be one of maximize, minimize"),
    (#""name": "chrf""#, #""name": "chrg""#, "no metric “chrg”; did you mean “chrf”?"),
    (#", "reference_key": "answer""#, "", "needs references; name them with data.reference_key"),
    (#"["nll","#, #"["nll", "nll","#, "metrics has nll twice"),
    (#""name": "words""#, #""name": "nll""#, "is the name of a built-in metric"),
    (#"["python3", "length.py"]"#, "[]", "metrics[1].command must be a list of texts"),
    (#""prompts": "prompts.jsonl","#, "", "data.prompts is missing"),
    (#""holdout": 0.5"#, #""holdout": 1"#, "data.holdout must be from 0 to below 1"),
    (#""limit": 64"#, #""limit": "64""#, "data.limit must be a whole number"),
    (#""max_new_tokens": 64"#, #""max_tokens": 64"#, "defaults.max_tokens is no setting"),
    (
      #""top_k": {"min": 0"#, #""topk": {"min": 0"#,
      "parameters.topk is no setting; did you mean `top_k`?"
    ),
    (#""top_k": {"min": 0"#, #""seed": {"min": 0"#, "parameters.seed is the sweep's own"),
    (
      #""top_k": {"min": 0, "max": 50}"#, #""top_k": {"min": 50, "max": 50}"#,
      "parameters.top_k.max must be above min"
    ),
    (
      #""top_k": {"min": 0, "max": 50}"#, #""top_k": {"min": 0.5, "max": 50}"#,
      "parameters.top_k.min must be a whole number, not 0.5"
    ),
    (
      #""top_k": {"min": 0, "max": 50}"#, #""top_k": {"min": -1, "max": 9223372036854775807}"#,
      "parameters.top_k.max must be from -9007199254740992 to 9007199254740992"
    ),
    (
      #""top_k": {"min": 0"#, #""top_k": {"distribution": "uniform", "min": 0"#,
      "parameters.top_k.distribution is uniform, which draws fractions"
    ),
    (
      #""top_k": {"min": 0, "max": 50}"#,
      #""top_k": {"distribution": "normal", "mu": 5, "sigma": 1}"#,
      "write int_uniform, or q_uniform"
    ),
    (
      #""top_k": {"min": 0"#, #""top_k": {"distribution": "q_uniform", "q": 2.5, "min": 0"#,
      "parameters.top_k.q must be a whole number for this setting, not 2.5"
    ),
    (
      #""temperature": {"min": 0, "max": 1}"#,
      #""temperature": {"min": -1.7e308, "max": 1.7e308}"#,
      "parameters.temperature.max is too far above min"
    ),
    (
      #""temperature": {"min": 0, "max": 1}"#,
      #""temperature": {"distribution": "normal", "mu": 0, "sigma": 1e308}"#,
      "parameters.temperature.sigma is too large"
    ),
    (
      #""top_k": {"min": 0, "max": 50}"#, #""top_k": {"min": 0, "max": 50, "step": 2}"#,
      "parameters.top_k.step is unknown"
    ),
    (
      #""top_k": {"min": 0, "max": 50}"#, #""top_k": {"min": 0}"#, "parameters.top_k.max is missing"
    ),
    (#""top_k": {"min": 0, "max": 50}"#, #""top_k": 5"#, "parameters.top_k is a number"),
    (
      #""top_k": {"min": 0, "max": 50}"#, #""top_k": {"values": []}"#,
      "parameters.top_k.values is empty"
    ),
    (#""top_k": {"min": 0, "max": 50}"#, #""top_k": {"values": [1, 1]}"#, "has 1 twice"),
    (#""top_k": {"min": 0, "max": 50}"#, #""top_k": {}"#, "write `values: […]`"),
    (
      #""distribution": "q_uniform""#, #""distribution": "log_uniform""#, "write log_uniform_values"
    ),
    (#", "q": 0.25"#, "", "parameters.top_p.q must be a number above 0"),
    (#""probabilities": [0.25, 0.75]"#, #""probabilities": [0.25, 0.25]"#, "sum to 1"),
    (#""probabilities": [0.25, 0.75]"#, #""probabilities": [1]"#, "must be 2 numbers"),
    (
      #""values": ["none", "adapters/fairy"], "probabilities": [0.25, 0.75]"#,
      #""min": 0, "max": 1"#, "this setting takes `values: […]`"
    ),
    (
      #""distribution": "log_uniform_values", "min": 1"#,
      #""distribution": "log_uniform_values", "min": 0"#, "must be above 0"
    ),
    (#""eta": 3"#, #""eta": 1"#, "early_terminate.eta must be a whole number, 2 or above"),
    (
      #""type": "halving""#, #""type": "hyperband""#,
      "early_terminate.type must be one of halving, confidence"
    ),
    (#""metric": {"name": "chrf", "goal": "maximize"},"#, "", "metric is missing: early_terminate"),
    (
      #""method": "random""#, #""method": "grid""#,
      "parameters.temperature is a range without steps"
    ),
    (#""model": {"path": "model.gguf"}"#, #""model": "model.gguf""#, "model is a string"),
    (
      #""early_terminate""#, #""grids": [], "early_terminate""#,
      "grids and parameters are both there"
    ),
  ])
  func whatIsWrongIsNamed(right: String, wrong: String, message: String) throws {
    #expect(whole.contains(right))
    let json = whole.replacing(right, with: wrong, maxReplacements: 1)
    let error = #expect(throws: SweepError.self) { try SweepSpecification(json: json) }
    let text = "\(try #require(error))"
    #expect(text.hasPrefix("sweep.yaml: "))
    #expect(text.contains(message), "\(text)")
  }

  @Test(arguments: [(1_000_000, false), (999_999, true)])
  func aGridHasAMillionPointsAtMost(maximum: Int, isAccepted: Bool) throws {
    func json(_ fields: String) -> String {
      """
      {"version": 1, "data": {"prompts": "p.jsonl"}, \(fields)
       "parameters": {"top_k": {"min": 0, "max": \(maximum)}}}
      """
    }
    #expect(throws: Never.self) { try SweepSpecification(json: json(#""run_cap": 5,"#)) }
    do {
      _ = try SweepSpecification(json: json(""))
      #expect(isAccepted)
    } catch {
      #expect(!isAccepted)
      #expect("\(error)".contains("parameters has more than 1000000 combinations"))
      #expect("\(error)".contains("give method: random with run_cap"))
    }
  }

  @Test func stepsOfAWholeNumberSettingAreWholeNumbers() throws {
    let sweep = try SweepSpecification(
      json: """
        {"version": 1, "data": {"prompts": "p.jsonl"},
         "parameters": {"top_k": {"distribution": "q_uniform", "min": 10, "max": 35, "q": 10}}}
        """)
    let distribution = try #require(sweep.spaces.first?.parameters.first?.distribution)
    #expect(distribution == .integers(minimum: 10, maximum: 35, step: 10))
    #expect(
      (0..<4).map(distribution.value(at:)) == [.integer(10), .integer(20), .integer(30), nil])
  }

  @Test func countsThatFitNoNumberAreNone() {
    #expect(Distribution.integers(minimum: .min, maximum: .max).valueCount == nil)
    #expect(Distribution.integers(minimum: 0, maximum: .max).valueCount == nil)
    #expect(Distribution.integers(minimum: 1, maximum: .max).valueCount == .max)
    #expect(
      Distribution.integers(minimum: 1, maximum: .max).value(at: .max - 1) == .integer(.max))
  }

  @Test func aKeyThatIsThereTwiceIsRefused() throws {
    let value = JSONValue.object([
      JSONMember("version", .integer(1)), JSONMember("seed", .integer(1)),
      JSONMember("seed", .integer(2)),
    ])
    let error = #expect(throws: SweepError.self) {
      try SweepSpecification(
        reading: value, file: "f", catalogue: FakeInterpreter())
    }
    #expect("\(try #require(error))" == "f: seed is there twice; keep one")
  }

  @Test(arguments: ["[]", "3", "null", #""x""#])
  func aFileThatIsNoMappingIsRefused(json: String) {
    #expect(throws: SweepError.self) { try SweepSpecification(json: json) }
  }
}
