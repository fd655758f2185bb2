import ChatTemplates
import Inference
import JSON
import LanguageModeling
import Models
import Tokenization
import Transformer

extension Route {
  /// `POST /tokenize`
  static let tokenize = Route(
    method: "POST", path: "/tokenize", summary: "Gives the token ids of a text.",
    body: OpenAPI.tokenizeRequest, answer: OpenAPI.tokens
  ) { endpoint, request, _ in
    try endpoint.tokenize(request.body)
  }

  /// `POST /detokenize`
  static let detokenize = Route(
    method: "POST", path: "/detokenize", summary: "Gives the text of token ids.",
    body: OpenAPI.detokenizeRequest, answer: OpenAPI.text
  ) { endpoint, request, _ in
    try endpoint.detokenize(request.body)
  }

  /// `GET /tokenizer_info`
  static let tokenizerInfo = Route(
    method: "GET", path: "/tokenizer_info",
    summary: "Describes the tokenizer: its special tokens and its chat template.",
    answer: OpenAPI.tokenizerInfo
  ) { endpoint, _, _ in
    .json(endpoint.tokenizerInfo)
  }
}

extension Endpoint {
  fileprivate func tokenize(_ body: [UInt8]) throws(APIError) -> HTTPResponse {
    var fields = try RequestFields(parsing: body)
    try checkModel(named: fields.text("model"))
    guard let text = try fields.text("prompt") else {
      throw .invalid("prompt", "is missing; give a text")
    }
    let addsSpecial = try fields.truth("add_special_tokens") ?? true
    let spells = try fields.truth("return_token_strs") ?? false
    try fields.finish(
      known: ["model", "prompt", "add_special_tokens", "return_token_strs"])
    let tokenizer = model.loaded.tokenizer
    let tokens: [TokenID]
    do throws(TokenizationError) {
      tokens =
        addsSpecial
        ? try tokenizer.encodePrompt(text)
        : try tokenizer.encode(text, parsingSpecialTokens: true)
    } catch { throw .invalid("prompt", "can't be tokenized: \(error)") }
    var members = [
      JSONMember("count", .integer(tokens.count)),
      JSONMember("max_model_len", .integer(model.contextLength)),
      JSONMember("tokens", .array(tokens.map { .integer(Int($0)) })),
    ]
    if spells {
      members.append(
        JSONMember(
          "token_strs", .array(tokens.map { .string(tokenizer.piece(of: $0) ?? "") })))
    }
    return .json(.object(members))
  }

  fileprivate func detokenize(_ body: [UInt8]) throws(APIError) -> HTTPResponse {
    var fields = try RequestFields(parsing: body)
    try checkModel(named: fields.text("model"))
    guard case .array(let items)? = fields.take("tokens") else {
      throw .invalid("tokens", "must be a list of token ids")
    }
    try fields.finish(known: ["model", "tokens"])
    let tokens = items.isEmpty ? [] : try CompletionRequest.tokens(items, "tokens")
    let count = model.loaded.model.vocabularyCount
    for token in tokens where !(0..<count).contains(Int(token)) {
      throw APIError(
        InferenceError.tokenOutOfRange(
          name: "tokens", token: Int(token), vocabularyCount: count))
    }
    let text = model.loaded.tokenizer.decode(tokens, skippingSpecialTokens: false)
    return .json(.object([JSONMember("prompt", .string(text))]))
  }

  fileprivate var tokenizerInfo: JSONValue {
    let tokenizer = model.loaded.tokenizer
    let special = model.loaded.specialTokens
    func spelling(_ name: String, _ token: TokenID?) -> JSONValue {
      (special.named[name] ?? token.flatMap { tokenizer.piece(of: $0) })
        .map(JSONValue.string) ?? .null
    }
    return .object([
      JSONMember("tokenizer_class", .string("\(model.loaded.architecture)")),
      JSONMember("bos_token", spelling("bos_token", tokenizer.beginningOfSequence)),
      JSONMember(
        "eos_token",
        spelling("eos_token", tokenizer.endOfSequence ?? model.loaded.endOfSequenceTokens.first)),
      JSONMember("pad_token", spelling("pad_token", nil)),
      JSONMember("unk_token", spelling("unk_token", nil)),
      JSONMember("add_bos_token", .bool(!tokenizer.promptPrefix.isEmpty)),
      JSONMember("vocab_size", .integer(tokenizer.vocabularyCount)),
      JSONMember("model_max_length", .integer(model.contextLength)),
      JSONMember(
        "chat_template", model.loaded.chatTemplate.map { .string($0.source) } ?? .null),
    ])
  }
}
