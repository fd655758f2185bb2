/// Runs a program over a text by backtracking, with an explicit stack.
///
/// Published expressions take a few steps for each scalar. One that is made to take exponential or quadratic time ends
/// with ``WorkLimit`` instead.
struct RegularExpressionMatcher {
  private struct Branch {
    enum Kind { case plain, greedySpan, lazySpan }
    let kind: Kind
    let instruction: Int
    let position: Int
    /// Of a greedy span, where its least number of scalars ends; of a lazy one, how many more it may take.
    let bound: Int
    let set: Int
  }

  private let program: RegularExpressionProgram
  private let text: UnsafeBufferPointer<UInt8>
  private let range: Range<Int>
  private var branches: [Branch] = []
  private var stepsLeft: Int

  /// - Parameters:
  ///   - text: valid UTF-8.
  ///   - range: what is looked at; nothing outside is seen by lookaround or anchors.
  init(
    _ program: RegularExpressionProgram, text: UnsafeBufferPointer<UInt8>, range: Range<Int>
  ) {
    self.program = program
    self.text = text
    self.range = range
    stepsLeft = 1_000_000 + 512 * range.count
  }

  /// Where the first match that begins at `position` ends.
  mutating func end(at position: Int) throws(WorkLimit) -> Int? {
    try run(from: 0, at: position, endingAt: nil)
  }

  /// Counts steps of scanning that ``end(at:)`` is spared.
  mutating func spend(_ steps: Int) throws(WorkLimit) {
    stepsLeft -= steps
    guard stepsLeft > 0 else { throw .backtracking }
  }

  private mutating func run(
    from start: Int, at startPosition: Int, endingAt end: Int?
  ) throws(WorkLimit) -> Int? {
    let base = branches.count
    defer { branches.removeLast(branches.count - base) }
    var instruction = start
    var position = startPosition
    while true {
      try spend(1)
      var succeeds = true
      switch program.instructions[instruction] {
      case .scalar(let set):
        if let length = match(set, position) {
          position += length
          instruction += 1
        } else {
          succeeds = false
        }
      case .span(let set, let least, let most, let greed):
        succeeds = try span(set, least, most, greed, &position, next: instruction + 1)
        instruction += 1
      case .split(let first, let second):
        if begins(first, at: position) {
          branches.append(
            Branch(kind: .plain, instruction: second, position: position, bound: 0, set: 0))
          instruction = first
        } else {
          instruction = second
        }
      case .jump(let target): instruction = target
      case .atomic(let next):
        if let found = try run(from: instruction + 1, at: position, endingAt: nil) {
          position = found
          instruction = next
        } else {
          succeeds = false
        }
      case .lookahead(let next, let isNegated):
        let found = try run(from: instruction + 1, at: position, endingAt: nil) != nil
        succeeds = found != isNegated
        instruction = next
      case .lookbehind(let next, let least, let most, let isNegated):
        succeeds =
          try looksBehind(instruction + 1, at: position, least, most) != isNegated
        instruction = next
      case .assertion(let assertion):
        succeeds = holds(assertion, at: position)
        instruction += 1
      case .accept:
        if end == nil || end == position { return position }
        succeeds = false
      case .fail: succeeds = false
      }
      if !succeeds {
        guard branches.count > base else { return nil }
        (instruction, position) = try resume()
      }
    }
  }

  /// Whether an instruction can take the scalar at `position`: what certainly can't is not tried at all.
  private func begins(_ instruction: Int, at position: Int) -> Bool {
    switch program.instructions[instruction] {
    case .scalar(let set): match(set, position) != nil
    case .span(let set, let least, _, _) where least > 0: match(set, position) != nil
    default: true
    }
  }

  private func match(_ set: Int, _ position: Int) -> Int? {
    guard position < range.upperBound else { return nil }
    let (found, length) = program.sets[set].match(at: position, in: text)
    return found ? length : nil
  }

  private mutating func span(
    _ set: Int, _ least: Int, _ most: Int, _ greed: RegularExpressionNode.Greed,
    _ position: inout Int, next: Int
  ) throws(WorkLimit) -> Bool {
    var count = 0
    while count < least {
      guard let length = match(set, position) else { return false }
      position += length
      count += 1
    }
    try spend(count)
    let fewest = position
    if greed == .lazy {
      if most > least {
        branches.append(
          Branch(
            kind: .lazySpan, instruction: next, position: position, bound: most - least, set: set))
      }
      return true
    }
    while count < most, let length = match(set, position) {
      position += length
      count += 1
    }
    try spend(count - least)
    if greed == .greedy, position > fewest {
      branches.append(
        Branch(kind: .greedySpan, instruction: next, position: position, bound: fewest, set: set))
    }
    return true
  }

  /// Goes back to the last branch, or past it to the one before where it has nothing left.
  private mutating func resume() throws(WorkLimit) -> (instruction: Int, position: Int) {
    let branch = branches.removeLast()
    switch branch.kind {
    case .plain: return (branch.instruction, branch.position)
    case .greedySpan:
      let position = UTF8Scalars.start(before: branch.position, in: text)
      if position > branch.bound {
        branches.append(
          Branch(
            kind: .greedySpan, instruction: branch.instruction, position: position,
            bound: branch.bound, set: branch.set))
      }
      return (branch.instruction, position)
    case .lazySpan:
      guard let length = match(branch.set, branch.position) else {
        // It can't take one more; an instruction that fails leads to the branch before.
        return (failing, branch.position)
      }
      if branch.bound > 1 {
        branches.append(
          Branch(
            kind: .lazySpan, instruction: branch.instruction, position: branch.position + length,
            bound: branch.bound - 1, set: branch.set))
      }
      return (branch.instruction, branch.position + length)
    }
  }

  /// An instruction that fails.
  private var failing: Int { program.instructions.count - 1 }

  private mutating func looksBehind(
    _ instruction: Int, at position: Int, _ least: Int, _ most: Int
  ) throws(WorkLimit) -> Bool {
    var start = position
    for count in 0...most {
      if count >= least,
        try run(from: instruction, at: start, endingAt: position) != nil
      {
        return true
      }
      guard start > range.lowerBound else { return false }
      start = UTF8Scalars.start(before: start, in: text)
    }
    return false
  }

  private func holds(_ assertion: RegularExpressionNode.Assertion, at position: Int) -> Bool {
    let (isStart, isEnd) = (position == range.lowerBound, position == range.upperBound)
    switch assertion {
    case .lineStart: return isStart || !isEnd && text[position - 1] == 0x0A
    case .lineEnd: return isEnd || text[position] == 0x0A
    case .textStart: return isStart
    case .textEnd: return isEnd
    case .textEndOrLastNewline:
      return isEnd || position + 1 == range.upperBound && text[position] == 0x0A
    case .wordBoundary: return isWord(before: position) != isWord(at: position)
    case .noWordBoundary: return isWord(before: position) == isWord(at: position)
    }
  }

  private func isWord(at position: Int) -> Bool {
    position < range.upperBound && ScalarSet.word.match(at: position, in: text).found
  }

  private func isWord(before position: Int) -> Bool {
    guard position > range.lowerBound else { return false }
    let start = UTF8Scalars.start(before: position, in: text)
    return ScalarSet.word.match(at: start, in: text).found
  }
}
