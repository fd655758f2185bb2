import JSON
import Sweeps
import Testing

struct TrialPlannerTests {
  private func plan(_ parameters: String, method: String = "grid", seed: Int = 0) throws
    -> TrialPlanner
  {
    try TrialPlanner(
      SweepSpecification(
        json: """
          {"version": 1, "seed": \(seed), "method": "\(method)", "run_cap": 40,
           "metric": {"name": "nll", "goal": "minimize"},
           "data": {"prompts": "p.jsonl"}, \(parameters)}
          """),
      interpreter: FakeInterpreter(), modelDigest: "model")
  }

  private func trials(_ parameters: String) throws -> [Trial] {
    var planner = try plan(parameters)
    while try planner.next() != nil { planner.observe { _ in 0 } }
    return planner.trials
  }

  @Test func settingsWithoutEffectAreDroppedAndEqualTrialsBecomeOne() throws {
    let trials = try trials(
      #""parameters": {"temperature": {"values": [0, 1]}, "top_k": {"values": [0, 20, 50]}}"#)
    // At temperature 0 the three values of top-k are one trial.
    #expect(
      trials.map { JSONValue.object($0.parameters).text } == [
        #"{"temperature": 0}"#, #"{"temperature": 1, "top_k": 0}"#,
        #"{"temperature": 1, "top_k": 20}"#, #"{"temperature": 1, "top_k": 50}"#,
      ])
    #expect(trials.map(\.number) == [1, 2, 3, 4])
    #expect(trials.map(\.isDeterministic) == [true, false, false, false])
    #expect(trials.map(\.isBaseline) == [false, true, false, false])
    #expect(Set(trials.map(\.id)).count == 4)
    #expect(trials.allSatisfy { $0.id.count == 12 && $0.id.allSatisfy(\.isHexDigit) })
  }

  @Test func aScaleWithoutAnAdapterIsNoParameter() throws {
    let trials = try trials(
      #""parameters": {"lora": {"values": ["none", "a"]}, "lora_scale": {"values": [0.5, 1.0]}}"#)
    #expect(trials.count == 3)
    #expect(trials[0].parameters.map(\.key) == ["lora"])
  }

  @Test func idsDependOnWhatRunsAndNothingElse() throws {
    let alone = try trials(#""parameters": {"top_k": {"values": [20]}}"#)[0]
    let among = try trials(
      #""grids": [{"temperature": {"values": [0]}}, {"top_k": {"values": [50, 20]}}]"#)
    #expect(among.contains { $0.id == alone.id && $0.number == 3 })
    // Written as a whole number, a real one is the same setting.
    #expect(
      try trials(#""parameters": {"temperature": {"values": [2]}}"#)[0].id
        == trials(#""parameters": {"temperature": {"values": [2.0]}}"#)[0].id)
    var other = try plan(#""parameters": {"top_k": {"values": [20]}}"#, seed: 1)
    #expect(try other.next()?[0].id != alone.id)
  }

  @Test func aPointThatMakesNoSenseIsRefusedByName() throws {
    let error = try #require(
      #expect(throws: SweepError.self) {
        try trials(#""parameters": {"top_k": {"values": [1]}, "top_p": {"values": [0.5, 0]}}"#)
      })
    #expect(
      "\(error)"
        == #"sweep.yaml: trial {"top_k": 1, "top_p": 0} can't run: top_p must be above 0"#)
    #expect(throws: SweepError.self) {
      try plan(#""defaults": {"top_p": 0}, "parameters": {"top_k": {"values": [1]}}"#)
    }
  }

  @Test func theEstimatorIsToldTheScoresOfEarlierEqualTrialsToo() throws {
    var planner = try plan(
      #""parameters": {"temperature": {"values": [0, 1]}, "top_k": {"min": 0, "max": 3}}"#,
      method: "tpe")
    var turns = 0
    while try planner.next() != nil {
      planner.observe { $0.isDeterministic ? 1 : 0 }
      turns += 1
    }
    #expect(turns == 9)  // 10 at first, then 4 at a time, up to 40
    #expect(planner.trials.count <= 5)
    #expect(planner.trials.count + planner.duplicateCount == 40)
  }

  @Test func theBaselineIsTheFileWithoutParameters() throws {
    let planner = try plan(
      #""defaults": {"top_k": 7}, "parameters": {"temperature": {"values": [0.5]}}"#)
    #expect(planner.baseline.number == 0)
    #expect(planner.baseline.isBaseline)
    #expect(planner.baseline.settings.first { $0.key == "top_k" }?.value == .integer(7))
  }
}
