import Constraints
import JSON
import TestSupport
import Testing

/// The required tests of the JSON Schema Test Suite: judged, and generated.
@Suite(
  .enabled(if: SchemaSuite.path != nil, "DECODE_TEST_SCHEMA_SUITE names no JSON Schema Test Suite"))
struct JSONSchemaSuite {
  private struct Count {
    var right = 0
    var wrong: [String] = []
    var refused: [String] = []
  }

  private func judge(_ draft: String, _ dialect: JSONSchemaDialect) throws -> Count {
    let references = try SchemaSuite.references(of: draft)
    var count = Count()
    for group in try SchemaSuite.groups(of: draft) {
      do {
        let schema = try JSONSchema(group.schema, references: references, dialect: dialect)
        for test in group.tests {
          let isValid = try schema.violation(in: test.value) == nil
          if isValid == test.isValid {
            count.right += 1
          } else {
            count.wrong.append("\(group.file): \(group.name): \(test.name)")
          }
        }
      } catch {
        count.refused.append("\(group.file): \(group.name): \(error)")
      }
    }
    return count
  }

  /// What is refused refers to the metaschema, which the suite does not hold, or switches the assertions off.
  @Test func draft2020IsJudgedAsItSays() throws {
    let count = try judge("draft2020-12", .draft2020)
    #expect(count.wrong.isEmpty)
    #expect(count.right >= 1230, "\(count.refused)")
    for reason in count.refused {
      #expect(reason.contains("is not at hand") || reason.contains("is not supported"), "\(reason)")
    }
  }

  @Test func draft7IsJudgedAsItSays() throws {
    let count = try judge("draft7", .draft7)
    #expect(count.wrong.isEmpty)
    #expect(count.right >= 895, "\(count.refused)")
    for reason in count.refused { #expect(reason.contains("is not at hand"), "\(reason)") }
  }

  /// What generation accepts is valid, and what it writes by chance is too.
  @Test(arguments: [("draft2020-12", JSONSchemaDialect.draft2020), ("draft7", .draft7)])
  func nothingInvalidIsGenerated(_ draft: String, _ dialect: JSONSchemaDialect) throws {
    let references = try SchemaSuite.references(of: draft)
    var random = SplitMix64(seed: 7)
    var written = 0
    var compiled = 0
    var accepted = 0
    for group in try SchemaSuite.groups(of: draft) {
      guard
        let schema = try? JSONSchema(group.schema, references: references, dialect: dialect),
        let language = try? schema.language(whitespace: .oneLine)
      else { continue }
      compiled += 1
      for test in group.tests where try language.contains(test.value.text) {
        #expect(test.isValid, "\(group.file): \(group.name): \(test.name) is accepted")
        accepted += 1
      }
      for _ in 0..<3 {
        guard let text = try RandomText.make(in: language, with: &random) else { continue }
        let value = try JSONValue(parsing: text)
        let violation = try schema.violation(in: value)
        #expect(
          violation == nil,
          "\(group.name): \(String(decoding: text, as: UTF8.self)): \(String(describing: violation))"
        )
        written += 1
      }
    }
    #expect(compiled > 200 && accepted > 400 && written > 500, "\(compiled) \(accepted) \(written)")
  }
}
