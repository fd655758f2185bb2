/// The regular expressions that cut text into words before byte pairs are merged, as scanners written by hand. Each
/// covers every text without a gap, in linear time.
enum WordPattern: Sendable, CaseIterable {
  /// OpenAI's GPT-2, and SmolLM's after single digits.
  case gpt2
  /// Llama 3: numbers in threes, newlines with what stands before them.
  case llama3
  /// Qwen2: as Llama 3, numbers one by one.
  case qwen2

  /// The expression as it is written in `tokenizer.json`; the one of `ByteLevel` for GPT-2.
  var regex: String {
    switch self {
    case .gpt2:
      #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    case .llama3:
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"#
        + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    case .qwen2:
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"#
        + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    }
  }

  init?(regex: String) {
    guard
      let pattern = Self.allCases.first(where: { $0.regex.utf8.elementsEqual(regex.utf8) })
    else { return nil }
    self = pattern
  }

  /// The end of the word that begins at `start`; more than `start` where `start < end`.
  func wordEnd(from start: Int, to end: Int, in text: [UInt8]) -> Int {
    switch self {
    case .gpt2: Self.gpt2End(start, end, text)
    case .llama3: Self.newerEnd(start, end, text, mostDigits: 3)
    case .qwen2: Self.newerEnd(start, end, text, mostDigits: 1)
    }
  }

  private static func gpt2End(_ start: Int, _ end: Int, _ text: [UInt8]) -> Int {
    let contraction = contractionEnd(start, end, text, ignoringCase: false)
    if contraction > start { return contraction }
    let body = text[start] == UInt8(ascii: " ") ? start + 1 : start
    if body < end {
      let found = ScalarClass.at(body, in: text).class
      if found != .space { return found.runEnd(from: body, to: end, in: text) }
    }
    return spaceEnd(start, end, text)
  }

  private static func newerEnd(
    _ start: Int, _ end: Int, _ text: [UInt8], mostDigits: Int
  ) -> Int {
    let contraction = contractionEnd(start, end, text, ignoringCase: true)
    if contraction > start { return contraction }
    let (first, length) = ScalarClass.at(start, in: text)
    switch first {
    case .letter: return ScalarClass.letter.runEnd(from: start, to: end, in: text)
    case .number: return numberEnd(start, end, text, most: mostDigits)
    case .space, .other: break
    }
    // One scalar of any other kind but a newline goes with the letters after it.
    if !isNewline(text[start]), start + length < end,
      ScalarClass.at(start + length, in: text).class == .letter
    {
      return ScalarClass.letter.runEnd(from: start + length, to: end, in: text)
    }
    let body = text[start] == UInt8(ascii: " ") ? start + 1 : start
    if body < end, ScalarClass.at(body, in: text).class == .other {
      var index = ScalarClass.other.runEnd(from: body, to: end, in: text)
      while index < end, isNewline(text[index]) { index += 1 }
      return index
    }
    return newlineEnd(start, end, text) ?? spaceEnd(start, end, text)
  }

  private static func numberEnd(_ start: Int, _ end: Int, _ text: [UInt8], most: Int) -> Int {
    var index = start
    for _ in 0..<most where index < end {
      let (found, length) = ScalarClass.at(index, in: text)
      guard found == .number else { break }
      index += length
    }
    return index
  }

  /// `\s*[\r\n]+`: up to the last newline of the run of whitespace.
  private static func newlineEnd(_ start: Int, _ end: Int, _ text: [UInt8]) -> Int? {
    let run = ScalarClass.space.runEnd(from: start, to: end, in: text)
    guard let last = text[start..<run].lastIndex(where: isNewline) else { return nil }
    return last + 1
  }

  /// `\s+(?!\S)|\s+`: a run of whitespace; its last scalar is left to what follows it, if there is more than one.
  private static func spaceEnd(_ start: Int, _ end: Int, _ text: [UInt8]) -> Int {
    var index = start
    var last = start
    while index < end {
      let (found, length) = ScalarClass.at(index, in: text)
      guard found == .space else { break }
      last = index
      index += length
    }
    return index < end && last > start ? last : index
  }

  /// `'s|'t|'re|'ve|'m|'ll|'d`. Ignoring case, U+017F `ſ` is an s, by Unicode's case folding.
  private static func contractionEnd(
    _ start: Int, _ end: Int, _ text: [UInt8], ignoringCase: Bool
  ) -> Int {
    guard text[start] == UInt8(ascii: "'"), start + 1 < end else { return start }
    func letter(_ index: Int) -> UInt8 {
      guard index < end else { return 0 }
      let byte = text[index]
      let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      return ignoringCase && isCapital ? byte | 0x20 : byte
    }
    switch (letter(start + 1), letter(start + 2)) {
    case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
      (UInt8(ascii: "d"), _):
      return start + 2
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return start + 3
    case (0xC5, 0xBF) where ignoringCase:
      return start + 3
    default:
      return start
    }
  }

  private static func isNewline(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
}
