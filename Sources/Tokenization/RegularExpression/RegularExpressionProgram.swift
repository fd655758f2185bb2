/// A regular expression as instructions for a backtracking matcher.
struct RegularExpressionProgram: Hashable, Sendable {
  typealias Node = RegularExpressionNode

  enum Instruction: Hashable, Sendable {
    /// Takes one scalar of a set.
    case scalar(set: Int)
    /// Takes from `least` to `most` scalars of a set.
    case span(set: Int, least: Int, most: Int, Node.Greed)
    /// Goes on at `first`, and at `second` where that comes to nothing.
    case split(first: Int, second: Int)
    case jump(Int)
    /// Runs what follows up to an ``accept``, takes its first match for good, and goes on at `next`.
    case atomic(next: Int)
    /// Whether what follows up to an ``accept`` matches here.
    case lookahead(next: Int, isNegated: Bool)
    /// Whether what follows up to an ``accept`` matches `least` to `most` scalars that end here.
    case lookbehind(next: Int, least: Int, most: Int, isNegated: Bool)
    case assertion(Node.Assertion)
    case accept
    /// Matches nothing. The last instruction of every program.
    case fail
  }

  private(set) var instructions: [Instruction] = []
  private(set) var sets: [ScalarSet] = []
  private var numbers: [ScalarSet: Int] = [:]

  /// Repetitions of groups are written out; more than this is refused.
  private static let longest = 20_000
  /// No lookbehind in use is wider than a few scalars.
  private static let widestLookbehind = 255

  init(_ node: Node) throws(RegularExpressionError) {
    try emit(node)
    try append(.accept)
    try append(.fail)
    numbers = [:]
  }

  private mutating func append(_ instruction: Instruction) throws(RegularExpressionError) {
    guard instructions.count < Self.longest else {
      throw .unsupported("a regular expression of more than \(Self.longest) steps")
    }
    instructions.append(instruction)
  }

  private mutating func number(of set: ScalarSet) -> Int {
    if let number = numbers[set] { return number }
    sets.append(set)
    numbers[set] = sets.count - 1
    return sets.count - 1
  }

  private mutating func emit(_ node: Node) throws(RegularExpressionError) {
    switch node {
    case .scalar(let set): try append(.scalar(set: number(of: set)))
    case .sequence(let nodes): for node in nodes { try emit(node) }
    case .alternatives(let nodes): try emitAlternatives(nodes)
    case .repeated(let node, let least, let most, let greed):
      try emitRepeated(node, least, most, greed)
    case .atomic(let node):
      try emitNested(node) { .atomic(next: $0) }
    case .lookahead(let node, let isNegated):
      try emitNested(node) { .lookahead(next: $0, isNegated: isNegated) }
    case .lookbehind(let node, let isNegated):
      let width = node.width
      guard let most = width.most, most <= Self.widestLookbehind else {
        throw .unsupported("a lookbehind without a bound")
      }
      try emitNested(node) {
        .lookbehind(next: $0, least: width.least, most: most, isNegated: isNegated)
      }
    case .assertion(let assertion): try append(.assertion(assertion))
    }
  }

  private mutating func emitNested(
    _ node: Node, _ instruction: (Int) -> Instruction
  ) throws(RegularExpressionError) {
    let start = instructions.count
    try append(.accept)
    try emit(node)
    try append(.accept)
    instructions[start] = instruction(instructions.count)
  }

  private mutating func emitAlternatives(_ nodes: [Node]) throws(RegularExpressionError) {
    var exits: [Int] = []
    for (index, node) in nodes.enumerated() {
      guard index < nodes.count - 1 else {
        try emit(node)
        break
      }
      let split = instructions.count
      try append(.accept)
      try emit(node)
      exits.append(instructions.count)
      try append(.accept)
      instructions[split] = .split(first: split + 1, second: instructions.count)
    }
    for exit in exits { instructions[exit] = .jump(instructions.count) }
  }

  private mutating func emitRepeated(
    _ node: Node, _ least: Int, _ most: Int?, _ greed: Node.Greed
  ) throws(RegularExpressionError) {
    if case .scalar(let set) = node {
      try append(.span(set: number(of: set), least: least, most: most ?? .max, greed))
      return
    }
    if greed == .possessive {
      try emit(.atomic(.repeated(node, least: least, most: most, .greedy)))
      return
    }
    for _ in 0..<least { try emit(node) }
    guard let most else {
      let split = instructions.count
      try append(.accept)
      try emit(node)
      try append(.jump(split))
      instructions[split] = Self.split(split + 1, instructions.count, greed)
      return
    }
    var splits: [Int] = []
    for _ in least..<most {
      splits.append(instructions.count)
      try append(.accept)
      try emit(node)
    }
    for split in splits { instructions[split] = Self.split(split + 1, instructions.count, greed) }
  }

  private static func split(_ body: Int, _ exit: Int, _ greed: Node.Greed) -> Instruction {
    greed == .lazy ? .split(first: exit, second: body) : .split(first: body, second: exit)
  }
}
