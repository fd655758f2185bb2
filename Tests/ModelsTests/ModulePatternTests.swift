import Models
import Testing

/// Expressions over module names, as Python's `re` reads them.
@Suite struct ModulePatternTests {
  /// Expression, name, whether `re.fullmatch` finds a match, whether `re.match` does (Python 3.11).
  static let verdicts: [(String, String, Bool, Bool)] = [
    ("q_proj", "q_proj", true, true),
    ("q_proj", "model.q_proj", false, false),
    (".*q_proj", "model.q_proj", true, true),
    ("model", "model.layers", false, true),
    (".*\\.(q|v)_proj$", "model.layers.0.self_attn.v_proj", true, true),
    (".*\\.(?:q|v)_proj", "model.layers.0.self_attn.k_proj", false, false),
    ("model\\.layers\\.(1[0-9]|[2-5])\\.mlp.*", "model.layers.12.mlp.up_proj", true, true),
    ("model\\.layers\\.(1[0-9]|[2-5])\\.mlp.*", "model.layers.6.mlp.up_proj", false, false),
    ("model\\.layers\\.\\d{2}\\..*", "model.layers.7.mlp", false, false),
    ("model\\.layers\\.\\d{1,2}\\..*", "model.layers.7.mlp", true, true),
    ("(?P<a>ab){2,}", "ababab", true, true),
    ("(ab){,2}", "ababab", false, true),
    ("a{,2}", "aa", true, true),
    ("a{x}", "a{x}", true, true),
    ("a{", "a{", true, true),
    ("(?!.*lm_head).*", "model.lm_head", false, false),
    ("(?!.*lm_head).*", "model.q_proj", true, true),
    ("(?=.*proj)(?!.*k_).*", "a.q_proj", true, true),
    ("(?=.*proj)(?!.*k_).*", "a.k_proj", false, false),
    ("a|b|", "", true, true),
    ("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false, false),
    ("((a?){50}){50}", "aaaa", true, true),
    ("[^.]+\\.[^.]+", "a.b", true, true),
    ("[^.]+\\.[^.]+", "a.b.c", false, true),
    ("[]a]+", "a]", true, true),
    ("[a-]+", "-a", true, true),
    ("[\\w.]+", "a_1.b", true, true),
    ("\\w+", "a.b", false, true),
    ("x??y*?", "xyy", true, true),
    ("^a$", "a", true, true),
    ("a\\b.*", "a.b", true, true),
    ("a\\b.*", "ab", false, false),
    ("a\\B.*", "ab", true, true),
    ("\\Aa\\Z", "a", true, true),
    (".", "é", true, true),
    ("(.*\\.)?(q.proj)$", "x.q_proj", true, true),
  ]

  @Test(arguments: verdicts.indices)
  func matchesWhatPythonMatches(_ index: Int) throws {
    let (source, name, whole, start) = Self.verdicts[index]
    let pattern = try ModulePattern(source)
    #expect(pattern.matchesWhole(name) == whole, "\(source) on \(name)")
    #expect(pattern.matchesStart(name) == start, "\(source) on \(name)")
  }

  @Test(arguments: [
    "(", ")", "[", "[a", "*a", "a**", "a*+", "(?<=a)b", "(?i)a", "(a)\\1", "\\", "[b-a]",
    "a{3,2}", "a{99999999}", "(?P<a", "[\\D]", "(?:",
  ])
  func whatCantBeReadIsRefused(_ source: String) {
    #expect(throws: ModulePatternError.self) { try ModulePattern(source) }
  }

  @Test func depthAndLengthAreBounded() {
    let deep = String(repeating: "(", count: 10_000) + String(repeating: ")", count: 10_000)
    #expect(throws: ModulePatternError.self) { try ModulePattern(deep) }
    #expect(throws: ModulePatternError.self) {
      try ModulePattern(String(repeating: "a", count: 1 << 20))
    }
  }

  /// Expressions over which a backtracking matcher would sit for years.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "(.*)*(.*)*(.*)*x", "((((.|.)|.)|.)*)*x", "(?:(?:.*?,){11}){20}x", "(.?){60}.{60}x",
      "(?=(?=(?=(.*)*x)(.*)*x)(.*)*x).*",
    ])
  func hostileExpressionsEnd(_ source: String) throws {
    let name = String(repeating: "model.layers.self_attn.", count: 5)
    #expect(try ModulePattern(source).matchesWhole(name) == false)
  }
}
