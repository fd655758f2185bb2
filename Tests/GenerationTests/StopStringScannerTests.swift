import Generation
import LanguageModeling
import Testing

@Suite struct StopStringScannerTests {
  /// Where the text ends by the definition: before the stop string whose last byte comes first, of several the longest.
  private func cut(_ text: [UInt8], _ stops: [[UInt8]]) -> [UInt8]? {
    for end in 1..<max(text.count + 1, 1) {
      let found = stops.filter { $0.count <= end && Array(text[(end - $0.count)..<end]) == $0 }
      if let longest = found.map(\.count).max() { return Array(text[..<(end - longest)]) }
    }
    return nil
  }

  private struct Random {
    let noise: CounterNoise
    var position = 0
    init(_ seed: Int) {
      noise = CounterNoise(seed: UInt64(seed), prompt: PromptHash([]), sample: 0)
    }
    mutating func below(_ limit: Int) -> Int {
      position += 1
      return Int(noise.uniform(position: position) * Double(limit))
    }
    mutating func text(_ count: Int, over alphabet: [String]) -> String {
      (0..<count).map { _ in alphabet[below(alphabet.count)] }.joined()
    }
  }

  @Test func textEndsBeforeTheFirstStopStringHoweverItIsCut() {
    var stopped = 0
    for seed in 0..<3000 {
      var random = Random(seed)
      let alphabet = seed % 2 == 0 ? ["a", "b"] : ["a", "é", "😀", "\n"]
      let text = random.text(random.below(30), over: alphabet)
      let stops = (0..<random.below(4)).map { _ in random.text(1 + random.below(5), over: alphabet)
      }
      let expected = cut(Array(text.utf8), stops.map { Array($0.utf8) })
      if expected != nil { stopped += 1 }

      var scanner = StopStringScanner(stops)
      var emitted = ""
      var rest = text[...]
      while !rest.isEmpty {
        let piece = rest.prefix(1 + random.below(4))
        rest = rest.dropFirst(piece.count)
        emitted += scanner.append(String(piece))
        // Nothing is given out that would have to be taken back.
        #expect(text.utf8.starts(with: emitted.utf8))
        if let expected { #expect(emitted.utf8.count <= expected.count) }
      }
      #expect(scanner.isStopped == (expected != nil))
      if !scanner.isStopped { emitted += scanner.finish() }
      #expect(Array(emitted.utf8) == expected ?? Array(text.utf8))
    }
    #expect(stopped > 1000)
  }

  @Test func onlyAPossibleBeginningIsHeldBack() {
    var scanner = StopStringScanner(["\n\nQ:", "END"])
    #expect(scanner.append("one E") == "one ")
    #expect(scanner.append("N") == "")
    #expect(scanner.append("Z\n") == "ENZ")
    #expect(scanner.append("\n\n") == "\n")
    #expect(scanner.append("Q: no") == "")
    #expect(scanner.isStopped)
    #expect(scanner.append("more") == "")
  }

  @Test func whatIsNotShownStopsAndIsNeverGivenOut() {
    var scanner = StopStringScanner(["<|end|>", "a<x>b"])
    #expect(scanner.append("one a") == "one ")
    #expect(scanner.append("<x>", isShown: false) == "")
    #expect(scanner.append("c") == "ac")
    #expect(scanner.append("a") == "")
    var other = scanner
    #expect(scanner.append("<x>", isShown: false) + scanner.append("b") == "")
    #expect(scanner.isStopped)
    #expect(other.append("<|end|>", isShown: false) == "a")
    #expect(other.isStopped)
    var plain = StopStringScanner([])
    #expect(plain.append("<s>", isShown: false) == "" && plain.append("x") == "x")
  }

  @Test func withoutStopStringsEverythingPasses() {
    var scanner = StopStringScanner([])
    #expect(scanner.append("abc") == "abc")
    #expect(scanner.finish() == "")
    #expect(!scanner.isStopped)
  }

  @Test func copiesGoTheirOwnWays() {
    var first = StopStringScanner(["ab"])
    #expect(first.append("a") == "")
    var second = first
    #expect(first.append("b") == "")
    #expect(first.isStopped)
    #expect(second.append("c") == "ac")
    #expect(!second.isStopped)
  }
}
