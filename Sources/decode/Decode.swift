import ArgumentParser

/// The program: parses the command line, runs the subcommand, and turns what goes wrong into one line and a code.
@main
struct Decode: ParsableCommand {
  /// The version of the program.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Runs language models and decodes from them, exactly and repeatably.",
    discussion: """
      `decode "Once upon a time"` continues a text with the embedded model: where no command is named, it is \
      `generate`, whose flags `decode help generate` lists. Results go to standard output, all else to standard error. \
      Exit codes: 0 done, 1 a file or model failed, 3 a sweep finished with failed trials, 64 wrong arguments, 75 \
      stopped and can be resumed, 130 interrupted.
      """,
    version: Self.version,
    subcommands: [
      GenerateCommand.self, ChatCommand.self, ScoreCommand.self, PathCommand.self,
      ValidateCommand.self, ServeCommand.self, TokenizeCommand.self, DetokenizeCommand.self,
      InspectCommand.self, MergeCommand.self, SweepCommand.self, BenchCommand.self,
    ],
    defaultSubcommand: GenerateCommand.self)

  static func main() {
    Interruption.guardProcess()
    let arguments = Arguments.given
    let console = Console(colour: .requested(by: arguments))
    do {
      let words = CommandWords(try Arguments.texts(arguments, console: console))
      try run(words, console: console)
    } catch {
      error.report(on: console)
      exit(withError: ExitCode(error.exitCode))
    }
  }

  private static func run(_ words: CommandWords, console: Console) throws(CommandFailure) {
    do {
      if try words.printPage() { return }
      try words.checkHelpTopic()
      var command = try parse(words)
      if let hint = words.hint { console.hint(hint) }
      try command.run()
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      guard exitCode(for: error) != .success else {
        // Help and the version are results like others.
        return try ResultWriter(path: nil).writeLine(fullMessage(for: error))
      }
      throw .usage(message(for: error) + " (see \(words.helpPage))")
    }
  }

  /// The command that the words call; a flag of another tool is told apart, also where its letters are flags here.
  private static func parse(_ words: CommandWords) throws -> any ParsableCommand {
    let result = Result { try parseAsRoot(words.arguments) }
    // Letters such as -h in -hf call the help, which is a command of its own.
    if case .success(let command) = result, words.calls(type(of: command)) { return command }
    if let flag = words.foreignFlag {
      throw CommandFailure.usage("\(flag) (see \(words.helpPage))")
    }
    return try result.get()
  }
}

extension CommandFailure {
  /// Says why on standard error; an interruption needs no explanation.
  fileprivate func report(on console: Console) {
    switch self {
    case .usage(let message), .failure(let message), .partial(let message): console.error(message)
    case .stopped(let message): console.warn(message)
    case .interrupted: break
    }
  }
}
