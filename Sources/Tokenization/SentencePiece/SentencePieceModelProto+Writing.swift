import LanguageModeling

extension SentencePieceModelProto {
  /// A checked proto of a vocabulary that is given as arrays.
  init(_ vocabulary: SentencePieceVocabulary, file: String) throws(TokenizationError) {
    let count = vocabulary.pieces.count
    guard vocabulary.scores.count == count, vocabulary.types.count == count else {
      throw .invalid(
        file: file, field: "vocabulary",
        reason:
          "\(count) pieces, \(vocabulary.scores.count) scores and \(vocabulary.types.count) types")
    }
    pieces = ByteStringTable(minimumCapacity: count)
    for piece in vocabulary.pieces { pieces.append(piece.utf8) }
    scores = vocabulary.scores
    types = vocabulary.types
    segmentation = vocabulary.segmentation
    addsDummyPrefix = vocabulary.addsDummyPrefix
    removesExtraWhitespaces = vocabulary.removesExtraWhitespaces
    precompiledCharsmap = vocabulary.precompiledCharsmap
    for (name, id) in [
      ("beginning-of-sequence id", vocabulary.beginningOfSequence),
      ("end-of-sequence id", vocabulary.endOfSequence), ("unknown id", vocabulary.unknown),
    ] {
      guard let id else { continue }
      guard types.indices.contains(Int(id)) else {
        throw .invalid(file: file, field: name, reason: "\(id) in a vocabulary of \(count) tokens")
      }
    }
    if let unknown = vocabulary.unknown, !types.contains(.unknown) {
      types[Int(unknown)] = .unknown
    }
    byteFallback = types.contains(.byte)
    if let id = vocabulary.unknown { unknownPiece = Array(pieces[Int(id)]) }
    if let id = vocabulary.beginningOfSequence { beginningPiece = Array(pieces[Int(id)]) }
    if let id = vocabulary.endOfSequence { endPiece = Array(pieces[Int(id)]) }
    try check(file: file)
  }

  /// The wire format: what is handed to the library.
  ///
  /// - Parameter hidingUserDefined: whether user-defined pieces are ordinary ones to the library, because they were
  ///   looked for before.
  func serialized(addingDummyPrefix: Bool, hidingUserDefined: Bool = false) -> [UInt8] {
    var proto = ProtoWriter()
    proto.reserveCapacity(
      pieces.storage.count + 12 * pieces.count + precompiledCharsmap.count + 256)
    var message = ProtoWriter()
    for index in 0..<pieces.count {
      message.removeAll()
      message.field(1, bytes: pieces[index])
      message.field(2, float: scores[index])
      let type =
        hidingUserDefined && types[index] == .userDefined ? TokenType.normal : types[index]
      if type != .normal {
        message.field(3, varint: UInt64(UInt32(bitPattern: type.rawValue)))
      }
      proto.field(1, bytes: message.bytes)
    }
    message.removeAll()
    message.field(3, varint: UInt64(segmentation.rawValue))
    message.field(24, bool: treatsWhitespaceAsSuffix)
    message.field(35, bool: byteFallback)
    message.field(44, bytes: unknownSurface)
    message.field(45, bytes: unknownPiece)
    message.field(46, bytes: beginningPiece)
    message.field(47, bytes: endPiece)
    proto.field(2, bytes: message.bytes)
    message.removeAll()
    if !precompiledCharsmap.isEmpty { message.field(2, bytes: precompiledCharsmap) }
    message.field(3, bool: addingDummyPrefix)
    message.field(4, bool: removesExtraWhitespaces)
    message.field(5, bool: escapesWhitespaces)
    proto.field(3, bytes: message.bytes)
    return proto.bytes
  }
}
