/// A set of binary32 temperatures, as runs of neighbouring numbers.
///
/// Positive floats stand in the order of their bit patterns, so that a run is a range of patterns, and the number after
/// one is the next float.
struct TemperatureRuns: Hashable, Sendable {
  /// The runs, ascending; between two of them at least one number is missing.
  private(set) var runs: [ClosedRange<UInt32>] = []

  /// No numbers.
  init() {}

  /// Every number from one to another, both above 0.
  init(_ temperatures: ClosedRange<Float>) {
    runs = [temperatures.lowerBound.bitPattern...temperatures.upperBound.bitPattern]
  }

  /// From the first number to the last; `nil` for none.
  var hull: ClosedRange<UInt32>? {
    guard let first = runs.first, let last = runs.last else { return nil }
    return first.lowerBound...last.upperBound
  }

  /// How many numbers there are.
  var count: Int { runs.reduce(0) { $0 + $1.count } }

  /// Adds a run that begins after all others end.
  mutating func append(_ run: ClosedRange<UInt32>) {
    guard let last = runs.last, last.upperBound + 1 == run.lowerBound else {
      return runs.append(run)
    }
    runs[runs.count - 1] = last.lowerBound...run.upperBound
  }

  /// The parts of the runs that lie within `range`.
  ///
  /// - Complexity: O(log runs), and the number of those parts.
  func within(_ range: ClosedRange<UInt32>) -> [ClosedRange<UInt32>] {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].upperBound < range.lowerBound { low = middle + 1 } else { high = middle }
    }
    return runs[low...].prefix { $0.lowerBound <= range.upperBound }.map { $0.clamped(to: range) }
  }
}
