import Foundation
import Generation
import Testing

/// What numpy makes of the papers' definitions: `Fixtures/confidence.json`.
private struct ConfidenceFixture: Decodable {
  struct Measures: Decodable {
    var tokens: [Double]
    var window: Int
    var values: [String: Double]
  }
  struct Election: Decodable {
    var confidences: [Double]
    var answers: [Int]
    var top: Double
    var power: Double
    var weights: [Double]
    var shares: [String: Double]
  }

  var measures: [Measures]
  var elections: [Election]

  static func load() throws -> ConfidenceFixture {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/confidence.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: path))
  }
}

@Suite struct ConfidenceVoteTests {
  private let fixture: ConfidenceFixture

  init() throws { fixture = try ConfidenceFixture.load() }

  private func isClose(_ left: Double, _ right: Double) -> Bool {
    abs(left - right) <= 1e-9 * max(1, right.magnitude)
  }

  @Test(arguments: ConfidenceVote.Measure.allCases)
  func confidencesAreThoseOfThePapers(measure: ConfidenceVote.Measure) throws {
    for example in fixture.measures {
      let vote = ConfidenceVote(measure, window: example.window)
      // Self-certainty is a mean too, of other terms.
      let expected = try #require(
        example.values[measure == .selfCertainty ? "mean" : measure.rawValue])
      #expect(isClose(vote.confidence(of: example.tokens), expected))
    }
    #expect(ConfidenceVote(measure).confidence(of: []) == 0)
  }

  @Test func weightsAndSharesAreThoseOfThePapers() throws {
    for example in fixture.elections {
      let vote = ConfidenceVote(.mean, keptShare: example.top, bordaPower: example.power)
      let weights = vote.weights(of: example.confidences)
      #expect(weights.count == example.weights.count)
      #expect(zip(weights, example.weights).allSatisfy { isClose($0, $1) })
      let samples = zip(example.answers, example.confidences).map { answer, confidence in
        SampleCandidate(text: "\(answer)", confidences: [confidence])
      }
      let ranked = SelfConsistency(confidence: vote, answer: { $0 }).rank(samples)
      #expect(ranked.map(\.index).sorted() == Array(samples.indices))
      for place in ranked {
        let share = try #require(example.shares["\(example.answers[place.index])"])
        #expect(isClose(place.score, share))
        #expect(place.confidence == example.confidences[place.index])
      }
      #expect(ranked.map(\.score) == ranked.map(\.score).sorted(by: >))
    }
  }

  @Test func fewSureVotesBeatManyUnsureOnes() {
    let samples = [("1", 2.0), ("1", 2.5), ("2", 9.0), ("1", 2.1), ("", 50.0)].map {
      SampleCandidate(text: $0.0, confidences: [$0.1])
    }
    let answer = AnswerExtraction.number.answer
    #expect(SelfConsistency(answer: answer).rank(samples).map(\.index) == [0, 1, 3, 2, 4])
    let sure = SelfConsistency(confidence: ConfidenceVote(.mean), answer: answer).rank(samples)
    // The surest of an answer comes first; what has no answer has no vote, however sure it was.
    #expect(sure.map(\.index) == [2, 1, 3, 0, 4])
    #expect(sure.map(\.confidence) == [9, 2.5, 2.1, 2, 50])
    #expect(sure.map(\.score).last == 0)
    // One in four alone votes: the surest.
    let top = ConfidenceVote(.mean, keptShare: 0.25)
    #expect(
      SelfConsistency(confidence: top, answer: answer).rank(samples).map(\.score)
        == [1, 0, 0, 0, 0])
  }

  @Test func equalConfidencesAreAPlainVote() {
    let samples = ["a", "b", "b", "c"].map { SampleCandidate(text: $0, confidences: [3, 5]) }
    let plain = SelfConsistency(answer: { $0 }).rank(samples)
    for measure in ConfidenceVote.Measure.allCases {
      let ranked = SelfConsistency(confidence: ConfidenceVote(measure), answer: { $0 })
        .rank(samples)
      #expect(ranked.map(\.index) == plain.map(\.index))
      #expect(ranked.map(\.score) == plain.map(\.score))
    }
  }
}
