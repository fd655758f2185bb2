import JSON
import Metrics

/// Reads `metric` and `metrics`.
struct MetricReader {
  let file: String
  /// What the metrics will know beside texts.
  let available: MetricNeeds

  func objective(_ fields: inout FieldReader) throws(SweepError) -> SweepSpecification.Objective? {
    guard var metric = try fields.mapping("metric") else { return nil }
    guard let name = try metric.text("name") else {
      throw metric.refusal("name", "is missing: the metric that ranks trials")
    }
    guard let goal = try metric.choice("goal", of: SweepSpecification.Goal.self) else {
      throw metric.refusal("goal", "is missing: maximize or minimize")
    }
    try metric.checkThatAllIsKnown()
    return .init(name: name, goal: goal)
  }

  /// The metrics of the list, and the objective's at its end unless it is there already.
  func requests(
    _ fields: inout FieldReader, objective: SweepSpecification.Objective?
  ) throws(SweepError) -> [SweepSpecification.MetricRequest] {
    var requests: [SweepSpecification.MetricRequest] = []
    for (index, value) in (try fields.list("metrics") ?? []).enumerated() {
      requests.append(try request(value, path: "metrics[\(index)]"))
    }
    if let objective, !requests.contains(where: { $0.name == objective.name }) {
      requests.append(try named(objective.name, path: "metric.name"))
    }
    for (index, request) in requests.enumerated()
    where requests[..<index].contains(where: { $0.name == request.name }) {
      throw .invalidSpecification(
        file: file, field: "metrics", reason: "has \(request.name) twice; keep one")
    }
    return requests
  }

  private func request(
    _ value: JSONValue, path: String
  ) throws(SweepError) -> SweepSpecification.MetricRequest {
    if let name = value.string { return try named(name, path: path) }
    var fields = try FieldReader(value, file: file, path: path)
    let language = try language(&fields)
    let command = try command(&fields)
    guard language == nil || command.isEmpty else {
      throw fields.refusal("command", "stands beside a language; write one of them")
    }
    guard language != nil || !command.isEmpty else {
      throw fields.refusal(
        "command",
        "is missing; a metric is a name, `{name: …, command: [program, argument]}`, or `{name: …, regex: …}`, with json_schema or grammar in its place"
      )
    }
    guard let name = try fields.text("name") else {
      throw fields.refusal("name", "is missing: what the number is called")
    }
    if (try? MetricCatalogue.metric(named: name)) != nil {
      throw fields.refusal("name", "is the name of a built-in metric; choose another")
    }
    try fields.checkThatAllIsKnown()
    if let language { return .language(name: name, language) }
    return .command(name: name, command: command)
  }

  private func command(_ fields: inout FieldReader) throws(SweepError) -> [String] {
    guard let words = try fields.list("command") else { return [] }
    let command = words.compactMap(\.string)
    guard command.count == words.count, let program = command.first, !program.isEmpty else {
      throw fields.refusal("command", "must be a list of texts: the program and its arguments")
    }
    return command
  }

  private func language(
    _ fields: inout FieldReader
  ) throws(SweepError) -> SweepSpecification.MetricLanguage? {
    var languages: [SweepSpecification.MetricLanguage] = []
    if let schema = fields.value("json_schema") {
      guard schema.members != nil || schema == .bool(true) else {
        throw fields.refusal("json_schema", "must be a schema or true, which accepts any JSON")
      }
      languages.append(.jsonSchema(schema))
    }
    if let pattern = try fields.text("regex") { languages.append(.regularExpression(pattern)) }
    if let grammar = try fields.text("grammar") { languages.append(.grammar(grammar)) }
    guard languages.count <= 1 else {
      throw fields.refusal("regex", "is one of several languages; write one of them")
    }
    return languages.first
  }

  private func named(
    _ name: String, path: String
  ) throws(SweepError) -> SweepSpecification.MetricRequest {
    do {
      let metric = try MetricCatalogue.metric(named: name)
      try metric.check(available: available)
      return .named(metric.name)
    } catch {
      throw .invalidSpecification(
        file: file, field: path,
        reason: "can't be computed: \(error)" + remedy(for: error))
    }
  }

  /// What to write so that the metric has what it lacks.
  private func remedy(for error: MetricError) -> String {
    guard case .missing(_, let needs) = error else { return "" }
    if !needs.isDisjoint(with: [.references, .keptReferenceTokens]) {
      return "; name them with data.reference_key"
    }
    return needs.contains(.severalSamples) ? "; give repeats above 1" : ""
  }
}

extension SweepSpecification.MetricRequest {
  /// What its numbers are called.
  public var name: String {
    switch self {
    case .named(let name), .command(let name, _), .language(let name, _): name
    }
  }
}
