/// Self-consistency (Wang et al. 2023): chooses a sample with the answer that most samples agree on.
///
/// Each sample has one vote, for the answer that is found in its text; samples without an answer abstain. The answer with
/// the most votes wins; of several, the one whose samples have the greater sum of log-probabilities, then the one that
/// came first. Of the samples with one answer the most probable stands first. Samples without an answer stand last.
///
/// With a ``confidence``, votes count by how sure the model was, as in DeepConf (Fu et al. 2025) and self-certainty (Kang
/// et al. 2025), and of the samples with one answer the surest stands first.
///
/// - Complexity: O(*n* log *n*) for *n* samples, each text read once.
public struct SelfConsistency: SampleSelection {
  /// Finds the answer in a text, spelled so that equal answers are equal texts; `nil` where there is none.
  public var answer: @Sendable (String) -> String?
  /// How much a vote counts; `nil`: 1 each. The request's report must ask for the confidence of its measure
  /// (``ConfidenceVote/Measure/token``).
  public var confidence: ConfidenceVote?

  /// Votes by the answers that `answer` finds; ``AnswerExtraction`` has two such functions.
  public init(
    confidence: ConfidenceVote? = nil, answer: @escaping @Sendable (String) -> String?
  ) {
    self.answer = answer
    self.confidence = confidence
  }

  private struct Answer {
    var members: [Int] = []
    var weight = 0.0
    var logProbability = 0.0
  }

  /// The samples by votes.
  ///
  /// A sample's score is the share of its answer: of all samples, or, with a ``confidence``, of all that votes count
  /// together. It is 0 for a sample without an answer.
  public func rank(_ samples: [SampleCandidate]) -> [RankedSample] {
    let texts = samples.map { answer($0.text) }
    let voting = samples.indices.filter { texts[$0] != nil }
    let confidences = confidence.map { vote in
      samples.map { vote.confidence(of: $0.confidences) }
    }
    var weights = Array(repeating: 1.0, count: samples.count)
    if let confidence, let confidences {
      let counted = confidence.weights(of: voting.map { confidences[$0] })
      for (index, weight) in zip(voting, counted) { weights[index] = weight }
    }
    let answers = answers(texts, samples, weights)
    let total =
      confidence == nil ? Double(samples.count) : voting.reduce(0) { $0 + weights[$1] }
    func ranked(_ members: [Int], score: Double) -> [RankedSample] {
      members.sorted { left, right in
        (confidences?[left] ?? 0, samples[left].logProbability, right)
          > (confidences?[right] ?? 0, samples[right].logProbability, left)
      }.map { RankedSample(index: $0, score: score, confidence: confidences?[$0]) }
    }
    return answers.indices.sorted { left, right in
      (answers[left].weight, answers[left].logProbability, right)
        > (answers[right].weight, answers[right].logProbability, left)
    }.flatMap { place in
      ranked(
        answers[place].members, score: total > 0 ? answers[place].weight / total : 0)
    } + ranked(samples.indices.filter { texts[$0] == nil }, score: 0)
  }

  /// The answers in the order in which they came.
  private func answers(
    _ texts: [String?], _ samples: [SampleCandidate], _ weights: [Double]
  ) -> [Answer] {
    var places: [[Unicode.Scalar]: Int] = [:]
    var answers: [Answer] = []
    for (index, text) in texts.enumerated() {
      guard let text else { continue }
      // By scalars, so that answers are one only if they are spelled alike.
      let place = places[Array(text.unicodeScalars), default: answers.count]
      places[Array(text.unicodeScalars)] = place
      if place == answers.count { answers.append(Answer()) }
      answers[place].members.append(index)
      answers[place].weight += weights[index]
      answers[place].logProbability += samples[index].logProbability
    }
    return answers
  }
}
