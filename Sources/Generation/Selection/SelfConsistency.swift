/// Self-consistency (Wang et al. 2023): chooses a sample with the answer that most samples agree on.
///
/// Each sample has one vote, for the answer that is found in its text; samples without an answer abstain. The answer with
/// the most votes wins; of several, the one whose samples have the greater sum of log-probabilities, then the one that
/// came first. Of the samples with one answer the most probable stands first. Samples without an answer stand last.
///
/// - Complexity: O(*n* log *n*) for *n* samples, each text read once.
public struct SelfConsistency: SampleSelection {
  /// Finds the answer in a text, spelled so that equal answers are equal texts; `nil` where there is none.
  public var answer: @Sendable (String) -> String?

  /// Votes by the answers that `answer` finds; ``AnswerExtraction`` has two such functions.
  public init(answer: @escaping @Sendable (String) -> String?) {
    self.answer = answer
  }

  private struct Answer {
    var members: [Int] = []
    var logProbability = 0.0
  }

  /// The samples by votes; a sample's score is the share of all samples that gave its answer, 0 without one.
  public func rank(_ samples: [SampleCandidate]) -> [RankedSample] {
    var places: [[Unicode.Scalar]: Int] = [:]
    var answers: [Answer] = []
    var abstaining: [Int] = []
    for (index, sample) in samples.enumerated() {
      guard let text = answer(sample.text) else {
        abstaining.append(index)
        continue
      }
      // By scalars, so that answers are one only if they are spelled alike.
      let place = places[Array(text.unicodeScalars), default: answers.count]
      places[Array(text.unicodeScalars)] = place
      if place == answers.count { answers.append(Answer()) }
      answers[place].members.append(index)
      answers[place].logProbability += sample.logProbability
    }
    func byProbability(_ members: [Int]) -> [Int] {
      members.sorted {
        (samples[$0].logProbability, $1) > (samples[$1].logProbability, $0)
      }
    }
    let ranked = answers.indices.sorted { left, right in
      (answers[left].members.count, answers[left].logProbability, right)
        > (answers[right].members.count, answers[right].logProbability, left)
    }
    return ranked.flatMap { place in
      byProbability(answers[place].members).map {
        RankedSample(
          index: $0, score: Double(answers[place].members.count) / Double(samples.count))
      }
    } + byProbability(abstaining).map { RankedSample(index: $0, score: 0) }
  }
}
