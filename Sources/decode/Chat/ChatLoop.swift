import Decoding
import Generation
import Inference
import Metrics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Takes turns with the model until there is nothing more to say.
struct ChatLoop {
  private let console: Console
  private let output: ResultWriter
  /// Whether somebody sits there, so that a mistake is told and the chat goes on.
  private let isTerminal: Bool
  /// Whether thoughts are told from answers.
  private let isStyled: Bool
  private let explain: (ResolvedSettings) throws(CommandFailure) -> String
  private(set) var conversation: Conversation
  private var settings: ChatSettings
  private var answerCount = 0
  private var failureCount = 0

  init(
    _ conversation: Conversation, settings: ChatSettings, output: ResultWriter, isTerminal: Bool,
    console: Console, explain: @escaping (ResolvedSettings) throws(CommandFailure) -> String
  ) {
    self.conversation = conversation
    self.settings = settings
    self.output = output
    self.isTerminal = isTerminal
    self.console = console
    self.explain = explain
    isStyled = isatty(output.descriptor) == 1 && console.colour.applies(to: output.descriptor)
  }

  /// Runs to the end.
  ///
  /// - Throws: `CommandFailure` where nobody sits there and a line couldn't be done, and where the output can't be
  ///   written.
  mutating func run(_ lines: any LineSource) throws(CommandFailure) {
    var turns = TurnSource(lines)
    reading: while true {
      switch try turns.next() {
      case .end:
        if isTerminal { try output.write("\n") }
        break reading
      case .interrupted:
        guard isTerminal else { throw .interrupted }
        Interruption.settle()
        console.note("\nCtrl-D or /quit leaves")
      case .line(let line):
        guard !line.allSatisfy(\.isWhitespace) else { continue }
        do throws(CommandFailure) {
          if let directive = try ChatDirective(line) {
            if directive == .quit { break reading }
            try obey(directive)
          } else {
            try say(line.hasPrefix("//") ? String(line.dropFirst()) : line)
          }
        } catch {
          guard error.exitCode != CommandFailure.interrupted.exitCode else { throw error }
          console.error(error.message)
          failureCount += 1
        }
      }
    }
    guard isTerminal || failureCount == 0 else {
      throw .failure(
        "\(failureCount) of the lines couldn't be done; what stands above says which")
    }
  }

  // MARK: - Turns

  private mutating func say(_ text: String) throws(CommandFailure) {
    try answer { (conversation, goesOn) throws(InferenceError) in
      try conversation.send(text, while: goesOn)
    }
  }

  /// Prints what `body` makes the model say.
  private mutating func answer(
    _ body: (inout Conversation, (String) -> Bool) throws(InferenceError) -> GenerationResult?
  ) throws(CommandFailure) {
    var (result, isCut): (GenerationResult?, CommandFailure?) = (nil, nil)
    // What is being answered, until it is.
    var next = conversation
    let isFirst = answerCount == 0
    do throws(InferenceError) {
      var printer = AnswerPrinter(
        output, isStyled: isStyled, startsInThought: try next.answersBeginWithThought)
      // Without a terminal, an empty line stands between answers.
      var separator = isFirst || isTerminal ? "" : "\n"
      result = try body(&next) { piece in
        if !piece.isEmpty {
          printer.print(separator + piece)
          separator = ""
        }
        return !Interruption.isRequested && printer.failure == nil
      }
      if result != nil { printer.finish(separator) }
      isCut = printer.failure
    } catch {
      throw failure(error)
    }
    conversation = next
    if let isCut { throw isCut }
    guard let result else { return console.note("nothing was said yet") }
    answerCount += 1
    tell(result)
    if Interruption.isRequested {
      guard isTerminal else { throw .interrupted }
      Interruption.settle()
    }
  }

  /// What the answer cost, and why it ends where it does.
  private func tell(_ result: GenerationResult) {
    let timings = result.timings
    console.detail(
      "read \(timings.promptTokens - timings.keptTokens) of \(timings.promptTokens) tokens in"
        + " \(FixedPoint.text(timings.promptSeconds, places: 3)) s, wrote"
        + " \(timings.generatedTokens) in \(FixedPoint.text(timings.generateSeconds, places: 3)) s,"
        + " seed \(result.seed)")
    let answer = result.sequences.first
    let limit = settings.resolved.settings.parameters.newTokenLimit
    guard let answer, answer.finishReason == .length else { return }
    console.note(
      answer.tokens.count < limit
        ? "the answer ends where the context of \(conversation.model.contextLength) tokens is full;"
          + " /drop 1 forgets the first turn, /reset all"
        : "the answer ends after \(limit) tokens; /set max_new_tokens=-1 lets it go on")
  }

  private func failure(_ error: InferenceError) -> CommandFailure {
    guard case .conversationTooLong(let count, let limit, let dropping) = error else {
      return CommandFailure(error)
    }
    return .failure(
      "the conversation has \(count) tokens with this turn and the context holds \(limit); "
        + (dropping.map {
          "/drop \($0) forgets the first \($0 == 1 ? "turn" : "\($0) turns"), /reset all of them"
        } ?? "shorten the turn"))
  }

  // MARK: - Directives

  private mutating func obey(_ directive: ChatDirective) throws(CommandFailure) {
    switch directive {
    case .help: tellHelp()
    case .quit: break
    case .reset: conversation.reset()
    case .undo: tellUndo()
    case .retry:
      try answer { (conversation, goesOn) throws(InferenceError) in
        try conversation.retry(while: goesOn)
      }
    case .system(let text): conversation.system = text.isEmpty ? nil : text
    case .drop(let count): conversation.drop(first: count)
    case .settings: console.block(try explain(settings.resolved))
    case .set(let text):
      var next = settings
      try next.set(text)
      let template = try next.template()
      do throws(InferenceError) { try conversation.use(template) } catch {
        throw CommandFailure(error)
      }
      settings = next
    case .save(let path):
      let file = try ResultWriter(whole: path)
      try file.write(MessageList.text(conversation.messages))
      try file.finish()
      console.note("\(conversation.messages.count) messages written to \(path)")
    case .load(let path):
      conversation.load(try MessageList.read(path))
      console.note("\(conversation.messages.count) messages read from \(path)")
    }
  }

  private func tellHelp() {
    let rows = ChatDirective.descriptions.map { ["/\($0.name) \($0.argument)", $0.help] }
    console.block(
      TextTable(rows: rows).text
        + "A line that ends in \\ goes on with the next. Ctrl-C stops an answer, Ctrl-D leaves.\n")
  }

  private mutating func tellUndo() {
    console.note(
      conversation.undo().map { "taken back: \($0.printable(limit: 60))" }
        ?? "nothing was said yet")
  }
}
