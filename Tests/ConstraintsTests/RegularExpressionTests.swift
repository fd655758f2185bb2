import Constraints
import Testing

@Suite struct RegularExpressions {
  @Test(arguments: [
    ("a|bc", ["a", "bc"], ["", "b", "abc"]),
    ("x{2,3}", ["xx", "xxx"], ["x", "xxxx"]),
  ])
  func matches(_ pattern: String, _ accepted: [String], _ refused: [String]) throws {
    let language = try FormalLanguage(regularExpression: pattern)
    for text in accepted { #expect(try language.contains(text)) }
    for text in refused { #expect(try !language.contains(text)) }
  }
}
