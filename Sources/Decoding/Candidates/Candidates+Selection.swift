import LanguageModeling

/// Buckets of candidates by their distance from the greatest logit, to find a threshold without sorting.
///
/// A bucket is 1/64 nat wide; the last holds everything from 32 nats on.
struct SelectionBuckets: Sendable {
  static let count = 2048
  var counts = [Int](repeating: 0, count: count)
  var masses = [Double](repeating: 0, count: count)
  /// The indices of the candidates in the bucket that the threshold lies in.
  var members: [Int] = []

  /// The bucket of a logit. It never decreases as the logit falls.
  @inline(__always)
  static func bucket(of logit: Float, below maximum: Float) -> Int {
    Int(min((maximum - logit) * 64, Float(count - 1)))
  }

  mutating func reset() {
    for index in 0..<Self.count {
      counts[index] = 0
      masses[index] = 0
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
    buckets.reset()
    for index in 0..<count where logits[index] > -.infinity {
      buckets.counts[SelectionBuckets.bucket(of: logits[index], below: maximum)] += 1
    }
    // The bucket of the last one kept, and how many are kept before it.
    var bucket = 0
    var before = 0
    while bucket < SelectionBuckets.count, before + buckets.counts[bucket] < limit {
      before += buckets.counts[bucket]
      bucket += 1
    }
    guard bucket < SelectionBuckets.count else { return keep { _, _ in true } }
    sortMembers(of: bucket, below: maximum)
    let last = buckets.members[limit - before - 1]
    keep(through: last, tiesKept: ties == .kept)
  }

  /// Keeps the greatest logits that together have at least `mass` of the probability, at least one of them: the rules
  /// of ``TopP``.
  ///
  /// - Complexity: O(candidates), and a sort of those within 1/64 of the threshold.
  public mutating func keepMass(_ mass: Double) {
    let maximum = maximum
    guard maximum > -.infinity else { return }
    logits.withUnsafeBufferPointer { logits in
      masses.withUnsafeMutableBufferPointer { masses in
        RowMath.exponentials(
          of: UnsafeBufferPointer(rebasing: logits[..<count]), maximum: maximum,
          into: UnsafeMutableBufferPointer(rebasing: masses[..<count]))
      }
    }
    buckets.reset()
    for index in 0..<count where logits[index] > -.infinity {
      let bucket = SelectionBuckets.bucket(of: logits[index], below: maximum)
      buckets.masses[bucket] += Double(masses[index])
    }
    let goal = (mass - 0x1p-22) * buckets.masses.reduce(0, +)
    var bucket = 0
    var reached = 0.0
    while bucket < SelectionBuckets.count - 1, reached + buckets.masses[bucket] < goal {
      reached += buckets.masses[bucket]
      bucket += 1
    }
    sortMembers(of: bucket, below: maximum)
    guard var last = buckets.members.first else { return keep { _, _ in true } }
    for member in buckets.members {
      last = member
      reached += Double(masses[member])
      if reached >= goal { break }
    }
    keep(through: last, tiesKept: false)
  }

  /// Finds the indices of a bucket's candidates, the greatest logit first, of equal ones the first.
  private mutating func sortMembers(of bucket: Int, below maximum: Float) {
    buckets.members.removeAll(keepingCapacity: true)
    for index in 0..<count where logits[index] > -.infinity {
      if SelectionBuckets.bucket(of: logits[index], below: maximum) == bucket {
        buckets.members.append(index)
      }
    }
    logits.withUnsafeBufferPointer { logits in
      buckets.members.sort { logits[$0] > logits[$1] || (logits[$0] == logits[$1] && $0 < $1) }
    }
  }

  /// Keeps the candidates that aren't behind the one at `index` in descending order.
  private mutating func keep(through index: Int, tiesKept: Bool) {
    let threshold = logits[index]
    let lastTie = tiesKept ? TokenID.max : token(at: index)
    keep { token, logit in logit > threshold || (logit == threshold && token <= lastTie) }
  }
}
