import LanguageModeling

/// A model that is a table: the logits of the next token, by the last one.
struct Bigrams: LanguageModel {
  let rows: [[Float]]
  let contextLength = 256

  var vocabularyCount: Int { rows.count }

  func makeSession(_ options: SessionOptions) -> sending Session {
    Session(rows, limit: min(options.contextLength ?? .max, contextLength))
  }

  final class Session: DecodingSession {
    private let rows: [[Float]]
    private let limit: Int
    private var sequences: [SequenceID: [TokenID]] = [:]
    private var count = 0

    init(_ rows: [[Float]], limit: Int) {
      self.rows = rows
      self.limit = limit
    }

    func open(adapter: AdapterMix) throws(ModelError) -> SequenceID {
      if let part = adapter.parts.first { throw .unknownAdapter(part.name) }
      return add([])
    }

    func fork(_ parent: SequenceID) throws(ModelError) -> SequenceID { add(try tokens(of: parent)) }

    func rollback(_ sequence: SequenceID, to length: Int) throws(ModelError) {
      let tokens = try tokens(of: sequence)
      guard (0...tokens.count).contains(length) else {
        throw .rollbackOutOfRange(sequence, to: length, length: tokens.count)
      }
      sequences[sequence] = Array(tokens[..<length])
    }

    func close(_ sequence: SequenceID) { sequences[sequence] = nil }

    func length(of sequence: SequenceID) throws(ModelError) -> Int {
      try tokens(of: sequence).count
    }

    func step(_ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>) throws(ModelError) {
      // Everything is checked before anything changes.
      for index in inputs.indices {
        let input = inputs[index]
        let length = try tokens(of: input.sequence).count + input.tokens.count
        guard length <= limit else {
          throw .contextFull(input.sequence, length: length, limit: limit)
        }
        for token in input.tokens where !self.rows.indices.contains(Int(token)) {
          throw .tokenOutOfRange(token, vocabularyCount: self.rows.count)
        }
      }
      var next = 0
      for index in inputs.indices {
        let input = inputs[index]
        sequences[input.sequence, default: []] += input.tokens
        for token in input.tokens.suffix(input.rowCount) {
          for logit in self.rows[Int(token)] {
            rows[next] = logit
            next += 1
          }
        }
      }
    }

    private func tokens(of sequence: SequenceID) throws(ModelError) -> [TokenID] {
      guard let tokens = sequences[sequence] else { throw .unknownSequence(sequence) }
      return tokens
    }

    private func add(_ tokens: [TokenID]) -> SequenceID {
      defer { count += 1 }
      sequences[SequenceID(rawValue: count)] = tokens
      return SequenceID(rawValue: count)
    }
  }
}
