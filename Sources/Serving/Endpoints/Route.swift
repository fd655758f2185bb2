import Foundation
import JSON

/// An endpoint: where it is, what it says of itself, and what it does.
struct Route: Sendable {
  /// `GET` or `POST`.
  var method: String
  /// The path; a last part in braces stands for any.
  var path: String
  /// What it does, in a sentence.
  var summary: String
  /// The schema of the request's body; `nil`: there is none.
  var body: JSONValue?
  /// The type of the answer.
  var answerType = "application/json"
  /// The schema of the answer, where it is JSON.
  var answer: JSONValue?
  /// Whether it answers without a key.
  var isOpen = false
  /// Answers a request; `argument` is what the part in braces stands for.
  var handle:
    @Sendable (_ endpoint: Endpoint, _ request: HTTPRequest, _ argument: String) async throws ->
      HTTPResponse

  /// What the part in braces stands for in `path`; an empty text where there is no such part, `nil` for another path.
  func argument(in path: String) -> String? {
    guard let brace = self.path.firstIndex(of: "{") else { return self.path == path ? "" : nil }
    let prefix = self.path[..<brace]
    guard path.hasPrefix(prefix), path.count > prefix.count else { return nil }
    return String(path.dropFirst(prefix.count)).removingPercentEncoding
  }
}
