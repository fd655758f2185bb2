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
      `decode "Once upon a time"` continues a text with the embedded model. Results go to standard output, all else to \
      standard error. Exit codes: 0 done, 1 a file or model failed, 3 a sweep finished with failed \
      trials, 64 wrong arguments, 75 stopped and can be resumed, 130 interrupted.
      """,
    version: Self.version,
    subcommands: [
      GenerateCommand.self, ScoreCommand.self, TokenizeCommand.self, DetokenizeCommand.self,
      InspectCommand.self, MergeCommand.self, SweepCommand.self, BenchCommand.self,
      ValidateCommand.self,
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
    case .usage(let message), .failure(let message), .partial(let message): console.error(message)
    case .stopped(let message): console.warn(message)
    case .interrupted: break
    }
  }
}
