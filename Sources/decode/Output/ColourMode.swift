import ArgumentParser

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// When text is coloured.
enum ColourMode: String, CaseIterable, ExpressibleByArgument, Sendable {
  case auto, always, never

  /// Whether what is written to `descriptor` is coloured. `auto`: on a terminal that isn't dumb, unless `NO_COLOR` is
  /// set to anything (no-color.org).
  func applies(to descriptor: Int32) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto:
      isatty(descriptor) == 1 && (Environment["NO_COLOR"] ?? "").isEmpty
        && Environment["TERM"] != "dumb"
    }
  }
}

extension ColourMode {
  /// What the command line asks for, also where the rest of it can't be parsed.
  static func requested(by arguments: [String]) -> ColourMode {
    let flag = "--color"
    var mode = ColourMode.auto
    for (index, argument) in arguments.enumerated() {
      if argument == flag, index + 1 < arguments.count {
        mode = ColourMode(rawValue: arguments[index + 1]) ?? mode
      } else if argument.hasPrefix(flag + "=") {
        mode = ColourMode(rawValue: String(argument.dropFirst(flag.count + 1))) ?? mode
      }
    }
    return mode
  }
}

/// A way to set text off, by ANSI escape sequences.
enum TextStyle: Sendable {
  case red, yellow, dim

  /// `text` in this style.
  func apply(to text: String) -> String {
    let code =
      switch self {
      case .red: "31;1"
      case .yellow: "33;1"
      case .dim: "2"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}

/// The environment of the process.
enum Environment {
  /// The value of a variable, or `nil` where it isn't set.
  static subscript(name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
