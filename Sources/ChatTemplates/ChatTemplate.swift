/// A model's chat template: turns a conversation into the text of a prompt.
///
/// It interprets the part of Jinja that published templates use, with the meaning that transformers gives it in
/// `apply_chat_template` (version 4.51.3): `trim_blocks` and `lstrip_blocks`, the immutable sandbox, loop controls,
/// `raise_exception`, `strftime_now`, `tojson` without HTML escapes, and `{% generation %}`. What is outside of it (tags
/// that read other templates, some filters, functions and methods) is an error when the template is parsed, by name and
/// line, so that no conversation meets it later.
///
/// A template is a program that comes with a model file. It can reach nothing but the conversation and the date, and
/// what it may use is bounded: nesting, steps, the length of strings, lists and output. To go past a bound is an
/// error like any other.
public struct ChatTemplate: Sendable {
  private let statements: [TemplateStatement]

  /// The template as it was written.
  public let source: String

  /// Parses the source of a template, as it stands under `chat_template` in a `tokenizer_config.json` or
  /// `tokenizer.chat_template` in a GGUF file. Linear in its length.
  ///
  /// - Throws: ``ChatTemplateError`` for what is no Jinja or not supported.
  public init(source: String) throws(ChatTemplateError) {
    self.source = source
    var parser = try TemplateParser(source: source)
    statements = try parser.parse()
  }

  /// The prompt for a conversation.
  ///
  /// The template decides what of it is kept and where the beginning-of-sequence token stands; the text holds special
  /// tokens written out, so that it is to be encoded with special tokens parsed and none added.
  ///
  /// - Parameters:
  ///   - messages: the conversation, oldest turn first.
  ///   - addingGenerationPrompt: whether the prompt ends with the opening of an assistant's turn. It is the template's
  ///     to follow it: those of Mistral don't.
  ///   - beginningOfSequence: what `bos_token` is in the template: the token's spelling, or an empty string.
  ///   - endOfSequence: what `eos_token` is.
  ///   - specialTokens: the spellings of other special tokens by their names, `pad_token` for one. The two above and
  ///     the template's other variables can't be replaced by them.
  ///   - additionalSpecialTokens: the list `additional_special_tokens`; `nil`: undefined.
  /// - Throws: ``ChatTemplateError``: what the template itself raises (roles that don't
  ///   alternate, say), what it does wrong, a construct that isn't supported, or a bound that it passes.
  public func render(
    messages: [ChatMessage], addingGenerationPrompt: Bool, beginningOfSequence: String,
    endOfSequence: String, specialTokens: [String: String] = [:],
    additionalSpecialTokens: [String]? = nil
  ) throws(ChatTemplateError) -> String {
    try render(
      messages: messages, addingGenerationPrompt: addingGenerationPrompt,
      beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence,
      specialTokens: specialTokens, additionalSpecialTokens: additionalSpecialTokens, date: .now())
  }

  /// The same at a date of the caller's choice.
  package func render(
    messages: [ChatMessage], addingGenerationPrompt: Bool, beginningOfSequence: String,
    endOfSequence: String, specialTokens: [String: String] = [:],
    additionalSpecialTokens: [String]? = nil, date: TemplateDate
  ) throws(ChatTemplateError) -> String {
    let turns = messages.map { message in
      var turn = TemplateMapping()
      turn.set(.text(message.role), for: "role")
      turn.set(.text(message.content), for: "content")
      return TemplateValue.mapping(turn)
    }
    var variables: [TemplateString: TemplateValue] = [:]
    for (name, text) in specialTokens { variables[TemplateString(name)] = .text(text) }
    if let additionalSpecialTokens {
      variables["additional_special_tokens"] = .list(
        TemplateSequence(additionalSpecialTokens.map { .text($0) }))
    }
    variables["messages"] = .list(TemplateSequence(turns))
    variables["tools"] = TemplateValue.none
    variables["documents"] = TemplateValue.none
    variables["add_generation_prompt"] = .boolean(addingGenerationPrompt)
    variables["bos_token"] = .text(beginningOfSequence)
    variables["eos_token"] = .text(endOfSequence)
    var evaluator = TemplateEvaluator(variables: variables, date: date)
    _ = try evaluator.execute(statements)
    return TemplateString(evaluator.output).text
  }
}
