import ArgumentParser
import Constraints
import JSON

/// `decode validate`: whether texts satisfy a constraint.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract:
      "Tells whether texts satisfy a JSON schema, a grammar, a regular expression or a list.",
    discussion: """
      Prints “accepted” for each file, or the byte where it fails and what could have stood there. Exit code 0 \
      where all are accepted, 1 otherwise. One newline at the end of a file is not part of its text.

      A JSON schema judges the value: members in any order, any white space. “not as generated” follows where \
      generation under the schema would write the value otherwise.
      """)

  @Argument(help: "The files; - reads standard input.", completion: .file())
  var files: [String]

  @OptionGroup(title: "Constraint") var constraintOptions: ConstraintOptions

  @Flag(help: "Takes each line of a file for a text.")
  var lines = false

  @Option(help: ArgumentHelp("Writes to a file.", valueName: "path"), completion: .file())
  var out: String?

  @OptionGroup var consoleOptions: ConsoleOptions

  func run() throws {
    guard let (source, name, isFile) = try constraintOptions.source() else {
      throw CommandFailure.usage(
        "there is no constraint; give --json-schema, --grammar, --regex or --choice")
    }
    let judge: TextJudge
    do throws(ConstraintError) {
      judge = try TextJudge(source, console: consoleOptions.console)
    } catch {
      throw isFile
        ? CommandFailure.failure("\(name): \(error)") : CommandFailure.usage("\(name): \(error)")
    }
    let output = try ResultWriter(whole: out)
    var count = 0
    var refused = 0
    for file in files {
      for (place, text) in texts(in: try Self.read(file), of: file) {
        let verdict = try reportingFailure { try judge.verdict(on: text) }
        try output.writeLine("\(place.printable()): \(verdict.text.printable())")
        count += 1
        if !verdict.isAccepted { refused += 1 }
      }
    }
    try output.finish()
    guard refused == 0 else {
      throw CommandFailure.failure(
        "\(refused) of \(count) texts \(refused == 1 ? "is" : "are") not accepted")
    }
  }

  private static func read(_ file: String) throws(CommandFailure) -> [UInt8] {
    file == "-"
      ? try FileIO.readAll(from: 0, name: "standard input") : try FileIO.readFile(file)
  }

  /// The texts of a file, each with its place.
  private func texts(in bytes: [UInt8], of file: String) -> [(
    place: String, text: ArraySlice<UInt8>
  )] {
    let name = file == "-" ? "standard input" : file
    guard lines else { return [(name, Self.withoutLineEnd(bytes[...]))] }
    var parts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    return parts.enumerated().map { ("\(name):\($0 + 1)", Self.withoutReturn($1)) }
  }

  private static func withoutLineEnd(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    text.last == UInt8(ascii: "\n") ? withoutReturn(text.dropLast()) : text
  }

  private static func withoutReturn(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    text.last == UInt8(ascii: "\r") ? text.dropLast() : text
  }
}
