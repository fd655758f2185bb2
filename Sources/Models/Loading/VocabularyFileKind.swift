internal import Checkpoints

/// What a vocabulary's file is, where it isn't what its name says.
enum VocabularyFileKind {
  /// Throws for a file that is something else than a vocabulary, and says what.
  ///
  /// - Parameter expectingSentencePiece: whether SentencePiece's model proto is expected, or JSON.
  static func refuseForeign(path: String, expectingSentencePiece: Bool) throws(LoadError) {
    let file = try LoadError.wrapping { () throws(CheckpointError) in try MappedFile(path: path) }
    let start = file.withUnsafeBytes { Array($0.prefix(1024)) }
    if let signature = FileSignature(firstBytes: start) {
      throw .checkpoint(.foreign(file: path, signature: signature))
    }
    guard expectingSentencePiece else { return }
    if isTiktoken(start) {
      throw .invalid(
        file: path, field: "file",
        reason: "is a vocabulary of tiktoken's, which lacks the rule for cutting text; "
          + "the tokenizer.json of the same model is needed")
    }
    if let first = start.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }),
      first == UInt8(ascii: "{") || first == UInt8(ascii: "["), start.allSatisfy({ $0 >= 9 })
    {
      throw .invalid(
        file: path, field: "file",
        reason: "is JSON, not a SentencePiece model; a tokenizer.json must bear that name")
    }
  }

  /// Lines of a token in base 64, a space and its rank.
  private static func isTiktoken(_ bytes: [UInt8]) -> Bool {
    let lines = bytes.split(separator: 0x0A, maxSplits: 2).prefix(2)
    return !lines.isEmpty
      && lines.allSatisfy { line in
        let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        return fields.count == 2 && !fields[0].isEmpty && fields[0].count % 4 == 0
          && fields[0].allSatisfy(isBase64)
          && !fields[1].isEmpty
          && fields[1].allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == 0x0D
          }
      }
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"),
      UInt8(ascii: "="):
      true
    default: false
    }
  }
}
