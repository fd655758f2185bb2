import Inference

/// The first words of a continuation. The model stops when the loop is left.
func firstWords(_ count: Int, after text: String) async throws -> String {
  var words = ""
  for try await piece in try Model.embedded().stream(text) {
    words += piece
    if words.split(separator: " ").count > count { break }
  }
  return words
}

/// What the model writes until `deadline`. Cancelling the task that reads ends the text.
func write(after text: String, until deadline: ContinuousClock.Instant) async throws -> String {
  let pieces = try Model.embedded().stream(text)
  let reader = Task {
    var text = ""
    for try await piece in pieces { text += piece }
    return text
  }
  try await Task.sleep(until: deadline)
  reader.cancel()
  return try await reader.value
}
