import Metrics
import Testing

struct EditAndRepetitionTests {
  /// Distances of RapidFuzz 3.14 (`rapidfuzz.distance.Levenshtein`).
  @Test(arguments: [
    ("kitten", "sitting", 3), ("", "", 0), ("", "abc", 3), ("flaw", "lawn", 2),
    ("Saturday", "Sunday", 3), ("naïve", "naive", 1), ("intention", "execution", 5),
    ("の猫が", "猫", 2), ("abcdef", "fedcba", 6),
  ])
  func distancesAreThoseOfRapidFuzz(left: String, right: String, expected: Int) {
    #expect(EditDistance.distance(hypothesis: left, references: [right]) == expected)
    #expect(EditDistance.distance(hypothesis: right, references: [left]) == expected)
    // White space around a text is no edit.
    #expect(EditDistance.distance(hypothesis: " \(left)\n", references: [right]) == expected)
    let longer = max(left.unicodeScalars.count, right.unicodeScalars.count)
    #expect(
      EditDistance.rate(hypothesis: left, references: [right])
        == (longer == 0 ? 0 : Double(expected) / Double(longer)))
  }

  @Test func theNearestReferenceCounts() {
    #expect(EditDistance.distance(hypothesis: "kitten", references: ["sitting", "mitten"]) == 1)
    #expect(EditDistance.distance(hypothesis: "abc", references: []) == 3)
    #expect(EditDistance.rate(hypothesis: "abc", references: []) == 1)
  }

  @Test func aTextContainsWhatItSpells() {
    #expect(Containment.score(hypothesis: "It is 42.", references: ["41", " 42 "]) == 1)
    #expect(Containment.score(hypothesis: "It is Forty", references: ["forty"]) == 0)
    // é in two scalars is another spelling.
    #expect(Containment.score(hypothesis: "cafe\u{301}", references: ["caf\u{E9}"]) == 0)
    #expect(Containment.score(hypothesis: "a", references: [" ", "ab"]) == 0)
  }

  @Test func aTextThatEndsByRepeatingItselfIsFound() {
    func phrase(_ tokens: [Int32]) -> [Int]? {
      EndRepetition.phrase(of: tokens).map { [$0.length, $0.count] }
    }
    #expect(phrase([5, 1, 2, 3, 1, 2, 3]) == [3, 2])
    #expect(EndRepetition.phrase(of: [1, 2, 3, 1, 2, 3, 4]) == nil)
    // Dots may stand in a row, to a point.
    #expect(EndRepetition.phrase(of: Array(repeating: 9, count: 50)) == nil)
    #expect(EndRepetition.phrase(of: [7, 8, 7, 8, 7, 8, 7, 8]) == nil)
    #expect(phrase(Array(repeating: 9, count: 51)) == [1, 51])
    #expect(EndRepetition.phrase(of: []) == nil)
    let longest = Array(0..<90) as [Int32]
    #expect(phrase(longest + longest) == [90, 2])
    let long = Array(0..<91) as [Int32]
    #expect(EndRepetition.phrase(of: long + long) == nil)
  }
}
