import Sweeps
import Testing

struct SuccessiveHalvingTests {
  @Test func rungsGrowByEtaUpToAllPrompts() {
    #expect(SuccessiveHalving(eta: 3, minimum: 8, promptCount: 64).promptCounts == [8, 24, 64])
    #expect(SuccessiveHalving(eta: 2, minimum: 4, promptCount: 16).promptCounts == [4, 8, 16])
    #expect(SuccessiveHalving(eta: 3, minimum: 8, promptCount: 5).promptCounts == [5])
    #expect(SuccessiveHalving(eta: .max, minimum: 2, promptCount: 5).promptCounts == [2, 5])
  }

  @Test func theBestStayInTheirOrder() {
    let halving = SuccessiveHalving(eta: 3, minimum: 1, promptCount: 9)
    #expect(halving.survivors(of: [1, 9, 3, 9, 2, 8, .nan]) == [1, 3, 5])
    #expect(halving.survivors(of: [.nan, .nan, 0, .nan]) == [0, 2])
    #expect(halving.survivors(of: [5]) == [0])
    #expect(halving.survivors(of: []) == [])
    let greatest = SuccessiveHalving(eta: .max, minimum: 1, promptCount: 2)
    #expect(greatest.survivors(of: [1, 2, 0]) == [1])
  }

  @Test func equalScoresKeepTheEarlier() {
    #expect(
      SuccessiveHalving(eta: 2, minimum: 1, promptCount: 2).survivors(of: [1, 1, 1, 1]) == [0, 1])
  }
}
