import LanguageModeling

/// What inference needs of `sentencepiece.ModelProto`, checked.
///
/// libsentencepiece trusts its input: a normalisation trie that points out of its array is read there, more than 32
/// rules that match at one place or 64 nested user-defined pieces overrun a buffer on the stack. So the library never sees a file's
/// own bytes: it is handed what this type has read, checked and written anew. What inference doesn't use (training
/// settings, self-test samples, unknown fields) is left out.
struct SentencePieceModelProto: Sendable {
  /// The pieces, spelled.
  var pieces: ByteStringTable
  var scores: [Float]
  var types: [TokenType]
  var segmentation = SentencePieceVocabulary.Segmentation.unigram
  var treatsWhitespaceAsSuffix = false
  var byteFallback = false
  /// What an unknown token decodes to.
  var unknownSurface = Array(" \u{2047} ".utf8)
  var unknownPiece = Array("<unk>".utf8)
  var beginningPiece = Array("<s>".utf8)
  var endPiece = Array("</s>".utf8)
  var precompiledCharsmap: [UInt8] = []
  var addsDummyPrefix = true
  var removesExtraWhitespaces = true
  var escapesWhitespaces = true
  /// The maximum number of bytes that the normaliser makes of one byte of text; set by ``check(file:)``.
  private(set) var greatestExpansion = 3

  /// The greatest length of a piece in bytes. The library takes pieces apart by recursion; those in use are far shorter.
  static let longestPiece = 1024
  /// The library's room for user-defined pieces of which each begins with the one before.
  static let maximumNesting = 64

  /// Checks all that the library takes for granted.
  mutating func check(file: String) throws(TokenizationError) {
    func invalid(_ field: String, _ reason: String) -> TokenizationError {
      .invalid(file: file, field: field, reason: reason)
    }
    guard pieces.count > 0 else { throw invalid("pieces", "the vocabulary is empty") }
    var unknownCount = 0
    var hasByte = [Bool](repeating: false, count: 256)
    for index in 0..<pieces.count {
      try checkPiece(index, file: file)
      switch types[index] {
      case .unknown: unknownCount += 1
      case .byte:
        guard let byte = Self.byte(of: pieces[index]) else {
          throw invalid("pieces[\(index)]", "a byte piece that is not spelled <0x00> to <0xFF>")
        }
        hasByte[Int(byte)] = true
      default: break
      }
    }
    guard unknownCount == 1 else {
      throw invalid("pieces", "\(unknownCount) pieces are of type unknown; one must be")
    }
    if hasByte.contains(true) != byteFallback {
      throw invalid(
        "trainer_spec.byte_fallback",
        byteFallback ? "set, but no byte pieces" : "not set, but there are byte pieces")
    }
    if byteFallback, let byte = hasByte.firstIndex(of: false) {
      throw invalid("pieces", "byte fallback without a piece for byte \(byte)")
    }
    try checkNesting(file: file)
    if !precompiledCharsmap.isEmpty {
      let longest = try PrecompiledCharsmap.check(precompiledCharsmap, file: file)
      greatestExpansion = 3 * max(1, longest)
    }
  }

  private func checkPiece(_ index: Int, file: String) throws(TokenizationError) {
    let piece = pieces[index]
    let reason: String
    if piece.isEmpty {
      reason = "an empty piece"
    } else if piece.count > Self.longestPiece {
      reason = "a piece of \(piece.count) bytes; at most \(Self.longestPiece) are possible"
    } else if piece.contains(0) {
      reason = "a piece with a NUL byte"
    } else if String(validating: piece, as: UTF8.self) == nil {
      reason = "a piece that is no UTF-8"
    } else if !scores[index].isFinite {
      reason = "score \(scores[index])"
    } else {
      return
    }
    throw .invalid(file: file, field: "pieces[\(index)]", reason: reason)
  }

  private func checkNesting(file: String) throws(TokenizationError) {
    let userDefined = types.indices.filter { types[$0] == .userDefined }
    guard userDefined.count > Self.maximumNesting else { return }
    let sorted = userDefined.map { pieces[$0] }.sorted { $0.lexicographicallyPrecedes($1) }
    var open: [ArraySlice<UInt8>] = []
    for piece in sorted {
      while let last = open.last, !piece.starts(with: last) { open.removeLast() }
      open.append(piece)
      guard open.count < Self.maximumNesting else {
        throw .invalid(
          file: file, field: "pieces",
          reason: "\(open.count) user-defined pieces that each begin with the one before")
      }
    }
  }

  /// The byte that `<0x41>` spells. The library knows capitals alone.
  static func byte(of piece: some Collection<UInt8>) -> UInt8? {
    guard piece.count == 6 else { return nil }
    let bytes = Array(piece)
    guard bytes.starts(with: "<0x".utf8), bytes[5] == UInt8(ascii: ">"),
      let high = digit(bytes[3]), let low = digit(bytes[4])
    else { return nil }
    return high << 4 | low
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
