import LanguageModeling

/// The steps of a ``TokenDecoder``, token by token.
///
/// A run of byte tokens is held back until it ends: a byte that breaks it turns all of it into U+FFFD.
struct PipelineStreamDecoder: ByteStreamDecoder {
  private let vocabulary: ByteStringTable
  private let special: [Bool]
  private let skippingSpecialTokens: Bool
  private let steps: [TokenDecoder.Step]
  /// The step that makes one token of all, or the number of steps.
  private let fusedFrom: Int
  private var states: [State]
  private var repair = UTF8Repair(.maximalSubpart)
  /// Whether bytes are written as they come, with nothing held back.
  private var writesBytes = false

  /// What a step keeps between tokens.
  private struct State {
    /// The bytes of a run of byte tokens.
    var pending: [UInt8] = []
    /// Whether a token has come.
    var hasBegun = false
    /// How many more characters are cut from the front of the fused token.
    var toStrip = 0
  }

  init(
    steps: [TokenDecoder.Step], vocabulary: ByteStringTable, special: [Bool],
    skippingSpecialTokens: Bool
  ) {
    self.steps = steps
    self.vocabulary = vocabulary
    self.special = special
    self.skippingSpecialTokens = skippingSpecialTokens
    fusedFrom = steps.firstIndex(of: .fuse) ?? steps.count
    states = steps.map {
      if case .strip(_, let start, _) = $0 { State(toStrip: start) } else { State() }
    }
  }

  mutating func append(_ token: TokenID, to text: inout [UInt8]) {
    guard (0..<vocabulary.count).contains(Int(token)), !vocabulary[Int(token)].isEmpty,
      !(skippingSpecialTokens && special[Int(token)])
    else { return }
    push(Array(vocabulary[Int(token)]), through: 0, to: &text)
  }

  /// The bytes that a token adds after others.
  func bytes(of token: TokenID) -> [UInt8] {
    var after = self
    after.writesBytes = true
    for index in states.indices { after.states[index] = State(hasBegun: true) }
    var text: [UInt8] = []
    after.append(token, to: &text)
    return text
  }

  mutating func finish(into text: inout [UInt8]) {
    for step in steps.indices where steps[step] == .byteFallback {
      flushBytes(step, to: &text)
    }
    repair.finish(into: &text)
  }

  /// Hands a token, or a part of the fused one, to a step and those after it.
  private mutating func push(_ piece: [UInt8], through step: Int, to text: inout [UInt8]) {
    guard step < steps.count else {
      text += piece
      return
    }
    switch steps[step] {
    case .replace(let pattern, let content):
      push(Self.replaced(pattern, in: piece, by: content), through: step + 1, to: &text)
    case .metaspace(let replacement, let dropsFirst):
      let isFirst = step > fusedFrom || !states[step].hasBegun
      states[step].hasBegun = true
      let space = dropsFirst && isFirst ? [] : [UInt8(ascii: " ")]
      push(Self.replaced(.literal(replacement), in: piece, by: space), through: step + 1, to: &text)
    case .byteFallback:
      if let byte = Self.byte(of: piece) {
        guard !writesBytes else { return push([byte], through: step + 1, to: &text) }
        states[step].pending.append(byte)
      } else {
        flushBytes(step, to: &text)
        push(piece, through: step + 1, to: &text)
      }
    case .fuse: push(piece, through: step + 1, to: &text)
    case .strip(let content, let start, let stop):
      push(strip(piece, content, start, stop, step), through: step + 1, to: &text)
    case .byteLevel:
      var bytes: [UInt8] = []
      if !ByteAlphabet.appendBytes(spelledBy: piece[...], to: &bytes) { bytes = piece }
      guard !writesBytes else { return text += bytes }
      for byte in bytes { repair.append(byte, to: &text) }
    case .joinBySpaces:
      if states[step].hasBegun { text.append(UInt8(ascii: " ")) }
      states[step].hasBegun = true
      push(piece, through: step + 1, to: &text)
    }
  }

  private mutating func flushBytes(_ step: Int, to text: inout [UInt8]) {
    let bytes = states[step].pending
    guard !bytes.isEmpty else { return }
    states[step].pending.removeAll(keepingCapacity: true)
    if String(validating: bytes, as: UTF8.self) != nil {
      push(bytes, through: step + 1, to: &text)
    } else {
      for _ in bytes { push([0xEF, 0xBF, 0xBD], through: step + 1, to: &text) }
    }
  }

  private mutating func strip(
    _ piece: [UInt8], _ content: [UInt8], _ start: Int, _ stop: Int, _ step: Int
  ) -> [UInt8] {
    var rest = piece[...]
    if step > fusedFrom {
      while states[step].toStrip > 0, rest.starts(with: content) {
        rest = rest.dropFirst(content.count)
        states[step].toStrip -= 1
      }
      if !rest.isEmpty { states[step].toStrip = 0 }
      return Array(rest)
    }
    var (fromStart, fromEnd) = (start, stop)
    while fromStart > 0, rest.starts(with: content) {
      rest = rest.dropFirst(content.count)
      fromStart -= 1
    }
    while fromEnd > 0, rest.suffix(content.count).elementsEqual(content) {
      rest = rest.dropLast(content.count)
      fromEnd -= 1
    }
    return Array(rest)
  }

  /// A token that an expression takes too long on, or that grows without bound, stays as it is: no published file has
  /// such.
  private static func replaced(
    _ pattern: TextPattern, in piece: [UInt8], by content: [UInt8]
  ) -> [UInt8] {
    guard let replaced = try? pattern.replacing(in: piece, by: content),
      replaced.count <= max(piece.count, 1 << 16)
    else { return piece }
    return replaced
  }

  /// The byte that `<0x0A>` spells; the reference's reader of numbers takes a sign, and either case.
  private static func byte(of piece: [UInt8]) -> UInt8? {
    guard piece.count == 6, piece.starts(with: "<0x".utf8), piece[5] == UInt8(ascii: ">") else {
      return nil
    }
    return UInt8(String(decoding: piece[3..<5], as: UTF8.self), radix: 16)
  }
}
