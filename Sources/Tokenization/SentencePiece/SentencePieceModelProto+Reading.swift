import LanguageModeling

extension SentencePieceModelProto {
  /// The largest file that is read: protocol buffers end at 2 GiB, and the vocabularies in use below 10 MiB.
  static let largestFile = 1 << 29

  /// Reads and checks a serialised `ModelProto`. Field numbers are those of `sentencepiece_model.proto`.
  init(reading bytes: [UInt8], file: String) throws(TokenizationError) {
    guard bytes.count <= Self.largestFile else {
      throw .tooLarge(file, bytes.count, limit: Self.largestFile)
    }
    // The smallest piece takes two bytes of tag and length, and a real one about ten.
    pieces = ByteStringTable(minimumCapacity: bytes.count / 12)
    scores = []
    types = []
    var reader = ProtoReader(bytes, in: 0..<bytes.count, file: file, message: "model proto")
    while let (field, value, offset) = try reader.next() {
      switch (field, value) {
      case (1, .bytes(let range)): try readPiece(bytes, range, file)
      case (2, .bytes(let range)): try readTrainer(bytes, range, file)
      case (3, .bytes(let range)): try readNormalizer(bytes, range, file)
      case (5, .bytes(let range)): try readDenormalizer(bytes, range, file)
      case (1, _), (2, _), (3, _), (5, _):
        throw reader.invalid("wire type of field \(field)", at: offset)
      default: break
      }
    }
    try check(file: file)
  }

  private mutating func readPiece(
    _ bytes: [UInt8], _ range: Range<Int>, _ file: String
  ) throws(TokenizationError) {
    var reader = ProtoReader(bytes, in: range, file: file, message: "pieces[\(scores.count)]")
    var piece = 0..<0
    var score: Float = 0
    var type = TokenType.normal
    while let (field, value, offset) = try reader.next() {
      switch (field, value) {
      case (1, .bytes(let range)): piece = range
      case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
      case (3, .varint(let number)):
        guard let known = Int32(exactly: number).flatMap(TokenType.init(rawValue:)) else {
          throw reader.invalid("type \(number)", at: offset)
        }
        type = known
      case (1...3, _): throw reader.invalid("wire type of field \(field)", at: offset)
      default: break
      }
    }
    pieces.append(bytes[piece])
    scores.append(score)
    types.append(type)
  }

  private mutating func readTrainer(
    _ bytes: [UInt8], _ range: Range<Int>, _ file: String
  ) throws(TokenizationError) {
    var reader = ProtoReader(bytes, in: range, file: file, message: "trainer_spec")
    while let (field, value, offset) = try reader.next() {
      switch (field, value) {
      case (3, .varint(let number)):
        guard
          let known = Int(exactly: number).flatMap(
            SentencePieceVocabulary.Segmentation.init(rawValue:))
        else { throw reader.invalid("model_type \(number)", at: offset) }
        segmentation = known
      case (24, .varint(let flag)): treatsWhitespaceAsSuffix = flag != 0
      case (35, .varint(let flag)): byteFallback = flag != 0
      case (44, .bytes(let range)): unknownSurface = try text(bytes, range, reader, offset)
      // An empty name means the default one to the library.
      case (45, .bytes(let range)) where !range.isEmpty:
        unknownPiece = try text(bytes, range, reader, offset)
      case (46, .bytes(let range)) where !range.isEmpty:
        beginningPiece = try text(bytes, range, reader, offset)
      case (47, .bytes(let range)) where !range.isEmpty:
        endPiece = try text(bytes, range, reader, offset)
      case (45...47, .bytes): break
      case (3, _), (24, _), (35, _), (44...47, _):
        throw reader.invalid("wire type of field \(field)", at: offset)
      default: break
      }
    }
  }

  private func text(
    _ bytes: [UInt8], _ range: Range<Int>, _ reader: ProtoReader, _ offset: Int
  ) throws(TokenizationError) -> [UInt8] {
    let text = bytes[range]
    guard text.count <= Self.longestPiece, !text.contains(0),
      String(validating: text, as: UTF8.self) != nil
    else { throw reader.invalid("a spelling that is too long or no text", at: offset) }
    return Array(text)
  }

  private mutating func readNormalizer(
    _ bytes: [UInt8], _ range: Range<Int>, _ file: String
  ) throws(TokenizationError) {
    var reader = ProtoReader(bytes, in: range, file: file, message: "normalizer_spec")
    while let (field, value, offset) = try reader.next() {
      switch (field, value) {
      case (2, .bytes(let range)): precompiledCharsmap = Array(bytes[range])
      case (3, .varint(let flag)): addsDummyPrefix = flag != 0
      case (4, .varint(let flag)): removesExtraWhitespaces = flag != 0
      case (5, .varint(let flag)): escapesWhitespaces = flag != 0
      case (2...5, _): throw reader.invalid("wire type of field \(field)", at: offset)
      default: break
      }
    }
  }

  private func readDenormalizer(
    _ bytes: [UInt8], _ range: Range<Int>, _ file: String
  ) throws(TokenizationError) {
    var reader = ProtoReader(bytes, in: range, file: file, message: "denormalizer_spec")
    while let (field, value, _) = try reader.next() {
      if field == 2, case .bytes(let range) = value, !range.isEmpty {
        // It rewrites the whole text after the last token, so text can't be given out token by token.
        throw .unsupported(
          file: file, field: "denormalizer_spec.precompiled_charsmap", what: "a denormaliser")
      }
    }
  }
}
