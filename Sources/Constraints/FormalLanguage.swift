import Synchronization

/// A set of texts, compiled: what a constraint allows.
///
/// ```swift
/// let dates = try FormalLanguage(regularExpression: #"\d{4}-\d\d-\d\d"#)
/// var matcher = dates.matcher()
/// try matcher.advance(by: "2026-1")  // true: a date may begin so
/// matcher.isComplete                 // false
/// try matcher.advance(by: "x")       // false: and the matcher stays where it was
/// ```
///
/// Texts are bytes. What is compiled is an automaton whose states are made when they are first met, shared by all copies
/// of the language and all matchers, on any number of threads. Its size is bounded by ``ConstraintLimits``; when half of
/// that is used, new matchers begin with an automaton anew, so that a language may be used for any time.
public struct FormalLanguage: Sendable {
  private let source: Source
  /// The sets of the grammar's token terminals, by index.
  let tokenSets: [TokenSet]

  /// The automaton of new matchers, and what it began as.
  private final class Source: Sendable {
    private let beginning: Machine
    private let current: Mutex<Automaton>

    init(_ machine: consuming Machine) {
      beginning = machine
      current = Mutex(Automaton(machine, generation: 0))
    }

    /// One that has room to grow: matchers that come later leave behind what earlier ones made of it.
    var automaton: Automaton {
      current.withLock { current in
        if current.machine.withLock({ $0.isHalfFull(since: beginning) }) {
          current = Automaton(beginning, generation: current.generation + 1)
        }
        return current
      }
    }
  }

  /// The language that `root` derives.
  ///
  /// - Throws: ``ConstraintError/empty(reason:)`` where no text is in it.
  init(_ grammar: Grammar, root: SequenceID) throws(ConstraintError) {
    let machine = try Machine(grammar, root: root)
    guard machine.start != .dead else {
      throw .empty(reason: "no text satisfies the constraint")
    }
    tokenSets = grammar.tokenSets
    source = Source(machine)
  }

  /// The texts that `pattern` matches as a whole, in RE2's syntax.
  ///
  /// Classes are over Unicode scalars and are matched as UTF-8. Assertions (`^`, `$`, `\b`) hold as in RE2. What RE2 has
  /// and this has not: scripts (`\p{Greek}`; general categories are there), `\C`, and assertions within repetitions
  /// without a bound. Repetitions count to a million, where RE2 counts to a thousand.
  ///
  /// - Throws: ``ConstraintError/regularExpression(pattern:offset:reason:)`` where the pattern is malformed or not
  ///   supported, ``ConstraintError/limit(reason:)``, or ``ConstraintError/empty(reason:)`` where nothing matches.
  public init(
    regularExpression pattern: String, limits: ConstraintLimits = ConstraintLimits()
  ) throws(ConstraintError) {
    var grammar = Grammar(limits: limits)
    let expression = try RegularExpressionParser.parse(pattern, dialect: .re2, limits: limits)
    var lowering = RegularExpressionLowering(encoding: ScalarEncoding(.utf8), pattern: pattern)
    let regular = try lowering.whole(expression, in: &grammar.regular)
    try self.init(grammar, regular: regular)
  }

  /// The texts that `root` derives in a grammar of llama.cpp's GBNF.
  ///
  /// ```swift
  /// let sums = try FormalLanguage(grammar: #"""
  ///   root ::= term ("+" term)*
  ///   term ::= [0-9]+ | "(" root ")"
  ///   """#)
  /// try sums.contains("1+(2+3)")  // true
  /// ```
  ///
  /// Rules, character classes, groups, repetitions, comments and token terminals (`<think>`, `<[1000]>`, `!<think>`) are
  /// llama.cpp's. Left recursion is refused, as there; a rule that is defined twice is refused too. Repetitions are
  /// counted, to a million.
  ///
  /// - Parameter spellingTokens: whether a token terminal stands for its spelling as text, where there are no tokens.
  /// - Throws: ``ConstraintError/grammar(line:column:reason:)``, ``ConstraintError/limit(reason:)``, or
  ///   ``ConstraintError/empty(reason:)`` where `root` derives nothing.
  public init(
    grammar text: String, spellingTokens: Bool = false,
    limits: ConstraintLimits = ConstraintLimits()
  ) throws(ConstraintError) {
    var compiler = GrammarCompiler(
      try GrammarParser.parse(text, limits: limits), spellingTokens: spellingTokens, limits: limits)
    let root = try compiler.compile()
    try self.init(compiler.grammar, root: root)
  }

  /// One of some texts.
  ///
  /// - Throws: ``ConstraintError/empty(reason:)`` where there is no text, or ``ConstraintError/limit(reason:)``.
  public init(
    choices: [String], limits: ConstraintLimits = ConstraintLimits()
  ) throws(ConstraintError) {
    guard !choices.isEmpty else { throw .empty(reason: "there is nothing to choose from") }
    var grammar = Grammar(limits: limits)
    let regular = try grammar.regular.choice(of: choices.map { Array($0.utf8) })
    try self.init(grammar, regular: regular)
  }

  private init(_ grammar: Grammar, regular: RegularID) throws(ConstraintError) {
    var grammar = grammar
    guard try grammar.regular.hasText(regular) else {
      throw .empty(reason: "no text satisfies the constraint")
    }
    let root = try grammar.sequence(.terminal(regular))
    try self.init(grammar, root: root)
  }

  /// A matcher before the first byte.
  public func matcher() -> LanguageMatcher { LanguageMatcher(self, source.automaton) }

  /// Whether `text` is in the language.
  ///
  /// - Throws: ``ConstraintError/limit(reason:)``.
  public func contains(_ text: some Sequence<UInt8>) throws(ConstraintError) -> Bool {
    var matcher = matcher()
    return try matcher.advance(by: text) && matcher.isComplete
  }

  /// Whether `text` is in the language.
  ///
  /// - Throws: ``ConstraintError/limit(reason:)``.
  public func contains(_ text: String) throws(ConstraintError) -> Bool {
    try contains(text.utf8)
  }
}
