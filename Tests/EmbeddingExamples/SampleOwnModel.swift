import Decoding
import LanguageModeling

/// Letters from a to z, of which each likes to be followed by the next.
struct Alphabet: LanguageModel {
  let vocabularyCount = 26
  let contextLength = 1000

  func makeSession(_ options: SessionOptions) -> sending Session { Session() }

  /// Remembers the tokens of each sequence. A neural model would keep its keys and values here.
  final class Session: DecodingSession {
    private var sequences: [SequenceID: [TokenID]] = [:]
    private var count = 0

    func open(adapter: AdapterMix) -> SequenceID { add([]) }
    func fork(_ parent: SequenceID) throws(ModelError) -> SequenceID { add(try tokens(of: parent)) }
    func close(_ sequence: SequenceID) { sequences[sequence] = nil }
    func length(of parent: SequenceID) throws(ModelError) -> Int { try tokens(of: parent).count }
    func rollback(_ sequence: SequenceID, to length: Int) throws(ModelError) {
      sequences[sequence] = Array(try tokens(of: sequence).prefix(length))
    }

    func step(_ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>) throws(ModelError) {
      var row = 0
      for i in inputs.indices {
        let all = try tokens(of: inputs[i].sequence) + inputs[i].tokens
        sequences[inputs[i].sequence] = all
        for last in all.suffix(inputs[i].rowCount) {
          for letter in 0..<26 { rows[row * 26 + letter] = letter == (Int(last) + 1) % 26 ? 3 : 0 }
          row += 1
        }
      }
    }

    private func tokens(of sequence: SequenceID) throws(ModelError) -> [TokenID] {
      guard let tokens = sequences[sequence] else { throw .unknownSequence(sequence) }
      return tokens
    }

    private func add(_ tokens: [TokenID]) -> SequenceID {
      count += 1
      sequences[SequenceID(rawValue: count)] = tokens
      return SequenceID(rawValue: count)
    }
  }
}

func sampleLetters(seed: UInt64) throws -> [TokenID] {
  let decoder = try BatchDecoder(model: Alphabet())
  let sampling = Sampling(filters: [try Temperature(0.8), try TopK(5)])
  try decoder.submit(DecodingRequest(prompt: [0], strategy: sampling, seed: seed))
  while let events = try decoder.step() {
    for case .finished(_, let hypothesis) in events { return hypothesis.tokens.map(\.token) }
  }
  return []
}
