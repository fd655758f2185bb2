import Kernels
import LanguageModeling

/// Buckets of candidates by their distance from some logit, to find a threshold without sorting.
///
/// A bucket is 1/64 nat wide; the last holds everything from 32 nats on.
struct SelectionBuckets: Sendable {
  static let count = 2048
  static let perNat: Float = 64
  var counts = [Int](repeating: 0, count: count)
  var masses = [Double](repeating: 0, count: count)
  /// The indices of the candidates in the bucket that the threshold lies in.
  var members: [Int] = []

  /// The bucket of a distance of at least 0. It never decreases as the distance grows.
  @inline(__always)
  static func bucket(of distance: Float) -> Int {
    Int(min(distance * perNat, Float(count - 1)))
  }

  /// The first bucket with which at least `limit` are counted, and how many are counted before it; `nil` where there
  /// aren't so many.
  func first(reaching limit: Int) -> (bucket: Int, before: Int)? {
    var before = 0
    for bucket in counts.indices {
      if before + counts[bucket] >= limit { return (bucket, before) }
      before += counts[bucket]
    }
    return nil
  }

  /// Counts every logit that isn't −∞ in its bucket, and adds up the masses, one for each logit, where there are any.
  @inline(__always)
  mutating func count(
    _ logits: UnsafeBufferPointer<Float>, masses values: UnsafeBufferPointer<Float>?,
    bucket: (Float) -> Int
  ) {
    counts.withUnsafeMutableBufferPointer { counts in
      masses.withUnsafeMutableBufferPointer { masses in
        counts.update(repeating: 0)
        masses.update(repeating: 0)
        for index in logits.indices where logits[index] > -.infinity {
          let bucket = bucket(logits[index])
          counts[bucket] += 1
          if let values { masses[bucket] += Double(values[index]) }
        }
      }
    }
  }
}

extension Candidates {
  /// Keeps the `limit` greatest logits.
  ///
  /// - Complexity: O(candidates), and a sort of those within 1/64 of the threshold.
  public mutating func keepGreatest(_ limit: Int, ties: TopK.Ties) {
    guard limit >= 1, limit < count else { return }
    let maximum = maximum
    guard maximum > -.infinity else { return }
    keepFirst(limit, tiesKept: ties == .kept, by: .descending(from: maximum))
  }

  /// Keeps the greatest logits that together have at least `mass` of the probability, at least `minimum` of them: the
  /// rules of ``TopP``.
  ///
  /// - Complexity: O(candidates), and a sort of those within 1/64 of the threshold.
  public mutating func keepMass(_ mass: Double, minimum: Int = 1) {
    let maximum = maximum
    guard maximum > -.infinity else { return }
    keepFirst(
      mass: mass - 0x1p-22, minimum: minimum, tiesKept: false, maximum: maximum,
      by: .descending(from: maximum))
  }

  /// Keeps the logits nearest to `pivot` that together reach `mass` of the probability, at least `minimum` of them:
  /// the rules of ``Typical``.
  mutating func keepMass(
    _ mass: Double, around pivot: Float, minimum: Int, tiesKept: Bool
  ) {
    let maximum = maximum
    guard maximum > -.infinity else { return }
    keepFirst(
      mass: mass, minimum: minimum, tiesKept: tiesKept, maximum: maximum, by: .nearest(to: pivot))
  }

  /// Keeps the logits of at least `threshold`, but the `minimum` greatest at least.
  ///
  /// - Complexity: O(candidates).
  mutating func keep(atLeast threshold: Double, minimum: Int, ties: TopK.Ties) {
    if count(atLeast: threshold) < minimum {
      keepGreatest(minimum, ties: ties)
    } else {
      let least = Self.leastFloat(atLeast: threshold)
      keep(.atLeast(least))
    }
  }

  /// The number of logits of at least `threshold`.
  func count(atLeast threshold: Double) -> Int {
    let least = Self.leastFloat(atLeast: threshold)
    return withLogits { LogitRow.count(of: $0, in: .atLeast(least)) }
  }

  /// The least finite float that isn't below `threshold`.
  private static func leastFloat(atLeast threshold: Double) -> Float {
    let float = max(Float(threshold), -Float.greatestFiniteMagnitude)
    return Double(float) < threshold ? float.nextUp : float
  }

  /// The index of the least logit among those of at least `threshold`, among equals the last; `nil` where there
  /// aren't two.
  func indexOfLeast(atLeast threshold: Double) -> Int? {
    var least: Int?
    var found = 0
    for index in 0..<count where logits[index] > -.infinity && Double(logits[index]) >= threshold {
      found += 1
      if let current = least, logits[index] > logits[current] { continue }
      least = index
    }
    return found >= 2 ? least : nil
  }

  /// An estimate of the exponent *s* of Zipf's law, *p* ∝ rank^−*s*, from the ratios of the first `limit` probabilities
  /// (Basu et al. 2021): Σ *t b* / Σ *t*², with *b* the difference of neighbouring logits and *t* that of the logarithms
  /// of their ranks. 0 where fewer than two candidates can be taken.
  ///
  /// - Complexity: O(candidates); `limit` of them, at least one, are kept sorted.
  mutating func zipfExponent(of limit: Int) -> Double {
    // The greatest logits, in order, in the place of the masses.
    var kept = 0
    for index in 0..<count {
      let logit = logits[index]
      guard logit > (kept < limit ? -.infinity : masses[limit - 1]) else { continue }
      var place = min(kept, limit - 1)
      while place > 0, masses[place - 1] < logit {
        masses[place] = masses[place - 1]
        place -= 1
      }
      masses[place] = logit
      kept = min(kept + 1, limit)
    }
    var (products, squares) = (0.0, 0.0)
    for rank in 1..<max(1, kept) {
      let step = PortableLogarithm.log(Double(rank + 1) / Double(rank))
      products += step * (Double(masses[rank - 1]) - Double(masses[rank]))
      squares += step * step
    }
    return squares > 0 ? products / squares : 0
  }

  /// Keeps the greatest logits, one by one, as long as `goesOn` holds, but the first at least.
  ///
  /// - Complexity: O(candidates log candidates): for short lists.
  mutating func keepPrefix(while goesOn: (_ logit: Float, _ sum: inout Double) -> Bool) {
    buckets.members.removeAll(keepingCapacity: true)
    buckets.members.append(contentsOf: 0..<count)
    logits.withUnsafeBufferPointer { logits in
      buckets.members.sort { logits[$0] > logits[$1] || (logits[$0] == logits[$1] && $0 < $1) }
    }
    var sum = 0.0
    var last: Int?
    for member in buckets.members {
      let isWithin = goesOn(logits[member], &sum)
      if last != nil, !isWithin { break }
      last = member
      if !isWithin { break }
    }
    guard let last else { return }
    keep(through: last, tiesKept: false, by: .descending(from: logits[last]))
  }

  /// An order of candidates by their logits: a key that grows from the first to the last.
  private struct Order {
    var pivot: Float
    var isByDistance: Bool

    static func descending(from maximum: Float) -> Order {
      Order(pivot: maximum, isByDistance: false)
    }

    static func nearest(to pivot: Float) -> Order {
      Order(pivot: pivot, isByDistance: true)
    }

    /// The key. Descending logits are compared as they are, so that no two are equal by rounding.
    @inline(__always)
    func key(_ logit: Float) -> Float {
      isByDistance ? abs(logit - pivot) : -logit
    }

    /// The logits whose distance from the beginning of the order is at most `limit`.
    func within(_ limit: Float) -> LogitRange { .within(limit, of: pivot) }

    @inline(__always)
    func bucket(_ logit: Float) -> Int {
      SelectionBuckets.bucket(of: isByDistance ? abs(logit - pivot) : pivot - logit)
    }
  }

  /// The number of candidates from which on those that are far back are dropped before anything is counted.
  private static var longList: Int { 1024 }
  /// The distances that are tried for it, in nats.
  private static var near: Float { 1.5 }
  private static var farther: Float { 4 }
  private static var far: Float { 9 }

  /// Keeps the first `limit` candidates of an order.
  private mutating func keepFirst(_ limit: Int, tiesKept: Bool, by order: Order) {
    guard limit >= 1, limit < count else { return }
    if count >= Self.longList, !keepBlocks(with: limit, by: order) {
      for distance in [Self.near, Self.farther, Self.far]
      where withLogits({ LogitRow.count(of: $0, in: order.within(distance)) }) >= limit {
        keep(order.within(distance))
        break
      }
    }
    guard limit < count else { return }
    logits.withUnsafeBufferPointer { logits in
      buckets.count(
        UnsafeBufferPointer(rebasing: logits[..<count]), masses: nil,
        bucket: { order.bucket($0) })
    }
    guard let (bucket, before) = buckets.first(reaching: limit) else {
      return keep { _, _ in true }
    }
    sortMembers(of: bucket, by: order)
    let last = buckets.members[limit - before - 1]
    keep(through: last, tiesKept: tiesKept, by: order)
  }

  /// Shortens a list of which few are wanted to little more than the first `limit` of a descending order, by the maxima
  /// of blocks: where `limit` blocks have a maximum within some distance, so many candidates are within it.
  ///
  /// - Returns: whether the list now holds those within reach alone; that takes as many blocks as candidates are wanted.
  /// - Complexity: O(candidates), one pass over them, and the blocks within reach once more.
  private mutating func keepBlocks(with limit: Int, by order: Order) -> Bool {
    let size = LogitRow.maximumBlock
    guard !order.isByDistance, limit <= count / size else { return false }
    // The maxima, in the place of the masses.
    let blocks = withLogits { row in
      masses.withUnsafeMutableBufferPointer { LogitRow.blockMaxima(of: row, into: $0) }
    }
    masses.withUnsafeBufferPointer { maxima in
      buckets.count(
        UnsafeBufferPointer(rebasing: maxima[..<blocks]), masses: nil,
        bucket: { order.bucket($0) })
    }
    guard let (bucket, _) = buckets.first(reaching: limit), bucket < SelectionBuckets.count - 1
    else {
      return false
    }
    // No logit of the buckets up to this one is farther.
    let distance = Float(bucket + 1) / SelectionBuckets.perNat
    var kept = 0
    for block in 0..<blocks where order.pivot - masses[block] <= distance {
      for index in block * size..<min(count, (block + 1) * size)
      where order.pivot - logits[index] <= distance {
        tokens[kept] = token(at: index)
        logits[kept] = logits[index]
        kept += 1
      }
    }
    count = kept
    isDense = false
    return true
  }

  /// Keeps the first candidates of an order whose probabilities reach `mass`, and `minimum` at least.
  private mutating func keepFirst(
    mass: Double, minimum: Int, tiesKept: Bool, maximum: Float, by order: Order
  ) {
    var total: Double?
    if count >= Self.longList {
      let sums = withLogits { row in
        LogitRow.sumsOfExponentials(
          of: row, maximum: maximum, within: (Self.near, Self.farther, Self.far), of: order.pivot)
      }
      // More than what rounding can hide.
      let safe = (mass + 1e-5) * sums.all
      let limit: Float? =
        if sums.within.0 >= safe {
          Self.near
        } else if sums.within.1 >= safe {
          Self.farther
        } else if sums.within.2 >= safe {
          Self.far
        } else { nil }
      if let limit {
        let within = withLogits { LogitRow.count(of: $0, in: order.within(limit)) }
        if within >= minimum {
          // Where most would stay, moving them costs more than it saves.
          if within <= count / 2 { keep(order.within(limit)) }
          total = sums.all
        }
      }
    }
    logits.withUnsafeBufferPointer { logits in
      masses.withUnsafeMutableBufferPointer { masses in
        LogitRow.exponentials(
          of: UnsafeBufferPointer(rebasing: logits[..<count]), maximum: maximum,
          into: UnsafeMutableBufferPointer(rebasing: masses[..<count]))
      }
    }
    logits.withUnsafeBufferPointer { logits in
      masses.withUnsafeBufferPointer { masses in
        buckets.count(
          UnsafeBufferPointer(rebasing: logits[..<count]),
          masses: UnsafeBufferPointer(rebasing: masses[..<count]), bucket: { order.bucket($0) })
      }
    }
    let goal = mass * (total ?? buckets.masses.reduce(0, +))
    var bucket = 0
    var reached = 0.0
    var kept = 0
    while bucket < SelectionBuckets.count - 1, reached + buckets.masses[bucket] < goal {
      reached += buckets.masses[bucket]
      kept += buckets.counts[bucket]
      bucket += 1
    }
    sortMembers(of: bucket, by: order)
    guard var last = buckets.members.first else { return keep { _, _ in true } }
    for member in buckets.members {
      last = member
      kept += 1
      reached += Double(masses[member])
      if reached >= goal { break }
    }
    if kept < minimum {
      // The same order, so that what the mass keeps is among these. Ties after the mass count for the minimum.
      let last = order.key(logits[last])
      let ties = withLogits { $0.reduce(0) { $0 + (order.key($1) <= last ? 1 : 0) } }
      if (tiesKept ? ties : kept) < minimum {
        return keepFirst(minimum, tiesKept: false, by: order)
      }
    }
    keep(through: last, tiesKept: tiesKept, by: order)
  }

  /// Finds the indices of a bucket's candidates, in order; equal ones by their index.
  private mutating func sortMembers(of bucket: Int, by order: Order) {
    buckets.members.removeAll(keepingCapacity: true)
    logits.withUnsafeBufferPointer { logits in
      for index in 0..<count where logits[index] > -.infinity {
        if order.bucket(logits[index]) == bucket { buckets.members.append(index) }
      }
      buckets.members.sort {
        let (first, second) = (order.key(logits[$0]), order.key(logits[$1]))
        return first < second || (first == second && $0 < $1)
      }
    }
  }

  /// Keeps the candidates that don't come after the one at `index` in an order.
  private mutating func keep(through index: Int, tiesKept: Bool, by order: Order) {
    let threshold = order.key(logits[index])
    let lastTie = tiesKept ? TokenID.max : token(at: index)
    keep { token, logit in
      let key = order.key(logit)
      return key < threshold || (key == threshold && token <= lastTie)
    }
  }
}
