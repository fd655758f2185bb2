/// Which prompts choose the best trial, and which tell how good it is: choosing and reporting on the same prompts
/// would flatter the winner.
public struct PromptSplit: Hashable, Sendable {
  /// The prompts to choose on, as indices in ascending order.
  public var selection: [Int]
  /// The prompts to report on; the same as ``selection`` where nothing is held out.
  public var report: [Int]

  /// Splits prompts by chance.
  ///
  /// - Parameters:
  ///   - promptCount: the number of prompts.
  ///   - holdout: the share to report on, in [0, 1); 0 uses all prompts for both. At least one prompt is left for
  ///     either if there are two.
  ///   - seed: decides who goes where.
  public init(promptCount: Int, holdout: Double, seed: UInt64) {
    let held = Int((Double(promptCount) * holdout).rounded())
    guard holdout > 0, promptCount > 1 else {
      selection = Array(0..<promptCount)
      report = selection
      return
    }
    var stream = PhiloxStream(seed: seed, purpose: .promptOrder)
    let shuffled = stream.permutation(of: promptCount)
    let count = min(max(held, 1), promptCount - 1)
    report = shuffled.prefix(count).sorted()
    selection = shuffled.dropFirst(count).sorted()
  }
}
