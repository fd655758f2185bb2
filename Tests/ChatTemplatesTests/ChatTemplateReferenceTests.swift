import ChatTemplates
import Testing

/// Parity with `apply_chat_template` of transformers on whole conversations, and with Jinja on small templates.
@Suite struct ChatTemplateReferenceTests {
  @Test(arguments: ChatTemplateFixtures.templates)
  func conversationsRenderAsTransformersRendersThem(name: String) throws {
    let conversations = try ChatTemplateFixtures.conversations()
    let renderings = try ChatTemplateFixtures.load(
      "expected-\(name).json", as: ChatTemplateFixtures.Renderings.self)
    #expect(renderings.results.count == 2 * conversations.count)
    #expect(renderings.results.filter { $0.outcome.text != nil }.count >= 30 || name == "hermes-3")
    let template = try ChatTemplate(source: try ChatTemplateFixtures.source(of: name))
    for result in renderings.results {
      let outcome = Result {
        try template.render(
          messages: conversations[result.conversation],
          addingGenerationPrompt: result.addingGenerationPrompt, beginningOfSequence: "<s>",
          endOfSequence: "</s>", date: ChatTemplateFixtures.date)
      }
      Self.check(outcome, against: result.outcome, "conversation \(result.conversation)")
    }
  }

  @Test func snippetsRenderAsInJinja() throws {
    let snippets = try ChatTemplateFixtures.load(
      "snippets.json", as: ChatTemplateFixtures.Snippets.self)
    for snippet in snippets.cases {
      Self.check(
        Result { try ChatTemplateFixtures.render(snippet.source) }, against: snippet.outcome,
        snippet.source)
    }
  }

  /// Whether or not they are ever reached.
  @Test func unsupportedConstructsAreNamedWhenATemplateIsRead() throws {
    let snippets = try ChatTemplateFixtures.load(
      "snippets.json", as: ChatTemplateFixtures.Snippets.self)
    #expect(snippets.unsupported.count > 20)
    for snippet in snippets.unsupported {
      Self.expectRefusal(of: snippet) { _ = try ChatTemplate(source: $0) }
    }
  }

  @Test func valuesBeyondWhatIsSupportedAreNamed() throws {
    let snippets = try ChatTemplateFixtures.load(
      "snippets.json", as: ChatTemplateFixtures.Snippets.self)
    for snippet in snippets.beyond {
      Self.expectRefusal(of: snippet) { _ = try ChatTemplateFixtures.render($0) }
      #expect(throws: Never.self, "\(snippet[0])") { try ChatTemplate(source: snippet[0]) }
    }
  }

  private static func expectRefusal(of snippet: [String], _ body: (String) throws -> Void) {
    // The line is counted too.
    let source = "\n\n" + snippet[0]
    do {
      try body(source)
      Issue.record("\(snippet[0]) is not refused")
    } catch let error as ChatTemplateError {
      #expect(error.line == 3, "\(snippet[0]): \(error.reason)")
      #expect(error.reason.contains(snippet[1]), "\(snippet[0]): \(error.reason)")
    } catch {
      Issue.record("\(source): \(error)")
    }
  }

  @Test func randomFormatsWriteWhatPythonWrites() throws {
    let formats = try ChatTemplateFixtures.load(
      "formats.json", as: ChatTemplateFixtures.Expressions.self)
    #expect(formats.cases.count >= 4000)
    for format in formats.cases {
      let outcome = Result { try ChatTemplateFixtures.render("{{ \(format.source) }}") }
      if let text = format.text {
        #expect(Self.text(of: outcome) == text, "\(format.source)")
      } else {
        #expect(throws: ChatTemplateError.self, "\(format.source)") { try outcome.get() }
      }
    }
  }

  @Test func everyOperatorFilterTestAndMethodGivesWhatJinjaGivesForEachKindOfValue() throws {
    let grids = try ChatTemplateFixtures.load("grids.json", as: ChatTemplateFixtures.Grids.self)
    for grid in grids.grids {
      for (pattern, row) in zip(grid.patterns, grid.rows) {
        for (value, cell) in zip(grid.values, row) {
          let source = pattern.replacing("@", with: value)
          let outcome = Result { try ChatTemplateFixtures.render(source) }
          switch cell {
          case .skipped: continue
          case .error:
            #expect(throws: ChatTemplateError.self, "\(source)") { try outcome.get() }
          case .text(let text): #expect(Self.text(of: outcome) == text, "\(source)")
          }
        }
      }
    }
  }

  @Test func randomExpressionsGroupAsInJinja() throws {
    let expressions = try ChatTemplateFixtures.load(
      "expressions.json", as: ChatTemplateFixtures.Expressions.self)
    #expect(expressions.cases.count > 3000)
    for expression in expressions.cases {
      let outcome = Result {
        try ChatTemplateFixtures.render("{% set value = \(expression.source) %}{{ value }}")
      }
      if let text = expression.text {
        #expect(Self.text(of: outcome) == text, "\(expression.source)")
      } else {
        #expect(throws: ChatTemplateError.self, "\(expression.source)") { try outcome.get() }
      }
    }
  }

  private static func text(of outcome: Result<String, any Error>) -> String {
    switch outcome {
    case .success(let text): text
    case .failure(let error): "\(error)"
    }
  }

  /// Texts are compared scalar by scalar; of errors, the sentences that the template or Jinja's undefined values give.
  private static func check(
    _ outcome: Result<String, any Error>, against expected: ChatTemplateFixtures.Outcome,
    _ what: String
  ) {
    if let text = expected.text {
      #expect(Self.text(of: outcome).utf8.elementsEqual(text.utf8), "\(what)")
      return
    }
    do {
      Issue.record("\(what): '\(try outcome.get())' instead of \(expected.message ?? "")")
    } catch let error as ChatTemplateError {
      let reason = error.reason
      if ["TemplateError", "UndefinedError", "SecurityError"].contains(expected.error) {
        #expect(reason == expected.message, "\(what)")
      }
    } catch {
      Issue.record("\(what): \(error)")
    }
  }
}
