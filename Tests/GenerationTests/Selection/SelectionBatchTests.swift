import Decoding
import Generation
import LanguageModeling
import Metrics
import TestSupport
import Testing

/// Selections at work in a batch.
@Suite struct SelectionInABatch {
  private let generator = TextGenerator(
    model: TableLanguageModel(randomOver: 6),
    tokenizer: PieceTokenizer(["<e>", "a", "b", "ab", " ", "1"]))

  private func request(_ selection: (any SampleSelection)?) -> GenerationRequest {
    GenerationRequest(
      DecodingRequest(
        prompt: [1], strategy: Sampling(), samples: Array(0..<12), seed: 4,
        stopRules: StopRules(endOfSequence: [0], maxNewTokens: 8)), stopStrings: ["bb"],
      selection: selection)
  }

  @Test(
    arguments: [
      MinimumBayesRisk(), SelfConsistency(answer: AnswerExtraction.number.answer),
    ] as [any SampleSelection])
  func sequencesAreTheSamplesInTheOrderOfTheSelection(selection: any SampleSelection) throws {
    let plain = try generator.generate([request(nil)])[0].get().sequences
    let ranked = try generator.generate([request(selection)])[0].get().sequences
    let expected = selection.rank(
      plain.map { SampleCandidate(text: $0.text, logProbability: $0.logProbability) })
    #expect(ranked.map(\.sample) == expected.map(\.index))
    #expect(ranked.map(\.score) == expected.map(\.score))
    for sequence in ranked {
      var sample = plain[sequence.sample]
      sample.score = sequence.score
      #expect(sequence == sample)
    }
  }

  @Test func textComesWhenItIsChosenBestFirst() throws {
    let batch = try generator.batch([request(MinimumBayesRisk()), request(nil)])
    var pieces: [String] = []
    var finished: [GeneratedSequence] = []
    var isCompleted = false
    while let events = try batch.step() {
      for event in events {
        switch event {
        case .text(0, let sequence, let piece):
          #expect(sequence == finished.count && !isCompleted)
          pieces.append(piece)
        case .finished(0, let sequence, let result):
          #expect(sequence == finished.count)
          finished.append(result)
          #expect(pieces == finished.map(\.text).filter { !$0.isEmpty })
        case .completed(0, let result):
          isCompleted = true
          #expect(result.sequences == finished)
          #expect(result.timings.generatedTokens == finished.reduce(0) { $0 + $1.tokens.count })
        default: continue
        }
      }
    }
    #expect(isCompleted && finished.count == 12)
    #expect(finished.map(\.score) == finished.map(\.score).sorted(by: >))
  }

  @Test func cancelledSamplesAreStillRanked() throws {
    let batch = try generator.batch([request(MinimumBayesRisk())])
    for _ in 0..<3 { _ = try batch.step() }
    batch.cancel()
    var result: GenerationResult?
    while let events = try batch.step() {
      for case .completed(_, let completed) in events { result = completed }
    }
    let sequences = try #require(result).sequences
    #expect(Set(sequences.map(\.sample)) == Set(0..<12))
    #expect(sequences.contains { $0.finishReason == .cancelled })
  }

  /// A selection of one's own that keeps one sample, and names one that isn't there.
  private struct KeepsTheThird: SampleSelection {
    func rank(_ samples: [SampleCandidate]) -> [RankedSample] {
      [RankedSample(index: 99, score: 2), RankedSample(index: 2, score: 1)]
    }
  }

  @Test func placesThatDoNotExistAreLeftOut() throws {
    let sequences = try generator.generate([request(KeepsTheThird())])[0].get().sequences
    #expect(sequences.map(\.sample) == [2])
  }
}
