/// A string as Python sees it: a sequence of Unicode scalars.
///
/// Length, indexing, equality and order go by scalar, where `String` goes by grapheme cluster and canonical
/// equivalence and would give other answers than the reference on combining marks and emoji.
struct TemplateString: Hashable, Sendable {
  var scalars: [Unicode.Scalar]
  /// Whether it is markupsafe's `Markup`, a string that needs no escaping: what `safe` and `escape` give. It counts for
  /// what is joined to it, and not for equality.
  var isMarkup = false

  static func == (left: TemplateString, right: TemplateString) -> Bool {
    left.scalars == right.scalars
  }

  func hash(into hasher: inout Hasher) { hasher.combine(scalars) }

  /// The same, marked or not.
  func marked(_ isMarkup: Bool) -> TemplateString {
    var text = self
    text.isMarkup = isMarkup
    return text
  }

  init(_ scalars: some Sequence<Unicode.Scalar>) {
    self.scalars = Array(scalars)
  }

  init(_ text: String) {
    self.scalars = Array(text.unicodeScalars)
  }

  var count: Int { scalars.count }

  var isEmpty: Bool { scalars.isEmpty }

  var text: String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }
}

extension TemplateString: ExpressibleByStringLiteral {
  init(stringLiteral value: String) {
    self.init(value)
  }
}

extension TemplateString: Comparable {
  static func < (left: TemplateString, right: TemplateString) -> Bool {
    left.scalars.lexicographicallyPrecedes(right.scalars)
  }
}

extension Unicode.Scalar {
  /// `str.isspace` of Python, which is also its `\s`.
  var isPythonSpace: Bool {
    switch value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F,
      0x205F, 0x3000:
      true
    default: false
    }
  }

  /// Where `str.splitlines` of Python breaks a line.
  var isPythonLineBreak: Bool {
    switch value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// `str.isalpha` of Python, of one scalar.
  var isPythonAlphabetic: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// `str.isalnum` of Python, of one scalar.
  var isPythonAlphanumeric: Bool { isPythonAlphabetic || properties.numericType != nil }

  var isASCIIDigit: Bool { (0x30...0x39).contains(value) }
}

// MARK: - Searching and stripping

extension TemplateString {
  enum Side { case both, leading, trailing }

  /// `str.strip`, `lstrip` and `rstrip`: of white space, or of the scalars of `characters`.
  func stripped(_ side: Side, of characters: TemplateString? = nil) -> TemplateString {
    let set = characters.map { Set($0.scalars) }
    func strips(_ scalar: Unicode.Scalar) -> Bool { set?.contains(scalar) ?? scalar.isPythonSpace }
    var low = 0
    var high = scalars.count
    if side != .trailing { while low < high, strips(scalars[low]) { low += 1 } }
    if side != .leading { while low < high, strips(scalars[high - 1]) { high -= 1 } }
    return low == 0 && high == scalars.count
      ? self : TemplateString(scalars[low..<high]).marked(isMarkup)
  }

  /// Filled up to a width: `str.rjust` (`Side.leading`), `ljust` (`Side.trailing`) and `center`.
  func padded(to width: Int, on side: Side, with fill: Unicode.Scalar) -> TemplateString {
    guard width > count else { return self }
    let missing = width - count
    // Of an odd number, Python's `center` puts the one more to the left where the width is odd.
    let left =
      switch side {
      case .leading: missing
      case .trailing: 0
      case .both: missing / 2 + (missing & width & 1)
      }
    return TemplateString(
      Array(repeating: fill, count: left) + scalars
        + Array(repeating: fill, count: missing - left))
  }

  /// `str.expandtabs`: spaces up to the next column that is a multiple of `size`.
  func expandingTabs(_ size: Int) -> TemplateString {
    var result: [Unicode.Scalar] = []
    var column = 0
    for scalar in scalars {
      if scalar == "\t" {
        let width = size > 0 ? size - column % size : 0
        result += Array(repeating: " ", count: width)
        column += width
      } else {
        result.append(scalar)
        column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
      }
    }
    return TemplateString(result)
  }

  func hasPrefix(_ prefix: TemplateString) -> Bool { scalars.starts(with: prefix.scalars) }

  func hasSuffix(_ suffix: TemplateString) -> Bool {
    suffix.count <= count && scalars[(count - suffix.count)...].elementsEqual(suffix.scalars)
  }

  /// The first place at or after `start` where `needle` stands. Linear in the length (Knuth, Morris and Pratt), so
  /// that no template can make it quadratic.
  func firstIndex(of needle: TemplateString, from start: Int = 0) -> Int? {
    guard !needle.isEmpty else { return start <= count ? start : nil }
    guard start <= count - needle.count else { return nil }
    return ranges(of: needle.scalars, in: scalars[start...], limit: 1).first
  }

  func lastIndex(of needle: TemplateString) -> Int? {
    guard !needle.isEmpty else { return count }
    guard needle.count <= count else { return nil }
    let found = ranges(of: needle.scalars.reversed(), in: scalars.reversed()[...], limit: 1).first
    return found.map { count - $0 - needle.count }
  }

  func contains(_ needle: TemplateString) -> Bool { firstIndex(of: needle) != nil }

  /// Where `needle`, which is not empty, stands, from the left and without overlap.
  func occurrences(of needle: TemplateString, limit: Int = .max) -> [Int] {
    guard needle.count <= count else { return [] }
    return ranges(of: needle.scalars, in: scalars[...], limit: limit)
  }

  private func ranges(
    of needle: [Unicode.Scalar], in text: ArraySlice<Unicode.Scalar>, limit: Int
  ) -> [Int] {
    guard limit > 0 else { return [] }
    var fallback = [Int](repeating: 0, count: needle.count)
    var matched = 0
    for index in needle.indices.dropFirst() {
      while matched > 0, needle[index] != needle[matched] { matched = fallback[matched - 1] }
      if needle[index] == needle[matched] { matched += 1 }
      fallback[index] = matched
    }
    var found: [Int] = []
    matched = 0
    for index in text.indices {
      while matched > 0, text[index] != needle[matched] { matched = fallback[matched - 1] }
      if text[index] == needle[matched] { matched += 1 }
      if matched == needle.count {
        found.append(index - needle.count + 1)
        if found.count == limit { break }
        matched = 0
      }
    }
    return found
  }
}

// MARK: - Splitting

extension TemplateString {
  /// `str.split(separator, limit)`; `separator` is not empty.
  func split(on separator: TemplateString, limit: Int) -> [TemplateString] {
    var pieces: [TemplateString] = []
    var start = 0
    for place in occurrences(of: separator, limit: limit < 0 ? .max : limit) {
      pieces.append(TemplateString(scalars[start..<place]))
      start = place + separator.count
    }
    pieces.append(TemplateString(scalars[start...]))
    return pieces
  }

  /// `str.split(None, limit)`: on runs of white space, no empty pieces.
  func splitOnSpace(limit: Int) -> [TemplateString] {
    var pieces: [TemplateString] = []
    var position = 0
    while true {
      while position < count, scalars[position].isPythonSpace { position += 1 }
      guard position < count else { return pieces }
      if limit >= 0, pieces.count == limit {
        pieces.append(TemplateString(scalars[position...]))
        return pieces
      }
      let start = position
      while position < count, !scalars[position].isPythonSpace { position += 1 }
      pieces.append(TemplateString(scalars[start..<position]))
    }
  }

  /// `str.splitlines()`.
  func lines(keepingEnds: Bool = false) -> [TemplateString] {
    var lines: [TemplateString] = []
    var start = 0
    var position = 0
    while position < count {
      guard scalars[position].isPythonLineBreak else {
        position += 1
        continue
      }
      let end = position
      position +=
        scalars[position] == "\r" && position + 1 < count && scalars[position + 1] == "\n" ? 2 : 1
      lines.append(TemplateString(scalars[start..<(keepingEnds ? position : end)]))
      start = position
    }
    if start < count { lines.append(TemplateString(scalars[start...])) }
    return lines
  }
}
