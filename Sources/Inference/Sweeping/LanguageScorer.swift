import Constraints
import Generation
import JSON
public import Sweeps

/// Scores continuations by a language that a metric of the sweep file names: 1 where the text is in it, white space at
/// both ends aside, else 0. A JSON schema judges the value, with members in any order.
public struct LanguageScorer: SampleScorer {
  private enum Judge: Sendable {
    case schema(JSONSchema)
    case language(FormalLanguage)
  }

  /// What the numbers are called.
  public let name: String
  private let judge: Judge

  /// A scorer by `language`.
  ///
  /// - Throws: ``InferenceError/sweep(_:)`` for a language that can't be compiled.
  public init(
    name: String, language: SweepSpecification.MetricLanguage, file: String
  ) throws(InferenceError) {
    self.name = name
    do throws(ConstraintError) {
      switch language {
      case .jsonSchema(let schema): judge = .schema(try JSONSchema(parsing: schema.text))
      case .regularExpression(let pattern):
        judge = .language(try FormalLanguage(regularExpression: pattern))
      case .grammar(let text): judge = .language(try FormalLanguage(grammar: text))
      }
    } catch {
      throw .sweep(
        .invalidSpecification(
          file: file, field: "metrics", reason: "has \(name), which can't be judged: \(error)"))
    }
  }

  /// Judges a continuation.
  public func score(
    _ output: SampleOutput, on task: SampleTask
  ) throws(SweepError) -> Result<Double?, SampleFailure> {
    let text = Array(output.text.trimmingWhiteSpace.utf8)
    do throws(ConstraintError) {
      switch judge {
      case .language(let language): return .success(try language.contains(text) ? 1 : 0)
      case .schema(let schema):
        guard let value = try? JSONValue(parsing: text) else { return .success(0) }
        return .success(try schema.violation(in: value) == nil ? 1 : 0)
      }
    } catch {
      return .failure(SampleFailure("\(name): \(error)"))
    }
  }
}

extension String {
  /// Without white space at both ends.
  fileprivate var trimmingWhiteSpace: Substring {
    let rest = drop(while: \.isWhitespace)
    guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return rest[...last]
  }
}
