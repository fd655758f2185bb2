import Sweeps
import Testing

struct ParetoFrontTests {
  @Test func isTheSetOfUndominatedPointsOnRandomGrids() {
    var stream = PhiloxStream(seed: 6, purpose: .randomSearch)
    for _ in 0..<200 {
      let points = (0..<stream.index(below: 12)).map { _ in
        // Few values, so that ties come often; some are undefined.
        (
          x: stream.index(below: 9) == 0 ? Double.nan : Double(stream.index(below: 5)),
          y: Double(stream.index(below: 5))
        )
      }
      let expected = points.indices.filter { index in
        let point = points[index]
        guard !point.x.isNaN, !point.y.isNaN else { return false }
        return !points.contains { other in
          other.x >= point.x && other.y >= point.y && (other.x > point.x || other.y > point.y)
        }
      }
      #expect(ParetoFront.indices(of: points) == expected)
    }
  }
}
