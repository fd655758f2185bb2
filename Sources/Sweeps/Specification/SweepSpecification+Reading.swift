public import JSON
import Metrics

extension SweepSpecification {
  /// Reads a sweep file.
  ///
  /// - Parameters:
  ///   - value: the file's content, in its order.
  ///   - file: its path, for messages.
  ///   - catalogue: knows the names of the settings.
  /// - Throws: ``SweepError/invalidSpecification(file:field:reason:)`` for the first thing that is wrong.
  public init(
    reading value: JSONValue, file: String, catalogue: any SettingsCatalogue
  ) throws(SweepError) {
    var fields = try FieldReader(value, file: file, path: "")
    // First, since a misspelled key would otherwise be reported as missing.
    try fields.check(against: Self.keys)
    guard let version = try fields.integer("version", atLeast: 1), version == 1 else {
      throw fields.refusal("version", "must be 1: the version of this format")
    }
    self.file = file
    name = try fields.text("name") ?? "sweep"
    seed = try Self.seed(&fields)
    method = try fields.choice("method", of: Method.self) ?? .grid
    runCap = try fields.runCount("run_cap", atLeast: 1)
    repeats = try fields.runCount("repeats", atLeast: 1) ?? 1
    noise = try fields.choice("noise", of: Noise.self) ?? .shared
    guard var data = try fields.mapping("data") else {
      throw fields.refusal("data", "is missing; write `data: {prompts: FILE.jsonl}`")
    }
    self.data = try Self.data(&data)
    var available: MetricNeeds = [
      .tokens, .logProbabilities, .baseLogProbabilities, .entropies, .timing, .baseline,
      .constraints,
    ]
    if self.data.referenceKey != nil { available.formUnion([.references, .keptReferenceTokens]) }
    if repeats > 1 { available.insert(.severalSamples) }
    let metrics = MetricReader(file: file, available: available)
    objective = try metrics.objective(&fields)
    self.metrics = try metrics.requests(&fields, objective: objective)
    model = try Self.model(&fields)
    let settings = SettingReader(file: file, catalogue: catalogue)
    defaults = try settings.defaults(&fields)
    spaces = try settings.spaces(&fields)
    earlyTermination = try Self.earlyTermination(&fields)
    try checkMethod(fields)
  }

  private static let keys = [
    "version", "name", "seed", "method", "run_cap", "repeats", "noise", "metric", "metrics",
    "model", "data", "defaults", "parameters", "grids", "early_terminate",
  ]

  private static func seed(_ fields: inout FieldReader) throws(SweepError) -> UInt64 {
    switch fields.value("seed") {
    case nil: return 0
    case .integer(let seed)? where seed >= 0: return UInt64(seed)
    case .unsigned(let seed)?: return seed
    case let value?:
      throw fields.refusal(
        "seed", "must be a whole number from 0 to \(UInt64.max), not \(value.text)")
    }
  }

  private static func model(_ fields: inout FieldReader) throws(SweepError) -> String? {
    guard var model = try fields.mapping("model") else { return nil }
    let path = try model.text("path")
    if model.has("adapters") {
      throw model.refusal("adapters", "is not a key here; make `lora` a parameter")
    }
    try model.checkThatAllIsKnown()
    return path
  }

  private static func data(_ fields: inout FieldReader) throws(SweepError) -> Data {
    guard let prompts = try fields.text("prompts") else {
      throw fields.refusal("prompts", "is missing: a file with one JSON object a line")
    }
    var data = Data(prompts: prompts)
    data.promptKey = try fields.text("prompt_key") ?? data.promptKey
    data.referenceKey = try fields.text("reference_key")
    data.clusterKey = try fields.text("cluster_key")
    data.isChat = try fields.truth("chat") ?? false
    data.limit = try fields.integer("limit", atLeast: 1)
    data.holdout = try fields.number("holdout") ?? 0
    guard data.holdout >= 0, data.holdout < 1 else {
      throw fields.refusal("holdout", "must be from 0 to below 1, not \(data.holdout)")
    }
    try fields.checkThatAllIsKnown()
    return data
  }

  private static func earlyTermination(
    _ fields: inout FieldReader
  ) throws(SweepError) -> EarlyTermination? {
    guard var fields = try fields.mapping("early_terminate") else { return nil }
    let minimum = try fields.integer("min_iter", atLeast: 1)
    let result: EarlyTermination
    switch try fields.choice("type", of: EarlyTerminationName.self) {
    case .halving?:
      result = .halving(
        eta: try fields.integer("eta", atLeast: 2) ?? 3, minimumIterations: minimum ?? 1)
    case .confidence?:
      let level = try fields.number("level") ?? 0.95
      guard level >= 0.5, level < 1 else {
        throw fields.refusal("level", "must be from 0.5 to below 1, not \(level)")
      }
      result = .confidence(level: level, minimumIterations: minimum ?? 1)
    case nil:
      throw fields.refusal("type", "is missing: halving or confidence")
    }
    try fields.checkThatAllIsKnown()
    return result
  }

  private enum EarlyTerminationName: String, CaseIterable {
    case halving, confidence
  }

  /// What can only be judged with the whole file in view.
  private func checkMethod(_ fields: FieldReader) throws(SweepError) {
    if objective == nil {
      if earlyTermination != nil {
        throw fields.refusal("metric", "is missing: early_terminate keeps the best by it")
      }
      if method == .tpe {
        throw fields.refusal("metric", "is missing: method tpe looks for the best by it")
      }
    }
    if case .confidence? = earlyTermination { try checkConfidence(fields) }
    try checkPaths(fields)
    switch method {
    case .grid:
      for space in spaces {
        for parameter in space.parameters where parameter.distribution.valueCount == nil {
          throw fields.refusal(
            "parameters.\(parameter.name)",
            "is a range without steps, which a grid can't list; write values, or distribution: q_uniform with q, or method: random"
          )
        }
      }
      try checkGridSize(fields)
    case .random, .tpe:
      guard runCap != nil else {
        throw fields.refusal(
          "run_cap", "is missing: the number of trials for method \(method.rawValue)")
      }
    }
  }

  /// Intervals that hold at any time are for means of bounded numbers, of prompts in an order drawn by chance.
  private func checkConfidence(_ fields: FieldReader) throws(SweepError) {
    if method == .tpe {
      throw fields.refusal(
        "early_terminate",
        "is confidence, which needs all trials from the start; give method: grid or random, or type: halving"
      )
    }
    if data.clusterKey != nil {
      throw fields.refusal(
        "early_terminate",
        "is confidence, which takes prompts one by one, and data.cluster_key binds them together; leave one out"
      )
    }
    guard let objective, (try? MetricCatalogue.metric(named: objective.name))?.bounds == nil else {
      return
    }
    throw fields.refusal(
      "metric.name",
      "is \(objective.name), and early_terminate: {type: confidence} needs a mean over prompts within bounds, such as sentence_chrf, rouge_l, exact_match or win_rate_sentence_chrf"
    )
  }

  /// Refuses paths where trials must have one score each.
  private func checkPaths(_ fields: FieldReader) throws(SweepError) {
    for parameter in spaces.flatMap(\.parameters) {
      guard case .path = parameter.distribution else { continue }
      let name = "parameters.\(parameter.name)"
      if method == .tpe {
        throw fields.refusal(
          name, "is a path, which has no single score for method tpe to learn from; write a range")
      }
      if earlyTermination != nil {
        throw fields.refusal(
          name,
          "is a path, which has no single score for early_terminate to compare; leave one of them out"
        )
      }
    }
  }

  /// Refuses grids whose points would not fit into memory, or a lifetime.
  private func checkGridSize(_ fields: FieldReader) throws(SweepError) {
    let limit = FieldReader.maximumRunCount
    let name = fields.has("grids") ? "grids" : "parameters"
    var count = 0
    for space in spaces {
      guard let points = space.pointCount else {
        throw fields.refusal(
          name, "has more combinations than can be counted; give method: random with run_cap")
      }
      count += min(points, runCap ?? limit + 1)
    }
    guard runCap != nil || count <= limit else {
      throw fields.refusal(
        name,
        "has more than \(limit) combinations, too many for a grid; give method: random with run_cap"
      )
    }
  }
}
