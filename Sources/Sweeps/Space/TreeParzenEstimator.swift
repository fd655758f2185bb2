public import JSON

/// The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl, “Algorithms for hyper-parameter
/// optimization”, NIPS 2011): proposes points that are probable among the good ones so far and improbable among the
/// others.
///
/// The first ``startupCount`` points are drawn by chance, in one turn. Then each turn proposes ``turnCount`` points: the
/// best tenth of the points so far, rounded up and at most 25 (Optuna's choice), are the good ones; for each point the space is chosen like a category,
/// and each parameter of it by itself, as the best by the ratio of the two densities of ``candidateCount`` drawn from the
/// good one's. The densities are `ParzenMixture`; that of the points proposed in the same turn counts them among the
/// others, so that a turn doesn't propose one point over and over. Points that failed count among the others.
public struct TreeParzenEstimator: PointSource {
  /// Points drawn by chance at first.
  public static let startupCount = 10
  /// Points in a turn: they run as one batch, at the price of knowing a little less.
  public static let turnCount = 4
  /// Candidates for each parameter (the paper's and Hyperopt's 24).
  public static let candidateCount = 24

  private let spaces: [ParameterSpace]
  private let startup: Int
  private let limit: Int
  private var stream: PhiloxStream
  private var observed: [Observation] = []
  private var open: [Observation] = []

  private struct Observation {
    var space: Int
    var point: [JSONMember]
    var score = Double.nan
  }

  /// At most `count` points of `spaces`, of which there must be one at least.
  public init(spaces: [ParameterSpace], count: Int, seed: UInt64) {
    self.spaces = spaces
    limit = count
    startup = min(count, Self.startupCount)
    stream = PhiloxStream(seed: seed, purpose: .treeParzenEstimator)
  }

  /// The points of the next turn.
  public mutating func next() -> [[JSONMember]] {
    let room = limit - observed.count
    let isStartup = observed.isEmpty
    for _ in 0..<min(room, isStartup ? startup : Self.turnCount) {
      open.append(isStartup ? drawn() : proposed())
    }
    return open.map(\.point)
  }

  /// Takes in how the points of the last turn did.
  public mutating func observe(_ scores: [Double]) {
    for (index, score) in zip(open.indices, scores) { open[index].score = score }
    observed += open
    open = []
  }

  private mutating func drawn() -> Observation {
    let space = stream.index(below: spaces.count)
    return Observation(space: space, point: spaces[space].draw(using: &stream))
  }

  private mutating func proposed() -> Observation {
    let ranked = observed.filter { !$0.score.isNaN }.sorted { $0.score > $1.score }
    let goodCount = min(25, (ranked.count + 9) / 10)
    let good = Array(ranked.prefix(goodCount))
    let others = ranked.dropFirst(goodCount) + observed.filter(\.score.isNaN) + open

    let choice = propose(
      .integers(minimum: 0, maximum: spaces.count - 1),
      good: good.map { .integer($0.space) }, others: others.map { .integer($0.space) })
    guard case .integer(let space) = choice, spaces.indices.contains(space) else { return drawn() }
    let point = spaces[space].parameters.enumerated().map { index, parameter in
      func values(_ observations: some Sequence<Observation>) -> [JSONValue] {
        observations.filter { $0.space == space }.map { $0.point[index].value }
      }
      return JSONMember(
        parameter.name,
        propose(parameter.distribution, good: values(good), others: values(others)))
    }
    return Observation(space: space, point: point)
  }

  private mutating func propose(
    _ distribution: Distribution, good: [JSONValue], others: [JSONValue]
  ) -> JSONValue {
    let goodDensity = ParzenMixture(distribution, values: good)
    let otherDensity = ParzenMixture(distribution, values: others)
    var best = goodDensity.draw(using: &stream)
    var greatest = -Double.infinity
    for round in 0..<Self.candidateCount {
      let candidate = round == 0 ? best : goodDensity.draw(using: &stream)
      let ratio = goodDensity.logDensity(of: candidate) - otherDensity.logDensity(of: candidate)
      if ratio > greatest { (best, greatest) = (candidate, ratio) }
    }
    return best
  }
}
