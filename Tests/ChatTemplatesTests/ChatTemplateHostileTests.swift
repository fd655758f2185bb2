import ChatTemplates
import Foundation
import Synchronization
import Testing

/// Templates come with a model file and run on the first prompt: what they may use is bounded, and whatever is in
/// them ends in a text or a typed error.
@Suite(.timeLimit(.minutes(5))) struct ChatTemplateHostileTests {
  static let deep: [(source: String, reason: String)] = [
    ("{{ " + String(repeating: "(", count: 20_000), "nested more than 64"),
    ("{{ " + String(repeating: "[", count: 20_000), "nested more than 64"),
    ("{{ " + String(repeating: "{1:", count: 20_000), "nested more than 64"),
    ("{{ " + String(repeating: "f(", count: 20_000), "nested more than 64"),
    ("{{ " + String(repeating: "x[", count: 20_000), "nested more than 64"),
    ("{{ " + String(repeating: "-", count: 20_000), "nested more than 64"),
    ("{{ " + String(repeating: "not ", count: 20_000), "nested more than 64"),
    ("{{ " + String(repeating: "1 if 1 else ", count: 20_000), "nested more than 64"),
    ("{{ x" + String(repeating: " is eq x", count: 20_000) + " }}", "more than 120 levels"),
    ("{{ x" + String(repeating: "|f(x", count: 20_000), "nested more than 64"),
    ("{% set " + String(repeating: "(", count: 20_000), "nested more than 64"),
    (String(repeating: "{% if 1 %}", count: 20_000), "nested more than 64"),
    (String(repeating: "{% for x in y %}", count: 20_000), "nested more than 64"),
    ("{{ 1" + String(repeating: " + 1", count: 20_000) + " }}", "more than 120 levels"),
    ("{{ 1" + String(repeating: " and 1", count: 20_000) + " }}", "more than 120 levels"),
    ("{{ x" + String(repeating: ".x", count: 20_000) + " }}", "more than 120 levels"),
    ("{{ x" + String(repeating: "[0]", count: 20_000) + " }}", "more than 120 levels"),
    ("{{ x" + String(repeating: "()", count: 20_000) + " }}", "more than 120 levels"),
    ("{{ x" + String(repeating: "|trim", count: 20_000) + " }}", "more than 120 levels"),
    ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "levels deep"),
    (
      "{% macro m() %}{% for x in [1] %}{% if m() %}{% endif %}{% endfor %}{% endmacro %}{{ m() }}",
      "levels deep"
    ),
    ("{% macro m(a=m()) %}{% endmacro %}{{ m() }}", "levels deep"),
    (
      "{% macro m() %}{{ caller }}{% call m() %}{% endcall %}{% endmacro %}{{ m() }}", "levels deep"
    ),
    (
      "{% macro m() %}{{ caller() }}{% endmacro %}{% macro n() %}{% call m() %}{{ n() }}{% endcall %}{% endmacro %}{{ n() }}",
      "levels deep"
    ),
    ("{% for x in [1] recursive %}{{ loop([x]) }}{% endfor %}", "levels deep"),
    (
      "{% for x in [1] recursive %}{% if loop([x])|e %}{% endif %}{% else %}{{ 1 }}{% endfor %}",
      "levels deep"
    ),
    (String(repeating: "{% call m() %}", count: 20_000), "nested more than 64"),
    (String(repeating: "{% for x in y recursive %}", count: 20_000), "nested more than 64"),
    ("{{ '" + String(repeating: "{:", count: 20_000) + "'.format(1) }}", "expected '}'"),
    (
      "{{ '" + String(repeating: "{0:", count: 2_000) + String(repeating: "}", count: 2_000)
        + "'.format(1) }}",
      "recursion exceeded"
    ),
    ("{{ '{0" + String(repeating: "[0]", count: 20_000) + "}'.format([[1]]) }}", "no element 0"),
    (
      "{% set n = namespace(x=[1]) %}{% for i in range(99999) %}{% set n.x = n.x|groupby(0, 1)|list %}{% endfor %}",
      "nested more than 100"
    ),
    (
      "{{ ['a']|map(" + String(repeating: "'map', ", count: 5_000) + "'upper')|list }}",
      "levels deep"
    ),
    ("{% set n = namespace() %}{% set n.n = n %}{{ n }}", "levels deep"),
    (
      "{% set n = namespace(x=[]) %}{% for i in range(99999) %}{% set n.x = [n.x] %}{% endfor %}",
      "nested more than 100"
    ),
    (
      "{% set n = namespace(x={}) %}{% for i in range(99999) %}{% set n.x = {'a': n.x} %}{% endfor %}",
      "nested more than 100"
    ),
    (
      "{% set n = namespace(x=1) %}{% for i in range(99999) %}{% set n.x = dict(a=n.x) %}{% endfor %}",
      "nested more than 100"
    ),
    (
      "{% set n = namespace(x=[1]) %}{% for i in range(99999) %}{% for j in n.x %}{% set n.x = [loop] %}{% endfor %}{% endfor %}",
      "nested more than 100"
    ),
    (
      "{% set n = namespace(x=1) %}{% for i in range(99999) %}{% set n.x = {'a': n.x}.items() %}{% endfor %}",
      "nested more than 100"
    ),
  ]

  static let greedy: [(source: String, reason: String)] = [
    (
      "{% for a in range(100000) %}{% for b in range(100000) %}{{ a }}{% endfor %}{% endfor %}",
      "steps"
    ),
    ("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", "steps"),
    (
      "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(20) }}",
      "steps"
    ),
    (
      "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
      "a string is longer"
    ),
    (
      "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
      "a string is longer"
    ),
    (
      "{% set n = namespace(s=[1]) %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
      "in all"
    ),
    ("{{ 'x' * 9223372036854775807 }}", "a string is longer"),
    ("{{ '%999999999999d' % 1 }}", "a width is too large"),
    ("{{ '%16777217d' % 1 }}", "a width is too large"),
    ("{{ '%*d' % (9223372036854775807, 1) }}", "a string is longer"),
    ("{{ '%-*d' % (-9223372036854775807 - 1, 1) }}", "a string is longer"),
    ("{{ '%.*d' % (9223372036854775807, 1) }}", "a string is longer"),
    ("{{ '%.*f' % (9223372036854775807, 1.5) }}", "precision"),
    ("{{ ('%16777216d' * 10) % (1, 1, 1, 1, 1, 1, 1, 1, 1, 1) }}", "a string is longer"),
    ("{{ '{:99999999999}'.format(1) }}", "a width is too large"),
    ("{{ ('{0:16000000}' * 9).format(1) }}", "a string is longer"),
    ("{{ '{:016000000,}'.format(1) ~ '{:016000000,}'.format(1) }}", "in all"),
    ("{{ 'a'.center(9223372036854775807) }}", "a string is longer"),
    ("{{ 'a'|center(9223372036854775807) }}", "a string is longer"),
    ("{{ 'a'.zfill(9223372036854775807) }}", "a string is longer"),
    ("{{ 'a\\t'.expandtabs(9223372036854775807) }}", "a string is longer"),
    ("{{ ('\\t' * 100000).expandtabs(100000) }}", "a string is longer"),
    ("{{ [1]|batch(9223372036854775807, 0)|list }}", "in all"),
    ("{{ [1]|slice(9223372036854775807)|list }}", "in all"),
    ("{{ ('<' * 10000000)|e }}", "a string is longer"),
    (
      "{% set n = namespace(s='&') %}{% for i in range(99) %}{% set n.s = n.s|forceescape %}{% set n.s = n.s ~ n.s %}{% endfor %}",
      "a string is longer"
    ),
    (
      "{% for x in [1] recursive %}{% if loop.depth < 30 %}{{ loop([1, 2]) }}{% endif %}{% endfor %}",
      "steps"
    ),
    (
      "{% for x in [1] recursive %}{% if loop.depth < 20 %}{{ loop(range(10)) }}{% endif %}{% endfor %}",
      "steps"
    ),
    (
      "{% macro m() %}{{ caller() }}{% endmacro %}{% for i in range(99999) %}{% for j in range(9) %}{% call m() %}{% endcall %}{% endfor %}{% endfor %}",
      "steps"
    ),
    (
      "{% set x = range(100000)|list %}{% for i in range(1000) %}{% if x|groupby(0, 1) %}{% endif %}{% endfor %}",
      "in all"
    ),
    ("{{ 1.5|round(-9223372036854775807 - 1, 'ceil') }}", "digits"),
    ("{{ 'xy' * 9223372036854775807 }}", "a string is longer"),
    ("{{ [1] * 9223372036854775807 }}", "in all"),
    ("{{ [1, 2] * 100000000 }}", "in all"),
    ("{{ ('a' * 1000000)|replace('a', 'b' * 1000000) }}", "a string is longer"),
    ("{{ ('a' * 1000000)|replace('', 'b' * 1000) }}", "a string is longer"),
    ("{{ ('a' * 1000000).replace('a', 'b' * 1000) }}", "a string is longer"),
    ("{{ range(100000)|join('b' * 1000) }}", "a string is longer"),
    ("{{ ('b' * 1000).join('c' * 100000) }}", "a string is longer"),
    ("{{ 'a\\nb'|indent(9223372036854775807) }}", "a string is longer"),
    ("{{ ('a\\n' * 100000)|indent(100000) }}", "a string is longer"),
    ("{{ [1]|tojson(indent=9223372036854775807) }}", "a string is longer"),
    ("{{ ([1] * 100000)|tojson(indent=100000) }}", "in all"),
    ("{{ ([1] * 100000)|tojson(separators=('a' * 100000, '')) }}", "in all"),
    ("{{ range(9223372036854775807) }}", "Range too big"),
    ("{{ range(-9223372036854775807, 9223372036854775807) }}", "Range too big"),
    ("{{ range(9223372036854775807, -9223372036854775807, -1) }}", "Range too big"),
    (
      "{% set x = 'x' * 1000000 %}{% for i in range(100) %}{{ x }}{% endfor %}",
      "the output is longer"
    ),
    (
      "{% set x = 'x' * 1000000 %}{% for i in range(1000) %}{% if x == x ~ '' %}{% endif %}{% endfor %}",
      "in all"
    ),
    (
      "{% set x = 'x' * 1000000 %}{% for i in range(1000) %}{% if 'y' in x %}{% endif %}{% endfor %}",
      "in all"
    ),
    (
      "{% set x = 'x' * 1000000 %}{% for i in range(1000) %}{% if x is lower %}{% endif %}{% endfor %}",
      "in all"
    ),
    (
      "{% set x = 'x' * 1000000 %}{% for i in range(1000) %}{% if x.split('y') %}{% endif %}{% endfor %}",
      "in all"
    ),
    (
      "{% set x = range(100000)|list %}{% for i in range(1000) %}{% if x|sort %}{% endif %}{% endfor %}",
      "in all"
    ),
    (
      "{% set x = range(100000)|list %}{% for i in range(10000) %}{% if -1 in x %}{% endif %}{% endfor %}",
      "in all"
    ),
    (
      "{% set n = namespace(t=()) %}{% for i in range(90) %}{% set n.t = (n.t, n.t) %}{% endfor %}{{ n.t }}",
      "in all"
    ),
    (
      "{% set n = namespace(t=()) %}{% for i in range(90) %}{% set n.t = (n.t, n.t) %}{% endfor %}{{ {n.t: 1} }}",
      "in all"
    ),
    (
      "{% set n = namespace(t=()) %}{% for i in range(90) %}{% set n.t = (n.t, n.t) %}{% endfor %}{{ n.t == n.t }}",
      "in all"
    ),
    (
      "{% set n = namespace(t=()) %}{% for i in range(90) %}{% set n.t = (n.t, n.t) %}{% endfor %}{{ n.t < n.t }}",
      "in all"
    ),
    (
      "{% set n = namespace(t=()) %}{% for i in range(90) %}{% set n.t = (n.t, n.t) %}{% endfor %}{{ n.t|tojson }}",
      "in all"
    ),
    ("{{ strftime_now('%1000000d') }}", "strftime_now"),
    ("{{ strftime_now('%A' * 100000) }}", "strftime_now"),
    ("{{ 2 ** 63 }}", "64 bits"), ("{{ -9223372036854775807 - 2 }}", "64 bits"),
    ("{{ (-9223372036854775807 - 1) // -1 }}", "64 bits"),
    ("{{ -(-9223372036854775807 - 1) }}", "64 bits"),
    ("{{ (-9223372036854775807 - 1)|abs }}", "64 bits"), ("{{ 99999999999999999999 }}", "64 bits"),
    ("{{ 10.0 ** 400 }}", "too large"),
    (String(repeating: " ", count: 1 << 21), "longer than"),
  ]

  @Test func whatIsTooDeepIsRefusedOnASmallStack() throws {
    // What a secondary thread has on macOS. A stack that ran over would end the process.
    let finished = DispatchSemaphore(value: 0)
    let wrong = Mutex<[String]>([])
    let thread = Thread {
      for (source, reason) in Self.deep {
        let problem = Self.problem(with: source, reason)
        wrong.withLock { $0 += problem }
      }
      finished.signal()
    }
    thread.stackSize = 512 << 10
    thread.start()
    finished.wait()
    #expect(wrong.withLock { $0 } == [])
  }

  @Test func whatTakesTooMuchIsRefusedByName() {
    for (source, reason) in Self.greedy {
      #expect(Self.problem(with: source, reason) == [])
    }
  }

  @Test func whatStaysWithinTheBoundsRenders() throws {
    let terms = "{{ 1" + String(repeating: " + 1", count: 110) + " }}"
    #expect(try ChatTemplateFixtures.render(terms) == "111")
    let parts = "{{ 1" + String(repeating: " ~ 1", count: 5_000) + " }}"
    #expect(try ChatTemplateFixtures.render(parts).count == 5_001)
    let brackets = String(repeating: "(", count: 60) + "1" + String(repeating: ")", count: 60)
    #expect(try ChatTemplateFixtures.render("{{ \(brackets) }}") == "1")
    let branches =
      "{% if 0 %}" + String(repeating: "{% elif 0 %}", count: 5_000) + "{% else %}x{% endif %}"
    #expect(try ChatTemplateFixtures.render(branches) == "x")
    let sums =
      "{% set n = namespace(s=0) %}{% for i in range(50000) %}{% set n.s = n.s + i %}{% endfor %}{{ n.s }}"
    #expect(try ChatTemplateFixtures.render(sums) == "1249975000")
  }

  @Test func aConversationOfAMegabyteRenders() throws {
    let long = String(repeating: "a long line of text \u{1F642}\n", count: 40_000)
    let messages = [ChatMessage(role: "user", content: long)]
    for name in ChatTemplateFixtures.templates where name != "hermes-3" {
      let prompt = try ChatTemplate(source: try ChatTemplateFixtures.source(of: name)).render(
        messages: messages, addingGenerationPrompt: true, beginningOfSequence: "<s>",
        endOfSequence: "</s>", date: ChatTemplateFixtures.date)
      #expect(prompt.utf8.count >= long.utf8.count - 1)
    }
  }

  @Test func mutatedTemplatesEndInATextOrATypedError() throws {
    let count =
      ProcessInfo.processInfo.environment["CHAT_TEMPLATE_MUTATIONS"].flatMap { Int($0) } ?? 4_000
    var mutator = TemplateMutator(
      sources: try ChatTemplateFixtures.templates.map { try ChatTemplateFixtures.source(of: $0) })
    var rendered = 0
    for _ in 0..<count {
      let source = mutator.next()
      do throws(ChatTemplateError) {
        let template = try ChatTemplate(source: source)
        _ = try template.render(
          messages: ChatTemplateFixtures.snippetMessages, addingGenerationPrompt: true,
          beginningOfSequence: "<s>", endOfSequence: "</s>", date: ChatTemplateFixtures.date)
        rendered += 1
      } catch {
        let (line, reason) = (error.line, error.reason)
        let lines = source.unicodeScalars.count { $0 == "\n" || $0 == "\r" } + 1
        #expect((1...lines).contains(line) && !reason.isEmpty, "\(source)")
      } catch {
        Issue.record("\(error)")
      }
    }
    // Most mutations break a template; some must not, or the rendering is never reached.
    #expect(rendered > count / 20 && rendered < count)
  }

  private static func problem(with source: String, _ reason: String) -> [String] {
    let shown = source.prefix(120)
    do throws(ChatTemplateError) {
      let text = try ChatTemplate(source: source).render(
        messages: ChatTemplateFixtures.snippetMessages, addingGenerationPrompt: true,
        beginningOfSequence: "<s>", endOfSequence: "</s>", date: ChatTemplateFixtures.date)
      return ["\(shown): rendered \(text.utf8.count) bytes"]
    } catch {
      return error.description.contains(reason) ? [] : ["\(shown): \(error)"]
    }
  }
}

/// Changes templates at random: bytes, ends, pieces of others, words that mean something.
struct TemplateMutator {
  private static let words = [
    "{{", "}}", "{%", "%}", "{#", "#}", "-%}", "{%-", "(", ")", "[", "]", "{", "}", "|", ".", ",",
    ":", "'",
    "\"", "\\", " is ", " not ", " in ", " if ", " else ", "{% endif %}", "{% endfor %}",
    "{% else %}",
    "{% for x in messages %}", "{% break %}", "[::-1]", "[1:]", "|length", "|tojson", "|trim",
    "|list",
    "|map('upper')", "|join(',')", ".split('a')", " + ", " * 99999", " ** 99", " ~ ", " // 0",
    " % 0",
    "range(99999)", "none", "true", "9223372036854775807", "-1", "1.5e308", "namespace()",
    "loop.nextitem",
    " recursive", "loop(messages)", "loop.changed(x)", "{% call m(1) %}", "{% endcall %}",
    "caller()",
    "|safe", "|e", "|groupby('role')", "|batch(2, 0)", "|round(-1)", "'%5.1f' % ",
    "'{:>9}'.format(",
    "{% raw %}", "{% set x = ", "{% macro m(x) %}", "{% endmacro %}", "m(1)", "\u{0}", "\u{1F642}",
    "\u{301}",
  ]

  private let sources: [[UInt8]]
  private var state: UInt64 = 0x5DEE_CE66_D1CE_4E5B

  init(sources: [String]) {
    self.sources = sources.map { Array($0.utf8) }
  }

  /// SplitMix64.
  private mutating func random(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((value ^ (value >> 31)) % UInt64(max(bound, 1)))
  }

  mutating func next() -> String {
    var bytes = sources[random(below: sources.count)]
    for _ in 0..<(1 + random(below: 4)) {
      let place = random(below: bytes.count + 1)
      let end = min(bytes.count, place + 1 + random(below: 40))
      switch random(below: 8) {
      case 0: if place < bytes.count { bytes[place] ^= UInt8(1 << random(below: 8)) }
      case 1: if place < bytes.count { bytes[place] = UInt8(random(below: 128)) }
      case 2: if random(below: 4) == 0 { bytes.removeSubrange(place...) }
      case 3: bytes.removeSubrange(place..<end)
      case 4: bytes.insert(contentsOf: bytes[place..<end], at: random(below: bytes.count + 1))
      case 5:
        let other = sources[random(below: sources.count)]
        let start = random(below: other.count)
        let piece = other[start..<min(other.count, start + 1 + random(below: 200))]
        bytes.replaceSubrange(place..<end, with: piece)
      default:
        bytes.insert(contentsOf: Self.words[random(below: Self.words.count)].utf8, at: place)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
