/// Cuts a template into tokens, as Jinja 3.1 does with `trim_blocks` and `lstrip_blocks`.
///
/// Both options are transformers' choice: the first newline after a block or comment is dropped, and so is the white
/// space between the start of a line and a block or comment. `-` strips all white space on its side, `+` keeps it.
struct TemplateLexer {
  let source: [Unicode.Scalar]
  var position = 0
  var line = 1
  var tokens: [TemplateToken] = []
  /// Whether what came before ended with a newline.
  private var startsLine = true

  enum Sign { case none, minus, plus }

  /// Newlines become `\n`, and one at the very end is dropped, as Jinja does.
  init(_ text: String) {
    var scalars: [Unicode.Scalar] = []
    var followsReturn = false
    for scalar in text.unicodeScalars {
      if scalar == "\n", followsReturn {
        followsReturn = false
        continue
      }
      followsReturn = scalar == "\r"
      scalars.append(scalar == "\r" ? "\n" : scalar)
    }
    if scalars.last == "\n" { scalars.removeLast() }
    source = scalars
  }

  func failure(_ reason: String) -> ChatTemplateError {
    ChatTemplateError(line: line, reason: reason)
  }

  mutating func tokenize() throws(ChatTemplateError) -> [TemplateToken] {
    guard source.count <= TemplateLimits.sourceLength else {
      throw failure("the template is longer than \(TemplateLimits.sourceLength) characters")
    }
    while position < source.count {
      guard let tag = nextTag() else {
        emitData(from: position, to: source.count)
        position = source.count
        break
      }
      let marker = source[tag + 1]
      let sign = sign(at: tag + 2)
      emitData(from: position, to: dataEnd(before: tag, marker: marker, sign: sign))
      // The newlines that were stripped still count.
      advance(to: tag, countingFrom: dataEnd(before: tag, marker: marker, sign: sign))
      position = tag + 2 + (sign == .none ? 0 : 1)
      startsLine = false
      switch marker {
      case "{":
        emit(.variableBegin)
        try lexInside(isBlock: false)
      case "#": try skipComment()
      default:
        if let body = rawBody(after: position) {
          advance(to: body, countingFrom: position)
          try lexRaw()
        } else {
          emit(.blockBegin)
          try lexInside(isBlock: true)
        }
      }
    }
    emit(.end)
    return tokens
  }

  mutating func emit(_ kind: TemplateToken.Kind) {
    tokens.append(TemplateToken(kind: kind, line: line))
  }

  /// Moves on, counting the lines passed from `start`.
  mutating func advance(to end: Int, countingFrom start: Int? = nil) {
    for index in (start ?? position)..<end where source[index] == "\n" { line += 1 }
    position = end
    startsLine = end > 0 && source[end - 1] == "\n"
  }

  func matches(_ text: StaticString, at index: Int) -> Bool {
    guard index + text.utf8CodeUnitCount <= source.count else { return false }
    for offset in 0..<text.utf8CodeUnitCount
    where source[index + offset].value != UInt32(text.utf8Start[offset]) {
      return false
    }
    return true
  }

  func endOfSpace(from start: Int) -> Int {
    var index = start
    while index < source.count, source[index].isPythonSpace { index += 1 }
    return index
  }

  func sign(at index: Int) -> Sign {
    guard index < source.count else { return .none }
    return source[index] == "-" ? .minus : source[index] == "+" ? .plus : .none
  }
}

// MARK: - Outside of tags

extension TemplateLexer {
  private func nextTag() -> Int? {
    var index = position
    while index + 1 < source.count {
      if source[index] == "{" {
        let next = source[index + 1]
        if next == "{" || next == "%" || next == "#" { return index }
      }
      index += 1
    }
    return nil
  }

  private mutating func emitData(from start: Int, to end: Int) {
    guard start < end else { return }
    emit(.data(TemplateString(source[start..<end])))
    for index in start..<end where source[index] == "\n" { line += 1 }
  }

  /// Where the text before a tag ends once whitespace control is applied.
  private func dataEnd(before tag: Int, marker: Unicode.Scalar, sign: Sign) -> Int {
    var end = tag
    switch sign {
    case .minus:
      while end > position, source[end - 1].isPythonSpace { end -= 1 }
      return end
    case .plus: return tag
    case .none:
      guard marker != "{" else { return tag }
      while end > position, source[end - 1] != "\n" {
        guard source[end - 1].isPythonSpace else { return tag }
        end -= 1
      }
      // At the start of the text, the line may have begun before it.
      return end > position || startsLine ? end : tag
    }
  }

  private mutating func skipComment() throws(ChatTemplateError) {
    // Jinja minds a missing end only where something follows; so too for `raw`.
    guard position < source.count else { return }
    var index = position
    while index + 1 < source.count {
      if matches("-#}", at: index) {
        advance(to: endOfSpace(from: index + 3))
        return
      }
      if matches("+#}", at: index) {
        advance(to: index + 3)
        return
      }
      if matches("#}", at: index) {
        advance(to: matches("\n", at: index + 2) ? index + 3 : index + 2)
        return
      }
      index += 1
    }
    throw failure("a comment has no end ('#}')")
  }

  /// Where the text of a `{% raw %}` begins, where the tag at hand is one.
  private func rawBody(after start: Int) -> Int? {
    let word = endOfSpace(from: start)
    guard matches("raw", at: word) else { return nil }
    let end = endOfSpace(from: word + 3)
    if matches("-%}", at: end) { return endOfSpace(from: end + 3) }
    return matches("%}", at: end) ? end + 2 : nil
  }

  private mutating func lexRaw() throws(ChatTemplateError) {
    guard position < source.count else { return }
    var index = position
    while index + 1 < source.count {
      guard matches("{%", at: index) else {
        index += 1
        continue
      }
      let sign = sign(at: index + 2)
      let word = endOfSpace(from: index + 2 + (sign == .none ? 0 : 1))
      if matches("endraw", at: word), let end = endOfBlock(at: endOfSpace(from: word + 6)) {
        let textEnd = dataEnd(before: index, marker: "%", sign: sign)
        emitData(from: position, to: textEnd)
        advance(to: end, countingFrom: textEnd)
        return
      }
      index += 2
    }
    throw failure("'raw' has no end ('endraw')")
  }

  /// Where the text after the block's end begins, where the block ends here.
  func endOfBlock(at index: Int) -> Int? {
    if matches("+%}", at: index) { return index + 3 }
    if matches("-%}", at: index) { return endOfSpace(from: index + 3) }
    guard matches("%}", at: index) else { return nil }
    return matches("\n", at: index + 2) ? index + 3 : index + 2
  }

  func endOfVariable(at index: Int) -> Int? {
    if matches("-}}", at: index) { return endOfSpace(from: index + 3) }
    return matches("}}", at: index) ? index + 2 : nil
  }
}
