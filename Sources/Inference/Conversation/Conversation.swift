public import ChatTemplates
public import Decoding
public import Generation
internal import LanguageModeling
import Models

/// A conversation with a model, in the model's own chat template.
///
/// ```swift
/// var conversation = try Conversation(model, system: "Answer in one sentence.")
/// let answer = try conversation.send("What is a quine?")
/// print(answer.text)
/// print(try conversation.send("Write one in Swift.").text)
/// conversation.undo()  // as if the last turn had never been said
/// ```
///
/// The model is given what the template makes of all ``messages``; so a conversation is the same as
/// ``Prompt/messages(_:)`` of its messages, bit for bit, and one that is undone the same as one that never went on. Keys
/// and values stay between turns: a turn reads what its prompt doesn't have in common with the last one and its answer,
/// which is what is new, unless the template rewrites what was said before (some take thoughts out of old answers).
/// Under contrastive search, which needs the hidden states of the prompt, each turn reads all.
///
/// A value: a copy goes its own way. Copies share the memory of keys and values, which holds those of the last turn.
public struct Conversation: Sendable {
  /// The model.
  public let model: Model
  /// What was said, oldest turn first; the system's turn, where there is one, is the first.
  public internal(set) var messages: [ChatMessage]
  /// What all answers share: the settings and what is made of them.
  public private(set) var template: RequestTemplate
  /// The seed of answers where the settings have none. Answers to other prompts have other noise.
  public let seed: UInt64
  let engine: ConversationEngine
  /// How often the last answer was tried again. Each attempt is a sample of its own.
  private var attempt = 0

  /// The role of the turn that comes first and says how to answer.
  static let systemRole = "system"
  /// The roles of those who take turns.
  static let userRole = "user"
  static let assistantRole = "assistant"

  /// A conversation.
  ///
  /// - Parameters:
  ///   - model: a model with a chat template.
  ///   - system: the system's turn.
  ///   - settings: how answers are generated, over what the model's own files recommend (``Model/resolve(_:)``).
  /// - Throws: ``InferenceError`` for settings that this model can't take, and for a model without a chat template.
  public init(
    _ model: Model, system: String? = nil, settings: GenerationSettings? = nil
  ) throws(InferenceError) {
    try self.init(model, template: try model.template(for: model.resolve(settings)))
    self.system = system
  }

  /// A conversation whose answers are generated under the settings of `template`.
  ///
  /// - Parameter messages: what was said before.
  /// - Throws: ``InferenceError`` for a model without a chat template, and for settings that give several texts.
  public init(
    _ model: Model, messages: [ChatMessage] = [], template: RequestTemplate
  ) throws(InferenceError) {
    guard model.loaded.chatTemplate != nil || model.loaded.chatTemplateProblem != nil else {
      throw .noChatTemplate(model: model.name)
    }
    try Self.check(template)
    self.model = model
    self.messages = messages
    self.template = template
    seed = Model.randomSeed()
    engine = ConversationEngine(model)
  }

  /// Generates answers under other settings from now on.
  ///
  /// - Throws: ``InferenceError`` for settings that this model can't take; the old ones hold then.
  public mutating func use(_ settings: GenerationSettings?) throws(InferenceError) {
    try use(try model.template(for: model.resolve(settings)))
  }

  /// Generates answers under the settings of `template` from now on.
  ///
  /// - Throws: ``InferenceError/severalSequences(count:)`` for settings that give several texts; the old ones hold then.
  public mutating func use(_ template: RequestTemplate) throws(InferenceError) {
    try Self.check(template)
    self.template = template
  }

  private static func check(_ template: RequestTemplate) throws(InferenceError) {
    let settings = template.settings
    guard settings.returnSequenceCount == 1 || settings.strategy.ranks || settings.selection != nil
    else { throw .severalSequences(count: settings.returnSequenceCount) }
  }

  // MARK: - Turns

  /// Says `text` and lets the model answer. The turn and the answer are then among ``messages``.
  ///
  /// - Parameters:
  ///   - report: what to report about each token.
  ///   - goesOn: is given each piece of the answer as it comes, and an empty text after each step of the model that
  ///     brings none; `false` ends the answer there. An answer of which nothing came by then isn't kept, nor is the turn.
  /// - Returns: the answer: the first sequence, where the settings rank several.
  /// - Throws: ``InferenceError/conversationTooLong(count:limit:dropping:)`` where the context is full, and for what the
  ///   template refuses; the conversation is as before then.
  public mutating func send(
    _ text: String, report: TokenReport = TokenReport(),
    while goesOn: (String) -> Bool = { _ in true }
  ) throws(InferenceError) -> GenerationResult {
    let turn = try turn(saying: text, report: report)
    let result = try turn.run(while: goesOn)
    self = turn.conversation(with: result)
    return result
  }

  /// Says `text`, and gives the answer as it comes.
  ///
  /// ```swift
  /// for try await event in try conversation.stream("Hello!") {
  ///   switch event {
  ///   case .text(let piece): print(piece, terminator: "")
  ///   case .answered(let next, _): conversation = next
  ///   }
  /// }
  /// ```
  ///
  /// The model works on a thread of the stream's own. Cancelling the task that reads ends the answer there.
  ///
  /// - Throws: as ``send(_:report:while:)`` does; nothing has been computed then.
  public func stream(
    _ text: String, report: TokenReport = TokenReport()
  ) throws(InferenceError) -> ConversationStream {
    ConversationStream(try turn(saying: text, report: report))
  }

  /// Answers once more what was said last: the next sample of the same prompt. Under a strategy that doesn't draw, the
  /// answer is the same.
  ///
  /// - Returns: `nil` where nothing was said yet.
  /// - Throws: as ``send(_:report:while:)`` does.
  public mutating func retry(
    report: TokenReport = TokenReport(), while goesOn: (String) -> Bool = { _ in true }
  ) throws(InferenceError) -> GenerationResult? {
    var again = self
    if again.messages.last?.role == Self.assistantRole {
      again.messages.removeLast()
      again.attempt += 1
    }
    guard again.messages.last?.role == Self.userRole else { return nil }
    let turn = try again.turn(report: report, before: self)
    let result = try turn.run(while: goesOn)
    self = turn.conversation(with: result)
    return result
  }

  /// A turn that says `text`, ready to run.
  func turn(saying text: String, report: TokenReport) throws(InferenceError) -> ConversationTurn {
    var next = self
    next.messages.append(ChatMessage(role: Self.userRole, content: text))
    next.attempt = 0
    return try next.turn(report: report, before: self)
  }

  /// The answer to the messages, ready to run.
  ///
  /// - Parameter before: the conversation that holds where nothing comes of it.
  private func turn(
    report: TokenReport, before: Conversation
  ) throws(InferenceError) -> ConversationTurn {
    var request = try template.request(for: promptTokens(), seed: seed, report: report)
    if template.settings.strategy.draws, attempt > 0 {
      request.samples = request.samples.map { $0 + attempt * request.samples.count }
    }
    return try ConversationTurn(request, of: self, before: before)
  }

  /// The messages as the model reads them.
  private func promptTokens() throws(InferenceError) -> [TokenID] {
    let tokens = try model.tokens(of: messages)
    let limit = model.contextLength
    guard tokens.count < limit else {
      throw .conversationTooLong(
        count: tokens.count, limit: limit, dropping: try exchangesToDrop(limit: limit))
    }
    return tokens
  }

  // MARK: - What was said

  /// What the system says before the first turn; `nil`: nothing.
  public var system: String? {
    get {
      messages.first.flatMap { $0.role == Self.systemRole ? $0.content : nil }
    }
    set {
      if messages.first?.role == Self.systemRole { messages.removeFirst() }
      if let newValue {
        messages.insert(ChatMessage(role: Self.systemRole, content: newValue), at: 0)
      }
    }
  }

  /// Takes the last turn and its answer back, as if they had never been said.
  ///
  /// - Returns: what was said in that turn; `nil` where there is none.
  @discardableResult
  public mutating func undo() -> String? {
    guard let last = messages.lastIndex(where: { $0.role == Self.userRole }) else { return nil }
    let text = messages[last].content
    messages.removeSubrange(last...)
    attempt = 0
    return text
  }

  /// Forgets everything but the system's turn.
  public mutating func reset() {
    messages.removeSubrange((system == nil ? 0 : 1)...)
    attempt = 0
  }

  /// Goes on from `messages` instead.
  public mutating func load(_ messages: [ChatMessage]) {
    self.messages = messages
    attempt = 0
  }

  /// Forgets the first turns and their answers; the system's turn stays.
  ///
  /// - Parameter count: how many turns, at most as many as there are.
  public mutating func drop(first count: Int) {
    let starts = exchangeStarts
    guard count > 0, let first = starts.first else { return }
    messages.removeSubrange(first..<(count < starts.count ? starts[count] : messages.count))
  }

  /// Where each turn of the user begins.
  private var exchangeStarts: [Int] {
    messages.indices.filter { messages[$0].role == Self.userRole }
  }

  /// The least number of first turns without which the rest leaves room for an answer; `nil`: the last turn alone is too
  /// long.
  private func exchangesToDrop(limit: Int) throws(InferenceError) -> Int? {
    // An eighth of the context, so that not every turn needs one more to go.
    let room = min(template.settings.parameters.newTokenLimit, max(1, limit / 8))
    for count in 1..<max(1, exchangeStarts.count) {
      var rest = self
      rest.drop(first: count)
      if try model.tokens(of: rest.messages).count + room <= limit { return count }
    }
    return nil
  }
}
