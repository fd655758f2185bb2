/// A regular expression over module names, in the part of Python's syntax that can be matched without backtracking.
///
/// Adapter files carry expressions from strangers, and a backtracking matcher can be made to run for ever. This one
/// follows all ways through the expression at once, so that the time is bounded by the product of the expression's and
/// the name's lengths (for each look-ahead, times the name's again). Back-references and look-behind are refused.
package struct ModulePattern: Hashable, Sendable {
  /// One step of an expression; operands are indices of other nodes.
  indirect enum Node: Hashable, Sendable {
    case characters(CharacterSet)
    case sequence([Int])
    case alternatives([Int])
    case repeated(Int, least: Int, most: Int?)
    case ahead(Int, isNegated: Bool)
    case start
    case end
    case wordBoundary(isNegated: Bool)
  }

  /// Characters, or all but them.
  struct CharacterSet: Hashable, Sendable {
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      ranges.contains { $0.contains(scalar) } != isNegated
    }
  }

  /// The expression as it was written.
  package let source: String
  private let nodes: [Node]
  private let root: Int

  /// Parses an expression.
  ///
  /// - Throws: `ModulePatternError` that says what is wrong, or isn't supported.
  package init(_ source: String) throws(ModulePatternError) {
    var parser = try ModulePatternParser(source)
    root = try parser.parse()
    nodes = parser.nodes
    self.source = source
  }

  /// Whether the whole name matches (`re.fullmatch`).
  package func matchesWhole(_ name: String) -> Bool {
    var matcher = Matcher(nodes: nodes, text: Array(name.unicodeScalars))
    return matcher.ends(root, from: matcher.first)[matcher.text.count]
  }

  /// Whether a beginning of the name matches (`re.match`).
  package func matchesStart(_ name: String) -> Bool {
    var matcher = Matcher(nodes: nodes, text: Array(name.unicodeScalars))
    return matcher.ends(root, from: matcher.first).contains(true)
  }
}

/// A set of positions in a text is a list of flags, one for each position and one for its end.
private struct Matcher {
  let nodes: [ModulePattern.Node]
  let text: [Unicode.Scalar]
  /// For each look-ahead, what is known at each position.
  private var known: [Int: [Bool?]] = [:]

  init(nodes: [ModulePattern.Node], text: [Unicode.Scalar]) {
    self.nodes = nodes
    self.text = text
  }

  /// The beginning alone.
  var first: [Bool] { single(0) }

  private func single(_ position: Int) -> [Bool] {
    var flags = [Bool](repeating: false, count: text.count + 1)
    flags[position] = true
    return flags
  }

  /// Where a node can end that begins at one of `starts`.
  mutating func ends(_ node: Int, from starts: [Bool]) -> [Bool] {
    switch nodes[node] {
    case .characters(let set):
      var flags = [Bool](repeating: false, count: starts.count)
      for position in text.indices where starts[position] && set.contains(text[position]) {
        flags[position + 1] = true
      }
      return flags
    case .sequence(let parts):
      var flags = starts
      for part in parts where flags.contains(true) { flags = ends(part, from: flags) }
      return flags
    case .alternatives(let parts):
      var flags = [Bool](repeating: false, count: starts.count)
      for part in parts {
        for (position, isEnd) in ends(part, from: starts).enumerated() where isEnd {
          flags[position] = true
        }
      }
      return flags
    case .repeated(let part, let least, let most):
      return repeated(part, least: least, most: most, from: starts)
    case .ahead(let part, let isNegated):
      var flags = starts
      for position in flags.indices where flags[position] {
        flags[position] = isAhead(part, at: position) != isNegated
      }
      return flags
    case .start: return keep(starts) { $0 == 0 }
    case .end: return keep(starts) { $0 == text.count }
    case .wordBoundary(let isNegated):
      return keep(starts) { (isWord($0 - 1) != isWord($0)) != isNegated }
    }
  }

  private mutating func repeated(
    _ part: Int, least: Int, most: Int?, from starts: [Bool]
  ) -> [Bool] {
    var present = starts
    var count = 0
    // A round that changes nothing is followed by none that does.
    while count < least {
      let next = ends(part, from: present)
      count = next == present ? least : count + 1
      present = next
    }
    var all = present
    while count < most ?? .max, present.contains(true) {
      present = ends(part, from: present)
      var isNew = false
      for position in present.indices where present[position] && !all[position] {
        all[position] = true
        isNew = true
      }
      guard isNew else { break }
      count += 1
    }
    return all
  }

  private mutating func isAhead(_ part: Int, at position: Int) -> Bool {
    if let answer = known[part]?[position] { return answer }
    let answer = ends(part, from: single(position)).contains(true)
    known[part, default: [Bool?](repeating: nil, count: text.count + 1)][position] = answer
    return answer
  }

  private func keep(_ starts: [Bool], where condition: (Int) -> Bool) -> [Bool] {
    starts.indices.map { starts[$0] && condition($0) }
  }

  private func isWord(_ position: Int) -> Bool {
    text.indices.contains(position)
      && ModulePattern.CharacterSet.word.contains(text[position])
  }
}

extension ModulePattern.CharacterSet {
  /// `\w`, for the names that modules have.
  static let word = Self(ranges: ["a"..."z", "A"..."Z", "0"..."9", "_"..."_"])
  /// `\d`
  static let digit = Self(ranges: ["0"..."9"])
  /// `\s`
  static let space = Self(ranges: [" "..." ", "\t"..."\r"])
  /// `.`: anything but a newline.
  static let any = Self(ranges: ["\n"..."\n"], isNegated: true)
}
