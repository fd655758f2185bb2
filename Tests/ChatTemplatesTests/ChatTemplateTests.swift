import ChatTemplates
import Testing

@Suite struct ChatTemplateTests {
  @Test func anErrorNamesTheLineOfWhatIsWrong() {
    let cases: [(String, Int, String)] = [
      ("a\nb\n{{ 1 + }}", 3, "expected an expression, found '}}'"),
      ("a\r\nb\r\n{% nope %}", 3, "unknown tag 'nope'"),
      ("{#\n\n#}\n{{ x.y }}", 4, "'x' is undefined"),
      ("{% raw %}\n\n{% endraw %}\n{{ x.y }}", 4, "'x' is undefined"),
      ("a\n\n{%- if true %}\n{{ 'a'|nope }}{% endif %}", 4, "no filter is named 'nope'"),
      ("{{ '\n\n' }}{{ x.y }}", 3, "'x' is undefined"),
      ("{{ 1 -}}\n\n{{ raise_exception('no') }}", 3, "no"),
      ("{% if true %}\n\n", 1, "'if' has no end: expected 'elif' or 'else' or 'endif'"),
      ("\n{{\n'a' +\n5 }}", 3, "unsupported operand types for +: 'str' and 'int'"),
    ]
    for (source, line, reason) in cases {
      #expect(throws: ChatTemplateError(line: line, reason: reason), "\(source)") {
        try ChatTemplateFixtures.render(source)
      }
    }
  }

  @Test func roleAndContentReachTheTemplateUnchanged() throws {
    let template = try ChatTemplate(
      source: "{% for m in messages %}{{ m.role }}={{ m['content'] }};{% endfor %}")
    let messages = [
      ChatMessage(role: "e\u{301}", content: "\u{E9}\r\n{{ x }}"),
      ChatMessage(role: "", content: "\u{0}"),
    ]
    let prompt = try template.render(
      messages: messages, addingGenerationPrompt: false, beginningOfSequence: "", endOfSequence: "")
    #expect(prompt.utf8.elementsEqual("e\u{301}=\u{E9}\r\n{{ x }};=\u{0};".utf8))
  }

  @Test func anEmptyConversationIsAListOfNothing() throws {
    let template = try ChatTemplate(source: "{{ messages }}{{ messages|length }}")
    let prompt = try template.render(
      messages: [], addingGenerationPrompt: false, beginningOfSequence: "", endOfSequence: "")
    #expect(prompt == "[]0")
  }

  @Test func renderingLeavesNothingBehind() throws {
    let template = try ChatTemplate(
      source: "{% set n = namespace(c=0) %}{% set n.c = n.c + 1 %}{{ n.c }}{{ x }}{% set x = 1 %}")
    for _ in 0..<3 {
      let prompt = try template.render(
        messages: [], addingGenerationPrompt: false, beginningOfSequence: "", endOfSequence: "")
      #expect(prompt == "1")
    }
  }

  @Test func theDateIsThePresentOneUnlessToldOtherwise() throws {
    let template = try ChatTemplate(source: "{{ strftime_now('%Y %m %d') }}")
    func prompt(on date: TemplateDate) throws -> String {
      try template.render(
        messages: [], addingGenerationPrompt: false, beginningOfSequence: "", endOfSequence: "",
        date: date)
    }
    #expect(try prompt(on: TemplateDate(year: 1999, month: 12, day: 31)) == "1999 12 31")
    // Midnight may fall between the two readings of the clock.
    let before = TemplateDate.now()
    let present = try template.render(
      messages: [], addingGenerationPrompt: false, beginningOfSequence: "", endOfSequence: "")
    let after = TemplateDate.now()
    #expect([try prompt(on: before), try prompt(on: after)].contains(present))
  }

  @Test func aMegabyteOfSourceIsReadAndMoreIsRefused() throws {
    let longest = String(repeating: "x", count: 1 << 20)
    #expect(try ChatTemplateFixtures.render(longest) == longest)
    #expect(throws: ChatTemplateError.self) { try ChatTemplate(source: longest + "x") }
  }
}
