import ArgumentParser

/// The program: parses the command line, runs the subcommand, and turns what goes wrong into one line and a code.
@main
struct Decode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Runs language models and decodes from them, exactly and repeatably.",
    discussion: """
      `decode "Once upon a time"` continues a text with the embedded model. Results go to standard output, all else to \
      standard error. Exit codes: 0 done, 1 a file or model failed, 64 wrong arguments, 130 interrupted.
      """,
    version: "0.1.0",
    subcommands: [
      GenerateCommand.self, ScoreCommand.self, TokenizeCommand.self, DetokenizeCommand.self,
      InspectCommand.self, MergeCommand.self, BenchCommand.self,
    ],
    defaultSubcommand: GenerateCommand.self)

  static func main() {
    Interruption.endSilentlyOnClosedPipe()
    let console = Console(colour: .requested(by: CommandLine.arguments))
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as CommandFailure {
      failure.report(on: console)
      exit(withError: ExitCode(failure.exitCode))
    } catch {
      guard exitCode(for: error) != .success else { exit(withError: error) }
      console.error(message(for: error) + " (see decode --help)")
      exit(withError: ExitCode(exitCode(for: error).rawValue))
    }
  }
}

extension CommandFailure {
  /// Says why on standard error; an interruption needs no explanation.
  fileprivate func report(on console: Console) {
    switch self {
    case .usage(let message), .failure(let message): console.error(message)
    case .interrupted: break
    }
  }
}
