import Decoding
import Testing

@Suite struct FilterOrderTests {
  @Test func namedOrdersAreThoseOfTheirProjects() throws {
    let settings = FilterSettings(temperature: 0.7, topK: 40, topP: 0.9)
    #expect(
      try FilterOrder(parsing: "huggingface").filters(settings).map(\.name)
        == ["temperature", "top-k", "top-p"])
    #expect(
      try FilterOrder(parsing: "llama.cpp").filters(settings).map(\.name)
        == ["top-k", "top-p", "temperature"])
    #expect(
      try FilterOrder(parsing: "mlx").filters(settings).map(\.name)
        == ["top-p", "top-k", "temperature"])
    #expect(
      try FilterOrder(parsing: "top-p;temperature").filters(settings).map(\.name)
        == ["top-p", "temperature"])
  }

  @Test func neutralSettingsMakeNoFilters() throws {
    for order in [FilterOrder.huggingFace, .llamaCpp, .mlx] {
      #expect(try order.filters(FilterSettings()).isEmpty)
      #expect(try order.filters(FilterSettings(temperature: 1, topK: 0, topP: 1)).isEmpty)
    }
  }

  @Test func theOrderSettlesTheEdges() throws {
    let tied: [Float] = [1, 2, 2, 2, 0]
    for (order, count) in [
      (FilterOrder.huggingFace, 3), (.llamaCpp, 2), (.mlx, 2), (.list([.topK]), 3),
    ] {
      var candidates = Candidates(tied)
      for filter in try order.filters(FilterSettings(topK: 2)) { filter.apply(to: &candidates) }
      #expect(candidates.count == count)
    }
    #expect(try FilterOrder.mlx.filters(FilterSettings(topP: 0)).isEmpty)
    #expect(try FilterOrder.huggingFace.filters(FilterSettings(topP: 0)).count == 1)
  }

  @Test func badListsAreRefused() {
    for text in ["", "top-q", "top-k;;top-p", "top-k;top-k", "llama"] {
      #expect(throws: DecodingError.self) { try FilterOrder(parsing: text) }
    }
  }
}
