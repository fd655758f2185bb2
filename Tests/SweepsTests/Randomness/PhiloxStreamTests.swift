import LanguageModeling
import Sweeps
import Testing

struct PhiloxStreamTests {
  @Test func isThePhiloxWordsInOrder() {
    var stream = PhiloxStream(seed: 0x0123_4567_89AB_CDEF, purpose: .bootstrap)
    let generator = Philox4x32(key: SIMD2(0x89AB_CDEF, 0x0123_4567))
    for index in 0..<5 as Range<UInt32> {
      let words = generator.words(
        at: SIMD4(index, 0, PhiloxStream.Purpose.bootstrap.rawValue, 0x5357))
      #expect(stream.next() == UInt64(words.x) << 32 | UInt64(words.y))
      #expect(stream.next() == UInt64(words.z) << 32 | UInt64(words.w))
    }
  }

  @Test func purposesShareNoWords() {
    var bootstrap = PhiloxStream(seed: 1, purpose: .bootstrap)
    var search = PhiloxStream(seed: 1, purpose: .randomSearch)
    let words = Set((0..<100).map { _ in bootstrap.next() })
    #expect(words.isDisjoint(with: (0..<100).map { _ in search.next() }))
  }

  @Test(arguments: [1, 2, 3, 7, 10])
  func indicesAreEven(count: Int) {
    var stream = PhiloxStream(seed: 5, purpose: .randomSearch)
    var counts = Array(repeating: 0, count: count)
    for _ in 0..<1_000 * count { counts[stream.index(below: count)] += 1 }
    let chiSquare = counts.reduce(0) { $0 + Double(($1 - 1_000) * ($1 - 1_000)) / 1_000 }
    // The 99.9 % quantile of 9 degrees of freedom, the most here.
    #expect(chiSquare < 27.9)
  }

  @Test func everyPermutationIsAsProbable() {
    var stream = PhiloxStream(seed: 5, purpose: .promptOrder)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 { counts[stream.permutation(of: 4), default: 0] += 1 }
    #expect(counts.count == 24)
    let chiSquare = counts.values.reduce(0) { $0 + Double(($1 - 1_000) * ($1 - 1_000)) / 1_000 }
    // The 99.9 % quantile of 23 degrees of freedom.
    #expect(chiSquare < 49.7)
  }
}
