import Generation
import Inference
import JSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Prints what `generate` finds, as text or JSON.
struct ResultPrinter {
  /// The format.
  var format: OutputOptions.Format
  /// Whether text begins with the prompt.
  var echo: Bool
  /// Whether text is printed as it comes. It needs a single sequence.
  var streams: Bool
  var colour: ColourMode
  var output: ResultWriter
  /// Makes the JSON.
  var report: GenerationReport

  /// What stands between the sequences of one prompt, in text.
  private static let separator = "\n---\n"

  /// Before anything is generated.
  func begin(_ prompt: NamedPrompt) throws(CommandFailure) {
    if format == .text && streams { try printEcho(prompt) }
  }

  /// A piece of text, as it comes.
  func stream(_ piece: String) throws(CommandFailure) {
    if format == .text && streams { try output.write(piece) }
  }

  /// When all of a prompt's sequences are there.
  func finish(_ prompt: NamedPrompt, _ result: GenerationResult) throws(CommandFailure) {
    guard format == .text else { return try output.writeLine(report.json(prompt, result).text) }
    if !streams {
      for (index, sequence) in result.sequences.enumerated() {
        if index > 0 { try output.write(Self.separator) }
        try printEcho(prompt)
        try output.write(sequence.text)
      }
    }
    try output.write("\n")
  }

  /// In the place of a prompt that can't run.
  func refuse(_ line: RefusedPrompt) throws(CommandFailure) {
    try output.writeLine(report.json(line).text)
  }

  private func printEcho(_ prompt: NamedPrompt) throws(CommandFailure) {
    guard echo else { return }
    try output.write(
      colour.applies(to: output.descriptor)
        ? TextStyle.dim.apply(to: prompt.prompt.text) : prompt.prompt.text)
  }
}
