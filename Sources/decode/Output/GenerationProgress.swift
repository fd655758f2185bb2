import Generation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tells on standard error how far `generate` is.
protocol GenerationProgress: AnyObject {
  /// A step of the model is over.
  func update(_ events: [GenerationEvent])
  /// One more prompt is done.
  func completed(generatedTokens: Int)
  /// Nothing more comes.
  func finish()
}

extension ProgressMode {
  /// `auto` as what it is: plain on a terminal, and nothing elsewhere or where `-q` is.
  func resolved(_ console: Console) -> ProgressMode {
    guard self == .auto else { return self }
    return isatty(STDERR_FILENO) == 1 && console.verbosity != .quiet ? .plain : .none
  }
}
