import Sweeps
import Testing

struct PromptSplitTests {
  @Test(arguments: [0.0, 0.1, 0.5, 0.9, 0.999], [0, 1, 2, 3, 10, 101])
  func everyPromptIsOnOneSide(holdout: Double, promptCount: Int) {
    let split = PromptSplit(promptCount: promptCount, holdout: holdout, seed: 3)
    if holdout == 0 || promptCount < 2 {
      #expect(split.selection == Array(0..<promptCount))
      #expect(split.report == split.selection)
    } else {
      #expect((split.selection + split.report).sorted() == Array(0..<promptCount))
      #expect(!split.selection.isEmpty && !split.report.isEmpty)
      #expect(abs(Double(split.report.count) - holdout * Double(promptCount)) <= 1)
    }
  }

  @Test func theSeedDecides() {
    let first = PromptSplit(promptCount: 50, holdout: 0.5, seed: 1)
    #expect(first == PromptSplit(promptCount: 50, holdout: 0.5, seed: 1))
    #expect(first != PromptSplit(promptCount: 50, holdout: 0.5, seed: 2))
  }
}
