import ArgumentParser
import Generation

/// How tokens are drafted: the same text, faster.
struct DraftOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Drafts up to n tokens from what stands in the prompt and the text; the text stays the same. (default: 0, off)",
      valueName: "n"))
  var promptLookup: SettingArgument?

  /// Adds what the flags say.
  func add(to settings: inout [Setting]) {
    if let promptLookup {
      settings.append(
        Setting(.promptLookupCount, promptLookup.value, from: .flag("--prompt-lookup")))
    }
  }
}
