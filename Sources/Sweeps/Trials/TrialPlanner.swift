import JSON

/// Makes trials of points: resolves their settings, drops what has no effect, and makes equal trials one.
public struct TrialPlanner: Sendable {
  private let specification: SweepSpecification
  private let interpreter: any SettingsInterpreter
  private let modelDigest: String
  private var source: any PointSource
  /// The trials so far, in their order.
  public private(set) var trials: [Trial] = []
  /// Points that turned out equal to an earlier trial.
  public private(set) var duplicateCount = 0
  /// By point of the present turn, the trial that stands for it.
  private var turn: [Trial] = []
  private var numbers: [String: Int] = [:]

  /// A planner that has planned the baseline alone.
  ///
  /// - Parameter modelDigest: of the model's files.
  /// - Throws: ``SweepError/invalidSpecification(file:field:reason:)`` where the file's `defaults` make no sense.
  public init(
    _ specification: SweepSpecification, interpreter: any SettingsInterpreter, modelDigest: String
  ) throws(SweepError) {
    self.specification = specification
    self.interpreter = interpreter
    self.modelDigest = modelDigest
    let spaces = specification.spaces
    source =
      switch specification.method {
      case .grid: GridSource(spaces: spaces, limit: specification.runCap)
      case .random:
        RandomSource(
          spaces: spaces, count: specification.runCap ?? 0, seed: specification.seed)
      case .tpe:
        TreeParzenEstimator(
          spaces: spaces, count: specification.runCap ?? 0, seed: specification.seed)
      }
    let settings = try Self.interpret(
      [], by: interpreter, under: specification, field: "defaults")
    baseline = Trial(
      id: Self.id(settings, specification, modelDigest), number: 0, parameters: [],
      settings: settings.settings, given: settings.given, isDeterministic: settings.isDeterministic,
      resultCount: settings.resultCount, isBaseline: true)
  }

  /// The trial of the defaults alone. It runs beside the others, which are compared with it.
  public let baseline: Trial

  /// The trials of the next turn that are new, in order; `nil` when there are no more points. What a turn holds may
  /// depend on ``observe(_:)``; a grid and a random search have one turn.
  ///
  /// - Throws: ``SweepError/invalidSpecification(file:field:reason:)`` for a point whose settings make no sense: which,
  ///   and what to write instead.
  public mutating func next() throws(SweepError) -> [Trial]? {
    let points = source.next()
    guard !points.isEmpty else { return nil }
    turn = []
    var new: [Trial] = []
    for point in points {
      let settings = try Self.interpret(
        point, by: interpreter, under: specification,
        field: "trial \(JSONValue.object(point).text)")
      let id = Self.id(settings, specification, modelDigest)
      if let number = numbers[id] {
        duplicateCount += 1
        turn.append(trials[number])
        continue
      }
      let trial = Trial(
        id: id, number: trials.count + 1,
        parameters: point.filter { !settings.withoutEffect.contains($0.key) },
        settings: settings.settings, given: settings.given,
        isDeterministic: settings.isDeterministic,
        resultCount: settings.resultCount, isBaseline: id == baseline.id)
      numbers[id] = trials.count
      trials.append(trial)
      turn.append(trial)
      new.append(trial)
    }
    return new
  }

  /// Passes the scores of the last turn's points to the source.
  ///
  /// - Parameter score: of a trial, greater is better; NaN where it failed.
  public mutating func observe(_ score: (Trial) -> Double) {
    source.observe(turn.map(score))
  }

  private static func interpret(
    _ point: [JSONMember], by interpreter: any SettingsInterpreter,
    under specification: SweepSpecification, field: String
  ) throws(SweepError) -> InterpretedSettings {
    do {
      return try interpreter.interpret(defaults: specification.defaults, parameters: point)
    } catch {
      throw .invalidSpecification(
        file: specification.file, field: field, reason: "can't run: \(error)")
    }
  }

  private static func id(
    _ settings: InterpretedSettings, _ specification: SweepSpecification, _ modelDigest: String
  ) -> String {
    SweepIdentity.trialID(
      settings: settings.settings, seed: specification.seed, noise: specification.noise,
      modelDigest: modelDigest)
  }
}
