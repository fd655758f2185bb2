/// Whether a text says what a reference says, word for word somewhere.
///
///     Containment.score(hypothesis: "The answer is 42.", references: ["42"])  // 1
public enum Containment {
  /// 1 where a reference, white space at its ends aside, stands in the text as it is spelled, else 0. A reference of
  /// white space alone stands nowhere.
  ///
  /// - Complexity: O(text · reference) at worst.
  public static func score(hypothesis: String, references: [String]) -> Double {
    let text = hypothesis.scalars
    return references.contains { reference in
      let wanted = reference.scalars.trimmed
      return !wanted.isEmpty && text.contains(run: wanted)
    } ? 1 : 0
  }
}

extension [Unicode.Scalar] {
  /// The text without white space at both ends.
  var trimmed: ArraySlice<Unicode.Scalar> {
    guard let first = firstIndex(where: { !$0.separatesWords }),
      let last = lastIndex(where: { !$0.separatesWords })
    else { return [] }
    return self[first...last]
  }

  /// Whether `run` stands somewhere in the text.
  fileprivate func contains(run: ArraySlice<Unicode.Scalar>) -> Bool {
    guard count >= run.count else { return false }
    return (0...(count - run.count)).contains { start in
      self[start..<start + run.count].elementsEqual(run)
    }
  }
}
