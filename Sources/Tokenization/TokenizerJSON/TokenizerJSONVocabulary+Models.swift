internal import JSON
import LanguageModeling

extension TokenizerJSONVocabulary {
  /// The `model` of `tokenizer.json`.
  ///
  /// - Parameter preTokenizers: the steps before it. A last one that spells bytes in the alphabet is taken off where the
  ///   model does that itself.
  func model(
    _ field: JSONField, preTokenizers: inout [PreTokenizer]
  ) throws(TokenizationError) -> PipelineTokenizer.Model {
    let type = try field.member("type")
    // Files from before 2020 don't say it.
    let name = type.isNull ? try Self.impliedType(field) : try type.string()
    switch name {
    case "BPE": return .bytePair(try bytePairModel(field, &preTokenizers))
    case "Unigram": return .unigram(try unigramModel(field))
    default: throw field.unsupported("the model \"\(name)\"")
    }
  }

  private static func impliedType(_ field: JSONField) throws(TokenizationError) -> String {
    if case .array = try field.member("merges").value { return "BPE" }
    if case .array = try field.member("vocab").value { return "Unigram" }
    return try field.member("type").string()
  }

  private func bytePairModel(
    _ field: JSONField, _ preTokenizers: inout [PreTokenizer]
  ) throws(TokenizationError) -> BytePairModel {
    try field.checkKeys([
      "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix",
      "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges",
    ])
    let dropout = try field.member("dropout")
    if !dropout.isNull, try dropout.double() != 0 { throw field.unsupported("dropout") }
    for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
      let affix = try field.member(name)
      guard !affix.isNull else { continue }
      guard try affix.string().isEmpty else { throw field.unsupported(name) }
    }
    // Without tokens for bytes there is nothing to fall back on.
    let fallsBackOnBytes =
      try field.member("byte_fallback").bool(default: false) && hasByteTokens
    var units = BytePairModel.Units.scalars(fallsBackOnBytes: fallsBackOnBytes)
    if preTokenizers.last == .byteAlphabet, !fallsBackOnBytes {
      preTokenizers.removeLast()
      units = .bytes
    }
    let unknownField = try field.member("unk_token")
    var unknown: TokenID?
    if !unknownField.isNull {
      let name = try unknownField.string()
      unknown = tokens.find(Array(name.utf8))
      guard unknown != nil else { throw unknownField.invalid("\"\(name)\" is no token") }
    }
    return BytePairModel(
      tokens: tokens, merges: try mergeTable(field.member("merges")), units: units,
      unknown: unknown, fusesUnknown: try field.member("fuse_unk").bool(default: false),
      ignoresMerges: try field.member("ignore_merges").bool(default: false))
  }

  private func mergeTable(_ merges: JSONField) throws(TokenizationError) -> MergeTable {
    guard case .array(let pairs) = merges.value else { throw merges.invalid("a list is expected") }
    return try BytePairModel.mergeTable(
      tokens, count: pairs.count, file: merges.file, field: merges.path
    ) { index, buffer in
      switch pairs[index] {
      case .string(let merge): return BytePairModel.split(merge.utf8, into: &buffer)
      case .array(let halves):
        guard halves.count == 2, case .string(let left) = halves[0],
          case .string(let right) = halves[1]
        else { return nil }
        buffer.append(contentsOf: left.utf8)
        buffer.append(contentsOf: right.utf8)
        return left.utf8.count
      default: return nil
      }
    }
  }

  private func unigramModel(_ field: JSONField) throws(TokenizationError) -> UnigramModel {
    try field.checkKeys(["type", "unk_id", "vocab", "byte_fallback"])
    let vocabulary = try field.member("vocab")
    guard case .array(let pairs) = vocabulary.value, !pairs.isEmpty else {
      throw vocabulary.invalid("a list of pieces and scores is expected")
    }
    var scores: [Double] = []
    scores.reserveCapacity(pairs.count)
    for (index, pair) in pairs.enumerated() {
      guard case .array(let halves) = pair, halves.count == 2, let score = halves[1].double,
        score.isFinite
      else { throw vocabulary.invalid("element \(index) is no piece with its score") }
      scores.append(score)
    }
    let unknownField = try field.member("unk_id")
    let unknown: TokenID? =
      unknownField.isNull ? nil : TokenID(try unknownField.index(below: pairs.count))
    let fallsBackOnBytes = try field.member("byte_fallback").bool(default: false)
    // Bytes are looked up among the model's own pieces.
    let byteTokens =
      fallsBackOnBytes
      ? BytePairModel.byteTokens(of: tokens).map { Int($0) < pairs.count ? $0 : -1 } : []
    return UnigramModel(
      tokens: tokens, scores: scores, unknown: unknown, byteTokens: byteTokens)
  }
}
