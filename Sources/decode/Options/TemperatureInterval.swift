import Decoding

/// The temperatures of `--temperature A..B`.
enum TemperatureInterval {
  /// The interval that a text spells, rounded to binary32 numbers.
  static func parsed(_ text: String) throws(CommandFailure) -> ClosedRange<Float> {
    let parts = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let low = Double(parts[0]), let high = Double(parts[1]) else {
      throw .usage(
        "--temperature: “\(text)” is no interval; give two numbers with two dots between them,"
          + " such as 0.2..1.4")
    }
    let (first, last) = (Float(low), Float(high))
    guard first > 0, first.isNormal, last.isFinite else {
      throw .usage(
        "--temperature: \(text) must be of numbers above 0; temperature 0 is greedy search, which"
          + " `decode --temperature 0` does")
    }
    guard first <= last else {
      throw .usage("--temperature: \(text) ends before it begins; give the lower number first")
    }
    return first...last
  }
}
