import LanguageModeling

/// A model that always gives the same logits, at the cost of copying them.
struct ConstantModel: LanguageModel {
  let row: [Float]

  init(_ row: [Float]) { self.row = row }

  var vocabularyCount: Int { row.count }
  var contextLength: Int { 1 << 20 }

  func makeSession(_ options: SessionOptions) throws(ModelError) -> sending Session {
    Session(row)
  }

  final class Session: DecodingSession {
    private let row: [Float]
    private var lengths: [SequenceID: Int] = [:]
    private var nextID = 0

    init(_ row: [Float]) { self.row = row }

    func open(adapter: AdapterMix) throws(ModelError) -> SequenceID { add(0) }

    func fork(_ parent: SequenceID) throws(ModelError) -> SequenceID {
      add(try length(of: parent))
    }

    func rollback(_ sequence: SequenceID, to length: Int) throws(ModelError) {
      lengths[sequence] = length
    }

    func close(_ sequence: SequenceID) { lengths[sequence] = nil }

    func length(of sequence: SequenceID) throws(ModelError) -> Int {
      guard let length = lengths[sequence] else { throw .unknownSequence(sequence) }
      return length
    }

    func step(
      _ inputs: Span<StepInput>, into rows: inout MutableSpan<Float>
    ) throws(ModelError) {
      var start = 0
      for index in inputs.indices {
        lengths[inputs[index].sequence, default: 0] += inputs[index].tokens.count
        for _ in 0..<inputs[index].rowCount {
          rows.withUnsafeMutableBufferPointer { rows in
            row.withUnsafeBufferPointer { row in
              _ = UnsafeMutableBufferPointer(rebasing: rows[start...]).update(fromContentsOf: row)
            }
          }
          start += row.count
        }
      }
    }

    private func add(_ length: Int) -> SequenceID {
      defer { nextID += 1 }
      let id = SequenceID(rawValue: nextID)
      lengths[id] = length
      return id
    }
  }
}
