import JSON
import Sweeps
import Testing

struct GridSourceTests {
  private let space = ParameterSpace([
    Parameter(name: "temperature", distribution: .values([.number(0.5), .number(1)])),
    Parameter(name: "top_k", distribution: .integers(minimum: 1, maximum: 3)),
  ])

  private func texts(_ points: [[JSONMember]]) -> [String] {
    points.map { JSONValue.object($0).text }
  }

  @Test func theLastParameterVariesFastest() {
    var source = GridSource(spaces: [space], limit: nil)
    #expect(
      texts(source.next()) == [
        #"{"temperature": 0.5, "top_k": 1}"#, #"{"temperature": 0.5, "top_k": 2}"#,
        #"{"temperature": 0.5, "top_k": 3}"#, #"{"temperature": 1.0, "top_k": 1}"#,
        #"{"temperature": 1.0, "top_k": 2}"#, #"{"temperature": 1.0, "top_k": 3}"#,
      ])
    #expect(source.next().isEmpty)
  }

  @Test func spacesFollowEachOtherUpToTheLimit() {
    let beams = ParameterSpace([Parameter(name: "num_beams", distribution: .values([.integer(4)]))])
    var source = GridSource(spaces: [beams, space], limit: 3)
    #expect(
      texts(source.next()) == [
        #"{"num_beams": 4}"#, #"{"temperature": 0.5, "top_k": 1}"#,
        #"{"temperature": 0.5, "top_k": 2}"#,
      ])
  }

  @Test func stepsIncludeBothEndsWithoutDust() {
    let tenths = Distribution.quantised(minimum: 0.1, maximum: 0.7, step: 0.1)
    #expect(tenths.valueCount == 7)
    #expect(
      (0..<7).map { tenths.value(at: $0)?.text } == [
        "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7",
      ])
    #expect(Distribution.quantised(minimum: 0, maximum: 1, step: 0.3).valueCount == 4)
    #expect(Distribution.integers(minimum: -1, maximum: 1).valueCount == 3)
    #expect(tenths.value(at: 7) == nil)
    #expect(tenths.value(at: -1) == nil)
  }

  @Test func sizesThatOverflowAreNoGrid() {
    let all = Distribution.integers(minimum: .min, maximum: .max)
    #expect(all.valueCount == nil)
    let wide = Parameter(name: "seed", distribution: .integers(minimum: 0, maximum: .max - 1))
    #expect(ParameterSpace([wide, wide]).pointCount == nil)
    #expect(ParameterSpace([wide]).pointCount == .max)
    #expect(ParameterSpace([]).pointCount == 1)
  }

  @Test func everyPointIsMadeAloneAsInTheProduct() {
    for index in 0..<6 {
      var source = GridSource(spaces: [space], limit: nil)
      #expect(space.point(at: index) == source.next()[index])
    }
    #expect(space.point(at: 6) == nil)
  }
}
