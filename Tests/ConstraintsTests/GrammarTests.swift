import Constraints
import Testing

@Suite struct Grammars {
  @Test(arguments: [
    (#"root ::= "a" root "b" | "c""#, ["c", "acb", "aacbb"], ["", "aacb", "ab"]),
    (
      "root ::= term (\"+\" term)*\nterm ::= [0-9]+ | \"(\" root \")\"",
      ["1+(2+3)", "((1))", "12+3"], ["1+", "()", "+"]
    ),
    (
      "root ::= (x y?){2,3}\nx ::= \"a\" | \"[\" root \"]\"\ny ::= \"b\"",
      ["aa", "abab", "aaa", "[aa]a", "ab[aab]"], ["a", "aaaa", "[a]a"]
    ),
    (
      "root ::= item*\nitem ::= \"a\"? | \"(\" root \")\"", ["", "aa(a)", "()", "(())a"],
      ["(", ")"]
    ),
    (
      "root ::= [^\\n\"]{3} # to the end of the line\n", ["abc", "éàü", "   "],
      ["ab", "a\nb", "abcd"]
    ),
    ("root ::= \"\\x41\\u00e9\\U0001F600\\t\\\"\\\\\\[\\]\"", ["Aé😀\t\"\\[]"], ["A"]),
    ("root ::= [a-c-]+ . [\\]x]", ["a-b]", "cé]", "--x"], ["d]", "a]"]),
    ("root ::=\n  \"a\" |\n  \"b\" (\n  \"c\"\n  | \"d\" )\n\n", ["a", "bc", "bd"], ["b", "ac"]),
    (
      "root ::= x{2}\nx ::= y{0,2} \"!\"\ny ::= \"(\" x \")\" | \".\"", ["!!", "..!(!)!"],
      ["!", "...!!"]
    ),
    (
      "root ::= a | b\na ::= \"x\" a \"y\" | \"x\"\nb ::= \"x\" b | \"y\"", ["x", "xxy", "xxxxy"],
      ["yy"]
    ),
    ("root ::= (\"\" | \"a\"){3} | dead\ndead ::= \"z\" dead", ["", "a", "aaa"], ["aaaa", "z"]),
  ])
  func matches(_ text: String, _ accepted: [String], _ refused: [String]) throws {
    let language = try FormalLanguage(grammar: text)
    for text in accepted { #expect(try language.contains(text), "\(text)") }
    for text in refused { #expect(try !language.contains(text), "\(text)") }
  }

  /// llama.cpp keeps a stack for each reading, of which there are 2^60 here.
  @Test func ambiguityCostsNoMoreThanItsPlaces() throws {
    let twins = try FormalLanguage(grammar: #"root ::= "a" root "b" | "a" root "c" | "x""#)
    let text = String(repeating: "a", count: 60) + "x" + String(repeating: "bc", count: 30)
    #expect(try twins.contains(text))
    let sums = try FormalLanguage(grammar: #"root ::= "1" | "(" root "+" root ")" | "(" root ")""#)
    #expect(try sums.contains("((1+1)+((1)))"))
  }

  @Test func recursionAtTheEndNeedsNoStack() throws {
    let list = try FormalLanguage(grammar: "root ::= \"a\" root | \"(\" root \")\" | \".\"")
    var matcher = list.matcher()
    #expect(try matcher.advance(by: "a"))
    let first = matcher
    for _ in 0..<1000 { #expect(try matcher.advance(by: "a")) }
    #expect(matcher == first)
  }

  @Test(arguments: [
    ("root ::= a\na ::= b \"x\" |\n \"y\"\nb ::= a", 2, 1, "left-recursive"),
    ("root ::= (\"a\")? root \"b\"| \"c\"", 1, 1, "left-recursive"),
    ("root ::= nope", 1, 10, "“nope” is not defined"), ("a ::= \"b\"", 1, 1, "no rule “root”"),
    ("root ::= \"a", 1, 10, "without its closing quote"),
    ("root ::= [a", 1, 10, "a “[” without its “]”"),
    ("root ::= (\"a\"", 1, 10, "a “(” without its “)”"), ("root ::= *", 1, 10, "nothing before it"),
    ("root ::= \"a\"\nroot ::= \"b\"", 2, 1, "defined twice"),
    ("root ::= \"\\q\"", 1, 11, "an unknown escape"),
    ("root = \"a\"", 1, 6, "“::=” should be here"),
    ("root ::= \"a\"{3,2}", 1, 13, "first count is above its second"),
    ("root ::= <[12>", 1, 10, "written <[1000]>"), ("root ::= \"a\" )", 1, 14, "can't stand here"),
  ])
  func malformedGrammarsAreRefusedWithTheirPlace(
    _ text: String, _ line: Int, _ column: Int, _ why: String
  ) {
    do {
      _ = try FormalLanguage(grammar: text)
      Issue.record("\(text) is accepted")
    } catch ConstraintError.grammar(let atLine, let atColumn, let reason) {
      #expect(atLine == line && atColumn == column, "\(atLine):\(atColumn)")
      #expect(reason.contains(why), "\(reason)")
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func grammarOfNothingIsRefused() {
    for text in ["root ::= \"a\" root", "root ::= []", "root ::= x\nx ::= \"(\" x \")\""] {
      #expect(
        throws: ConstraintError.empty(
          reason: "the grammar's rule “root” derives no text that ends")
      ) { try FormalLanguage(grammar: text) }
    }
  }

  /// All texts up to a length, by expanding the rules by hand.
  @Test func languageOfAGrammarIsWhatItsRulesDerive() throws {
    // s: a s b s | c s | nothing, with a second way to read “c”.
    let language = try FormalLanguage(
      grammar: "root ::= \"a\" root \"b\" root | \"c\" root | \"\" | d\nd ::= \"c\" | \"cc\" d")
    var derived: Set<String> = [""]
    for _ in 0..<5 {
      var more = derived
      for one in derived where one.count <= 5 {
        more.insert("c" + one)
        for other in derived where one.count + other.count <= 4 { more.insert("a\(one)b\(other)") }
      }
      derived = more
    }
    for text in allTexts(over: "abc", upTo: 5) {
      #expect(try language.contains(text) == derived.contains(text), "\(text)")
    }
  }

  @Test func spelledTokensAreTheirText() throws {
    let language = try FormalLanguage(
      grammar: "root ::= <think> [^<]* </think> \"ok\"", spellingTokens: true)
    #expect(try language.contains("<think>hm</think>ok"))
    #expect(try !language.contains("ok"))
  }
}

/// Every text over some characters up to a length.
func allTexts(over alphabet: String, upTo length: Int) -> [String] {
  var result = [""]
  var last = [""]
  for _ in 0..<length {
    last = last.flatMap { text in alphabet.map { text + String($0) } }
    result += last
  }
  return result
}
