import Files

extension String {
  /// The text on one line with nothing in it that a terminal obeys: control characters are spelled out. Names and values
  /// come from files, and files from strangers.
  ///
  /// - Parameter limit: the most characters; what is longer is cut in the middle.
  func printable(limit: Int = .max) -> String {
    var result = ""
    for scalar in unicodeScalars {
      if let byte = FileName.byte(of: scalar) {
        result += "\\x\(String(byte, radix: 16))"
        continue
      }
      switch (scalar.properties.generalCategory, scalar) {
      case (_, "\n"): result += " "
      // The second range turns the direction of what follows.
      case (.control, _), (.lineSeparator, _), (.paragraphSeparator, _),
        (_, "\u{202A}"..."\u{202E}"), (_, "\u{2066}"..."\u{2069}"):
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    guard result.count > limit else { return result }
    return result.prefix(limit / 2) + " … " + result.suffix(limit / 2)
  }
}
