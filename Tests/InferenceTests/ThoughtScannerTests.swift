import Inference
import Testing

@Suite struct ThoughtScannerTests {
  private func parts(_ pieces: [String], startsInThought: Bool = false) -> [ThoughtScanner.Piece] {
    var scanner = ThoughtScanner(startsInThought: startsInThought)
    return pieces.flatMap { scanner.append($0) } + scanner.finish()
  }

  @Test func thoughtsAreToldHoweverTheAnswerIsCutIntoPieces() {
    let text = "A <b <think>Hm, </ no <think> </thin k></think>\nYes.<thin<think>x</think>y<think"
    for size in 1...text.count {
      var pieces: [String] = []
      var rest = Substring(text)
      while !rest.isEmpty {
        pieces.append(String(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      let parts = parts(pieces)
      #expect(parts.map(\.text).joined() == text)
      #expect(
        parts.filter { !$0.isThought }.map(\.text).joined() == "A <b \nYes.<thiny<think")
      #expect(!parts.contains { $0.text.isEmpty })
    }
  }

  @Test func aThoughtThatThePromptBeganEndsInTheAnswer() {
    let parts = parts(["so</th", "ink>ok"], startsInThought: true)
    #expect(parts.filter(\.isThought).map(\.text).joined() == "so</think>")
    #expect(parts.last?.text == "ok" && parts.last?.isThought == false)
  }
}
