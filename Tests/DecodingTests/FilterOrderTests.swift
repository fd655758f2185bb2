import Decoding
import Testing

@Suite struct FilterOrderTests {
  @Test func namedOrdersAreThoseOfTheirProjects() throws {
    let all = FilterSettings(
      temperature: 0.7, topK: 40, topP: 0.9, minP: 0.1, typicalP: 0.9, epsilonCutoff: 0.01,
      etaCutoff: 0.01, topNSigma: 1, topH: 0.4, xtcProbability: 0.5)
    #expect(
      try FilterOrder.huggingFace.filters(all).map(\.name)
        == [
          "temperature", "top-k", "top-p", "min-p", "top-h", "typical", "epsilon", "eta",
          "top-n-sigma", "xtc",
        ])
    #expect(
      try FilterOrder.llamaCpp.filters(all).map(\.name)
        == ["top-n-sigma", "top-k", "typical", "top-p", "min-p", "xtc", "temperature"])
    #expect(
      try FilterOrder.mlx.filters(all).map(\.name)
        == ["top-p", "min-p", "xtc", "top-k", "temperature"])
    #expect(FilterOrder.mlx.absentees(all) == [.topH, .typical, .epsilon, .eta, .topNSigma])
    #expect(FilterOrder.huggingFace.absentees(all).isEmpty)
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

  @Test func dynamicTemperatureStandsForTheTemperature() throws {
    let settings = FilterSettings(temperature: 0.7, topK: 40, dynamicTemperatureRange: 0.5)
    for (order, names) in [
      (FilterOrder.huggingFace, ["dynatemp", "top-k"]), (.llamaCpp, ["top-k", "dynatemp"]),
      (.mlx, ["top-k", "temperature"]),
      (.list([.dynamicTemperature, .topK]), ["dynatemp", "top-k"]),
      (.list([.temperature]), ["temperature"]),
    ] {
      #expect(try order.filters(settings).map(\.name) == names)
    }
    #expect(FilterOrder.mlx.absentees(settings) == [.dynamicTemperature])
    #expect(FilterOrder.list([.dynamicTemperature]).absentees(settings) == [.topK])
    let filter = try FilterOrder.huggingFace.filters(settings).first as? DynamicTemperature
    #expect(filter?.center == 0.7)
  }

  @Test func ordersAreSpelledAsTheyAreParsed() throws {
    for order in [FilterOrder.huggingFace, .llamaCpp, .mlx, .list(FilterName.allCases)] {
      #expect(try FilterOrder(parsing: order.description) == order)
    }
  }

  @Test func filtersMayBeSpelledAsLlamaCppDoes() throws {
    let order = try FilterOrder(parsing: "top_n_sigma;top_k;typ_p;top_p;min_p;xtc;temperature")
    #expect(
      order == .list([.topNSigma, .topK, .typical, .topP, .minP, .xtc, .temperature]))
    for name in FilterName.allCases {
      #expect(FilterName(spelled: name.rawValue) == name)
      #expect(FilterName(spelled: String(name.rawValue.map { $0 == "-" ? "_" : $0 })) == name)
    }
    #expect(FilterName(spelled: "typical_p") == .typical)
    #expect(throws: DecodingError.self) { try FilterOrder(parsing: "top_k;top-k") }
    #expect(throws: DecodingError.self) { try FilterOrder(parsing: "penalties;top_k") }
  }

  @Test func activeFiltersAreThoseThatRun() throws {
    let settings = FilterSettings(
      temperature: 0.7, topK: 40, topNSigma: -1, xtcProbability: 0.5, dynamicTemperatureRange: 0.5)
    for order in [FilterOrder.huggingFace, .llamaCpp, .mlx, .list([.xtc, .temperature])] {
      #expect(
        try order.active(settings).map(\.rawValue) == order.filters(settings).map(\.name))
    }
  }

  @Test func idleSettingsAreRefused() throws {
    #expect(throws: DecodingError.self) { try FilterSettings(xtcThreshold: 0.2).refuseIdle() }
    #expect(throws: DecodingError.self) {
      try FilterSettings(dynamicTemperatureExponent: 2).refuseIdle()
    }
    try FilterSettings(xtcProbability: 0.5, xtcThreshold: 0.2).refuseIdle()
    try FilterSettings(dynamicTemperatureExponent: 1).refuseIdle()
  }

  @Test func neutralSettingsMakeNoFilters() throws {
    for order in [FilterOrder.huggingFace, .llamaCpp, .mlx] {
      #expect(try order.filters(FilterSettings()).isEmpty)
      let neutral = FilterSettings(
        temperature: 1, topK: 0, topP: 1, minP: 0, typicalP: 1, epsilonCutoff: 0, etaCutoff: 0,
        topNSigma: -1, xtcProbability: 0, dynamicTemperatureRange: 0)
      #expect(try order.filters(neutral).isEmpty)
      #expect(order.absentees(neutral).isEmpty)
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
