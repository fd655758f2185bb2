public import LanguageModeling

/// Adds to the logit of a sequence's last token where the tokens before it have just been generated or read (Hugging
/// Face's `sequence_bias`).
///
/// A sequence of one token is biased always. A longer one is left alone until the hypothesis is at least as long as
/// the whole sequence, as in Hugging Face. Biases of sequences with the same last token add up.
///
///     // after the tokens 0 and 1
///     try SequenceBias([.init([1, 2], bias: -3)])  // subtracts 3 from the logit of 2
///
/// - Complexity: O(sum of the sequences' lengths).
public struct SequenceBias: LogitsProcessor, Hashable {
  /// A sequence and its bias.
  public struct Entry: Hashable, Sendable {
    /// The tokens, at least one.
    public var tokens: [TokenID]
    /// What is added: finite, or −∞ to take the last token out.
    public var bias: Double

    /// A bias for `tokens`.
    public init(_ tokens: [TokenID], bias: Double) {
      self.tokens = tokens
      self.bias = bias
    }
  }

  /// The sequences.
  public let entries: [Entry]

  /// Biases for these sequences.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for an empty sequence, one that comes twice, and a bias
  ///   that is a NaN, +∞ or a number beyond float32.
  public init(_ entries: [Entry]) throws(DecodingFailure) {
    var seen: Set<[TokenID]> = []
    for entry in entries {
      guard !entry.tokens.isEmpty else {
        throw .invalidParameter("sequence bias", reason: "names no token; write at least one id")
      }
      let list = entry.tokens.map(String.init).joined(separator: ",")
      guard seen.insert(entry.tokens).inserted else {
        throw .invalidParameter("sequence bias", reason: "the sequence \(list) stands there twice")
      }
      try checkBias(entry.bias, of: "the sequence \(list)", name: "sequence bias")
    }
    self.entries = entries
  }

  /// `sequence bias`
  public var name: String { "sequence bias" }
  /// The name and the sequences.
  public var description: String {
    "sequence bias "
      + entries.map { "\($0.tokens.map(String.init).joined(separator: ","))=\($0.bias)" }
      .joined(separator: "; ")
  }

  /// Refuses tokens that the model doesn't have.
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingFailure) {
    for entry in entries { try check(entry.tokens, vocabularyCount: vocabularyCount) }
  }

  /// Adds the biases that apply here.
  public func process(_ candidates: inout Candidates, context: HypothesisContext) {
    // Summed up before they are added, so that opposite biases of a token cancel exactly.
    for entry in entries { candidates.setMass(of: entry.tokens.last, to: 0) }
    for entry in entries where context.isCompleted(by: entry.tokens) {
      candidates.addMass(of: entry.tokens.last, Float(entry.bias))
    }
    for entry in entries {
      guard let token = entry.tokens.last, token >= 0, token < candidates.count else { continue }
      let bias = candidates.masses[Int(token)]
      if bias != 0 { candidates.updateLogit(of: token) { $0 + bias } }
      candidates.masses[Int(token)] = 0
    }
  }
}

extension HypothesisContext {
  /// Whether all tokens of a sequence but its last are the last ones here.
  func isCompleted(by sequence: [TokenID]) -> Bool {
    if sequence.count == 1 { return true }
    guard sequence.count <= tokens.count else { return false }
    let start = tokens.count - (sequence.count - 1)
    return (0..<sequence.count - 1).allSatisfy { tokens[start + $0] == sequence[$0] }
  }
}

extension Candidates {
  fileprivate mutating func setMass(of token: TokenID?, to mass: Float) {
    guard let token, token >= 0, token < count else { return }
    masses[Int(token)] = mass
  }

  fileprivate mutating func addMass(of token: TokenID?, _ mass: Float) {
    guard let token, token >= 0, token < count else { return }
    masses[Int(token)] += mass
  }
}

extension SequenceBias {
  /// `sequence_bias`: transformers' list of pairs, or its mapping, whose keys it writes as Python spells a tuple.
  public static let entries = Parameter<[Entry]>(
    "sequence_bias", .biases, neutral: [], spelled: .null,
    "sequences of token ids, each once, with what is added to the logit of the last:"
      + " 10,45=-0.5, in a file [[[10, 45], -0.5]] or {\"10,45\": -0.5}; -inf bans it",
    help: "Adds x to the logit of the last of these token ids where the others stand before it;"
      + " -inf bans it there. Repeatable.",
    flag: ParameterFlag("sequence-bias", valueName: "ids=x"), tokens: { $0.flatMap(\.tokens) }
  ) { value in
    var entries: [Entry] = []
    switch value {
    case .list(let pairs):
      for pair in pairs {
        guard case .list(let parts) = pair, parts.count == 2, case .list = parts[0],
          let tokens = parts[0].tokens, let bias = parts[1].bias
        else { return nil }
        entries.append(Entry(tokens, bias: bias))
      }
    case .mapping(let members):
      for member in members {
        guard let tokens = tokens(spelled: member.key), let bias = member.value.bias
        else { return nil }
        entries.append(Entry(tokens, bias: bias))
      }
    case .null: break
    default: return nil
    }
    return (try? SequenceBias(entries)) == nil ? nil : entries
  }

  /// Token ids joined by commas: `10,45`, `(10, 45)`, `(10,)`.
  private static func tokens(spelled text: String) -> [TokenID]? {
    var text = Substring(text)
    if text.hasPrefix("("), text.hasSuffix(")") {
      text = text.dropFirst().dropLast()
      if text.hasSuffix(",") { text = text.dropLast() }
    }
    var tokens: [TokenID] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let token = TokenID(part.drop { $0 == " " }), token >= 0 else { return nil }
      tokens.append(token)
    }
    return tokens
  }

  static let entry = ProcessorEntry([entries.erased]) { (parameters, _) throws(DecodingFailure) in
    parameters.isOn(entries) ? try SequenceBias(parameters[entries]) : nil
  }
}

extension Parameters {
  /// What is added to the logit of a sequence's last token after the others (`sequence_bias`).
  public var sequenceBias: [SequenceBias.Entry] {
    get { self[SequenceBias.entries] }
    set { self[SequenceBias.entries] = newValue }
  }
}
