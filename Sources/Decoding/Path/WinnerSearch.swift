import LanguageModeling

/// Finds the token that a draw takes at every temperature of a set, as the decoder takes it.
///
/// With the noise *g* fixed, token *i* scores *l*ᵢ / *T* + *g*ᵢ, and *T* times the difference of two scores is linear
/// in *T*. So a token that beats another at both ends of an interval, by more than rounding can move either, beats it
/// between them; and where one token beats all that the filters may leave, and is left for certain, it is drawn at
/// every temperature of the interval. An interval of which that can't be said is halved. What remains are the zones
/// around the crossings, a few numbers wide as a rule, in which rounding decides: there the decoder's own filters and
/// its draw run at every number.
struct WinnerSearch {
  /// A token with the temperatures at which it is drawn.
  typealias Winner = (token: TokenID, temperatures: TemperatureRuns)

  private let chain: FollowedChain
  /// What the filters before the temperature leave.
  private var row: DescendingLogits
  /// What a draw works on.
  private var scratch: Candidates
  private var noise: CounterNoise
  private var position = 0
  private var temperatures = TemperatureRuns()
  private var winners: [Winner] = []

  /// Of so few numbers each is tried at once.
  private static let fewNumbers = 16
  /// As few where nothing is known yet.
  private static let fewestNumbers = 4

  init(_ chain: FollowedChain, vocabularyCount: Int, noise: CounterNoise) {
    self.chain = chain
    self.noise = noise
    row = DescendingLogits(vocabularyCount: vocabularyCount)
    scratch = Candidates(vocabularyCount: vocabularyCount)
  }

  /// The tokens that are drawn at `temperatures`, each with its own, in the order of the lowest.
  ///
  /// - Parameter load: writes the candidates before all filters.
  /// - Returns: `nil` where no candidate can be taken.
  /// - Throws: what `load` throws.
  /// - Complexity: a few draws, and some 40 for each crossing.
  mutating func winners(
    at temperatures: TemperatureRuns, noise: CounterNoise, position: Int,
    load: (inout Candidates) throws(DecodingFailure) -> Void
  ) throws(DecodingFailure) -> [Winner]? {
    self.noise = noise
    self.position = position
    self.temperatures = temperatures
    winners = []
    let chain = chain
    try row.load { (candidates) throws(DecodingFailure) in
      try load(&candidates)
      chain.applyBefore(to: &candidates, noise: noise, position: position)
    }
    guard row.maximum > -.infinity, let hull = temperatures.hull else { return nil }
    if temperatures.count > Self.fewestNumbers {
      chain.shorten(&row, over: Self.interval(hull))
    }
    solve(hull, among: .all)
    return winners
  }

  /// Which tokens may win in an interval.
  private enum Field {
    /// Any that is left.
    case all
    /// These, if the filters leave them.
    case some([Contender])
    /// These, which the filters leave at every temperature.
    case settled([Contender])
  }

  private mutating func solve(_ range: ClosedRange<UInt32>, among field: Field) {
    let parts = temperatures.within(range)
    guard let low = parts.first?.lowerBound, let high = parts.last?.upperBound else { return }
    var fewest = Self.fewNumbers
    if case .all = field { fewest = Self.fewestNumbers }
    guard parts.reduce(0, { $0 + $1.count }) > fewest else {
      for number in parts.joined() { assign(draw(at: number, field), [number...number]) }
      return
    }
    if isOverflowing(at: high) { return assign(draw(at: low, field), parts) }
    let next =
      isOverflowing(at: low) ? field : narrowed(field, over: low...high)
    switch next {
    case .settled(let contenders) where contenders.count == 1:
      assign(contenders.first?.token, parts)
    default:
      let middle = low + (high - low) / 2
      solve(low...middle, among: next)
      solve((middle + 1)...high, among: next)
    }
  }

  /// Whether the greatest quotient isn't finite, so that the decoder takes the greatest logit.
  private func isOverflowing(at number: UInt32) -> Bool {
    !(Float(row.maximum) / Float(bitPattern: number)).isFinite
  }

  private static func interval(_ range: ClosedRange<UInt32>) -> ClosedRange<Double> {
    Double(Float(bitPattern: range.lowerBound))...Double(Float(bitPattern: range.upperBound))
  }

  private mutating func assign(_ token: TokenID?, _ parts: [ClosedRange<UInt32>]) {
    guard let token else { return }
    let place = winners.lastIndex { $0.token == token }
    if place == nil { winners.append((token, TemperatureRuns())) }
    for part in parts { winners[place ?? winners.count - 1].temperatures.append(part) }
  }

  // MARK: - The decoder's own arithmetic

  /// The token that is drawn at a temperature.
  private mutating func draw(at number: UInt32, _ field: Field) -> TokenID? {
    let temperature = Float(bitPattern: number)
    if case .settled(let contenders) = field {
      scratch.load(contenders)
      scratch.divideLogits(byTemperature: temperature)
    } else {
      scratch.copy(row.candidates)
      chain.apply(temperature, to: &scratch, noise: noise, position: position)
    }
    return scratch.indexOfGumbelMaximum(noise: noise, position: position)
      .map { scratch.token(at: $0) }
  }

  // MARK: - Certainty

  /// The tokens of a field that may win somewhere in an interval.
  private mutating func narrowed(_ field: Field, over range: ClosedRange<UInt32>) -> Field {
    let interval = Self.interval(range)
    var bounds = AdmissionBounds()
    let isSettled: Bool
    if case .settled = field {
      isSettled = true
    } else {
      isSettled = false
      bounds = chain.bounds(of: &row, over: interval)
    }
    // What wins at the ends and is left for certain beats most of the others.
    var judges: [Contender] = []
    for number in [range.lowerBound, range.upperBound] {
      guard let token = draw(at: number, field), let judge = contender(token),
        Double(judge.logit) >= bounds.certain, !judges.contains(judge)
      else { continue }
      judges.append(judge)
    }
    let left: [Contender]
    switch field {
    case .all: left = contenders(over: interval, bounds, judges)
    case .some(let contenders), .settled(let contenders):
      left = contenders.filter { contender in
        Double(contender.logit) >= bounds.possible
          && !judges.contains { Self.surely($0, beats: contender, over: interval) }
      }
    }
    return isSettled || left.allSatisfy { Double($0.logit) >= bounds.certain }
      ? .settled(left) : .some(left)
  }

  private func contender(_ token: TokenID) -> Contender? {
    row.candidates.index(of: token).map {
      Contender(
        token: token, logit: row.candidates.logit(at: $0),
        gumbel: noise.gumbel(position: position, token: token))
    }
  }

  /// The candidates that filters may leave and that no judge surely beats.
  ///
  /// As in the draw, noise is computed in full only where a bound on it isn't enough.
  private func contenders(
    over interval: ClosedRange<Double>, _ bounds: AdmissionBounds, _ judges: [Contender]
  ) -> [Contender] {
    var contenders: [Contender] = []
    var block: TokenID = -1
    var words = Philox4x32.Words()
    row.candidates.withLogits { logits in
      for index in logits.indices {
        let logit = logits[index]
        guard logit > -.infinity, Double(logit) >= bounds.possible else { continue }
        let token = row.candidates.token(at: index)
        if token &>> 2 != block {
          block = token &>> 2
          words = noise.highWords(position: position, token: token)
        }
        let word = words[Int(token & 3)]
        var contender = Contender(
          token: token, logit: logit, gumbel: Candidates.greatestGumbel(highWord: word))
        if judges.contains(where: { Self.surely($0, beats: contender, over: interval) }) {
          continue
        }
        contender.gumbel = noise.gumbel(position: position, token: token, highWord: word)
        if !judges.contains(where: { Self.surely($0, beats: contender, over: interval) }) {
          contenders.append(contender)
        }
      }
    }
    return contenders
  }

  /// Whether the decoder finds one token's score greater than another's at every temperature of an interval; `false` may
  /// also mean that it isn't known.
  @inline(__always)
  private static func surely(
    _ first: Contender, beats second: Contender, over interval: ClosedRange<Double>
  ) -> Bool {
    let (low, high) = (interval.lowerBound, interval.upperBound)
    let logits = Double(first.logit) - Double(second.logit)
    let gumbels = first.gumbel - second.gumbel
    let magnitude = abs(Double(first.logit)) + abs(Double(second.logit))
    // Noise isn't below −4, also where a bound stands for it.
    let noise = RoundingBounds.sum * (abs(first.gumbel) + abs(second.gumbel) + 4)
    // The quotients keep the order of the logits.
    if logits >= 0, gumbels > noise + RoundingBounds.sum * magnitude / low { return true }
    let slack = (RoundingBounds.quotient + RoundingBounds.sum) * magnitude
    let slope = gumbels - noise - RoundingBounds.underflow
    return logits + low * slope > slack && logits + high * slope > slack
  }
}
