import ArgumentParser

/// How much is said beside the results.
struct ConsoleOptions: ParsableArguments {
  @Flag(name: [.customShort("v"), .long], help: "Also says how the model was loaded, and timings.")
  var verbose = false

  @Flag(name: [.customShort("q"), .long], help: "Says nothing but errors.")
  var quiet = false

  @Option(help: "Colour: auto (on a terminal, unless NO_COLOR is set), always or never.")
  var color = ColourMode.auto

  /// The console that the options ask for.
  var console: Console {
    Console(verbosity: quiet ? .quiet : verbose ? .verbose : .normal, colour: color)
  }

  func validate() throws {
    if verbose && quiet {
      throw ValidationError("-v and -q contradict each other; give one of them")
    }
  }
}
