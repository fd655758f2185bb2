/// How many characters have to be put in, taken out or replaced to make one text of the other (Levenshtein 1966).
/// Characters are Unicode scalars; white space at both ends of a text doesn't count.
///
///     EditDistance.distance(hypothesis: "kitten", references: ["sitting", "mitten"])  // 1
///     EditDistance.rate(hypothesis: "kitten", references: ["sitting"])  // 0.429: 3 of 7
public enum EditDistance {
  /// The distance to the nearest reference; the length of the text without references.
  ///
  /// - Complexity: O(*nm*) time, O(*m*) memory for each reference.
  public static func distance(hypothesis: String, references: [String]) -> Int {
    let text = hypothesis.scalars.trimmed
    return references.map { distance(text, $0.scalars.trimmed) }.min() ?? text.count
  }

  /// The least distance by the length of the longer text, 0 for equal texts to 1; 1 without references.
  ///
  /// - Complexity: as ``distance(hypothesis:references:)``.
  public static func rate(hypothesis: String, references: [String]) -> Double {
    let text = hypothesis.scalars.trimmed
    return references.map { reference in
      let reference = reference.scalars.trimmed
      let longer = max(text.count, reference.count)
      return longer == 0 ? 0 : Double(distance(text, reference)) / Double(longer)
    }.min() ?? 1
  }

  /// The distance between two sequences.
  ///
  /// - Complexity: O(*nm*) time, O(*m*) memory.
  static func distance<Element: Equatable>(
    _ left: some Collection<Element>, _ right: some Collection<Element>
  ) -> Int {
    var row = Array(0...right.count)
    for (i, first) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, second) in right.enumerated() {
        let substituted = diagonal + (first == second ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
      }
    }
    return row[right.count]
  }
}
