import Constraints
import Generation
import JSON

/// Judges texts by a constraint, in words.
struct TextJudge {
  /// What is said of a text.
  struct Verdict {
    let isAccepted: Bool
    let text: String
  }

  private let schema: JSONSchema?
  /// What generation writes; `nil` where the schema has keywords that it can't enforce.
  private let language: FormalLanguage?

  /// - Parameter console: told what generation could not do under a JSON schema, for the value can be judged all the same.
  init(_ source: ConstraintSource, console: Console) throws(ConstraintError) {
    guard case .jsonSchema(let text, _, _) = source else {
      schema = nil
      language = try source.compile(spellingTokens: true).language
      return
    }
    schema = try JSONSchema(parsing: text)
    do {
      let compiled = try source.compile()
      for error in compiled.ignored { console.warn("left out: \(error)") }
      language = compiled.language
    } catch {
      console.warn("generation under this schema is refused: \(error)")
      language = nil
    }
  }

  /// What there is to say of a text.
  func verdict(on text: ArraySlice<UInt8>) throws(ConstraintError) -> Verdict {
    guard let schema else {
      let fault = try language.flatMap { (language) throws(ConstraintError) in
        try Self.fault(of: text, in: language)
      }
      return Verdict(isAccepted: fault == nil, text: fault ?? "accepted")
    }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: Array(text))
    } catch {
      return Verdict(isAccepted: false, text: "\(error)")
    }
    if let violation = try schema.violation(in: value) {
      return Verdict(isAccepted: false, text: "\(violation)")
    }
    guard let language, let fault = try Self.fault(of: text, in: language) else {
      return Verdict(isAccepted: true, text: "accepted")
    }
    return Verdict(isAccepted: true, text: "accepted, not as generated: \(fault)")
  }

  /// The byte where a text leaves a language, and what could have stood there; `nil` where it is in it.
  private static func fault(
    of text: ArraySlice<UInt8>, in language: FormalLanguage
  ) throws(ConstraintError) -> String? {
    var matcher = language.matcher()
    for (offset, byte) in text.enumerated() where try !matcher.advance(by: byte) {
      return "byte \(offset): \(try matcher.expectation()) could have stood there"
    }
    guard !matcher.isComplete else { return nil }
    return "byte \(text.count), the end: \(try matcher.expectation()) should follow"
  }
}
