import Decoding
import JSON
import LanguageModeling
import Tokenization

/// How a response spells tokens one by one: as their text, after other text.
///
/// A token that is no whole text, such as some of the bytes of a character, is spelled as in the vocabulary. Special
/// tokens are spelled out.
struct TokenSpelling: Sendable {
  private let tokenizer: any Tokenizer
  /// Has seen a token, so that the next one is in the middle of a text.
  private let decoder: any TokenStreamDecoder

  init(_ tokenizer: any Tokenizer) {
    self.tokenizer = tokenizer
    var decoder = tokenizer.makeStreamDecoder(skippingSpecialTokens: false)
    let letter = try? tokenizer.encode("a", parsingSpecialTokens: false).last
    if let letter { _ = decoder.append(letter) }
    self.decoder = decoder
  }

  /// The spelling of a token.
  func text(of token: TokenID) -> String {
    var decoder = decoder
    let text = decoder.append(token) + decoder.finish()
    return text.unicodeScalars.contains("\u{FFFD}") || text.isEmpty
      ? tokenizer.piece(of: token) ?? "" : text
  }

  /// The bytes of a token's text; `null` where it is none by itself.
  func bytes(of token: TokenID) -> JSONValue {
    var decoder = decoder
    let text = decoder.append(token) + decoder.finish()
    guard !text.unicodeScalars.contains("\u{FFFD}") else { return .null }
    return .array(text.utf8.map { .integer(Int($0)) })
  }

  /// Where the text of each token begins, in Unicode scalars from the beginning of the text.
  ///
  /// - Parameters:
  ///   - tokens: prompt and continuation, or the continuation alone.
  ///   - context: the tokens before them.
  ///   - skipped: how many of the first of them have no text, such as a beginning-of-sequence token that was added.
  func offsets(of tokens: [TokenID], after context: [TokenID], skipped: Int = 0) -> [Int] {
    var decoder = tokenizer.makeStreamDecoder(skippingSpecialTokens: false)
    for token in context { _ = decoder.append(token) }
    var offset = 0
    return tokens.enumerated().map { index, token in
      let start = offset
      // What has no text isn't read either: the first word after it begins the text, without a space.
      if index >= skipped { offset += decoder.append(token).unicodeScalars.count }
      return start
    }
  }
}

/// A token of a response with what is known about it, of a prompt or generated.
struct ReportedToken {
  var token: TokenID
  var logProbability: Double?
  var alternatives: [TokenAlternative]

  init(_ scored: ScoredToken) {
    (token, logProbability, alternatives) = (
      scored.token, scored.logProbability, scored.alternatives
    )
  }

  init(_ generated: GeneratedToken) {
    (token, logProbability, alternatives) = (
      generated.token, generated.logProbability, generated.alternatives
    )
  }
}

extension TokenSpelling {
  /// The `logprobs` of a completion: lists that run side by side. At each position stand the most probable tokens, and
  /// the token itself if it isn't among them.
  func completionLogprobs(_ tokens: [ReportedToken], offsets: [Int]) -> JSONValue {
    .object([
      JSONMember("tokens", .array(tokens.map { .string(text(of: $0.token)) })),
      JSONMember(
        "token_logprobs", .array(tokens.map { $0.logProbability.map(JSONValue.logprob) ?? .null })),
      JSONMember("top_logprobs", .array(tokens.map(top))),
      JSONMember("text_offset", .array(offsets.map(JSONValue.integer))),
    ])
  }

  private func top(_ token: ReportedToken) -> JSONValue {
    guard let logProbability = token.logProbability else { return .null }
    var members: [JSONMember] = []
    let own = TokenAlternative(token: token.token, logProbability: logProbability)
    let isListed = token.alternatives.contains { $0.token == token.token }
    for alternative in isListed ? token.alternatives : token.alternatives + [own] {
      let text = text(of: alternative.token)
      // Two tokens may have one text; the more probable one stands for both.
      if members.contains(where: { $0.key == text }) { continue }
      members.append(JSONMember(text, .logprob(alternative.logProbability)))
    }
    return .object(members)
  }

  /// The `content` of a chat's `logprobs`.
  func chatLogprobs(_ tokens: [ReportedToken]) -> JSONValue {
    .object([
      JSONMember(
        "content",
        .array(
          tokens.map { token in
            .object(
              chatMembers(token.token, token.logProbability ?? 0) + [
                JSONMember(
                  "top_logprobs",
                  .array(
                    token.alternatives.map {
                      .object(chatMembers($0.token, $0.logProbability))
                    }))
              ])
          })),
      JSONMember("refusal", .null),
    ])
  }

  private func chatMembers(_ token: TokenID, _ logProbability: Double) -> [JSONMember] {
    [
      JSONMember("token", .string(text(of: token))),
      JSONMember("logprob", .logprob(logProbability)), JSONMember("bytes", bytes(of: token)),
    ]
  }
}

extension JSONValue {
  /// A log-probability; one that no double holds as JSON becomes OpenAI's −9999.
  static func logprob(_ value: Double) -> JSONValue {
    .number(value.isFinite ? value : -9999)
  }
}
