import Decoding
import Foundation
import Testing

@Suite struct FilterOrderTests {
  @Test func namedOrdersAreThoseOfTheirProjects() throws {
    let all = Parameters {
      $0.temperature = 0.7
      $0.topK = 40
      $0.topP = 0.9
      $0.minP = 0.1
      $0.typicalP = 0.9
      $0.epsilonCutoff = 0.01
      $0.etaCutoff = 0.01
      $0.topNSigma = 1
      $0.topH = 0.4
      $0.xtcProbability = 0.5
    }
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
    #expect(
      FilterOrder.mlx.omittedFilters(all).map(\.name)
        == ["top-h", "typical", "epsilon", "eta", "top-n-sigma"])
    #expect(FilterOrder.huggingFace.omittedFilters(all).isEmpty)
    let settings = Parameters {
      $0.temperature = 0.7
      $0.topK = 40
      $0.topP = 0.9
    }
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
    let settings = Parameters {
      $0.temperature = 0.7
      $0.topK = 40
      $0.dynamicTemperatureRange = 0.5
    }
    for (order, names) in [
      (FilterOrder.huggingFace, ["dynatemp", "top-k"]), (.llamaCpp, ["top-k", "dynatemp"]),
      (.mlx, ["top-k", "temperature"]),
      (.list(["dynatemp", "top-k"]), ["dynatemp", "top-k"]),
      (.list(["temperature"]), ["temperature"]),
    ] {
      #expect(try order.filters(settings).map(\.name) == names)
    }
    #expect(FilterOrder.mlx.omittedFilters(settings).map(\.name) == ["dynatemp"])
    #expect(FilterOrder.list(["dynatemp"]).omittedFilters(settings).map(\.name) == ["top-k"])
    let filter = try FilterOrder.huggingFace.filters(settings).first as? DynamicTemperature
    #expect(filter?.center == 0.7)
  }

  @Test func ordersAreSpelledAsTheyAreParsed() throws {
    for order in [
      FilterOrder.huggingFace, .llamaCpp, .mlx, .list(FilterCatalogue.ordered.map(\.name)),
    ] {
      #expect(try FilterOrder(parsing: order.description) == order)
    }
  }

  @Test func filtersMayBeSpelledAsLlamaCppDoes() throws {
    let order = try FilterOrder(parsing: "top_n_sigma;top_k;typ_p;top_p;min_p;xtc;temperature")
    #expect(
      order.names == ["top-n-sigma", "top-k", "typical", "top-p", "min-p", "xtc", "temperature"])
    for name in FilterCatalogue.ordered.map(\.name) {
      #expect(try FilterOrder(parsing: name) == .list([name]))
      #expect(
        try FilterOrder(parsing: String(name.map { $0 == "-" ? "_" : $0 })) == .list([name]))
    }
    #expect(try FilterOrder(parsing: "typical_p") == .list(["typical"]))
    #expect(throws: DecodingFailure.self) { try FilterOrder(parsing: "top_k;top-k") }
    #expect(throws: DecodingFailure.self) { try FilterOrder(parsing: "penalties;top_k") }
  }

  @Test func activeFiltersAreThoseThatRun() throws {
    let settings = Parameters {
      $0.temperature = 0.7
      $0.topK = 40
      $0.topNSigma = -1
      $0.xtcProbability = 0.5
      $0.dynamicTemperatureRange = 0.5
    }
    for order in [FilterOrder.huggingFace, .llamaCpp, .mlx, .list(["xtc", "temperature"])] {
      #expect(
        try order.active(settings).map(\.name) == order.filters(settings).map(\.name))
    }
  }

  @Test func parametersOfFiltersNeedTheirSwitches() {
    for filter in FilterCatalogue.entries {
      for parameter in filter.parameters.dropFirst() {
        #expect(parameter.needs == [filter.switch])
      }
    }
  }

  @Test func whatNoOrderMovesComesLast() throws {
    let parameters = Parameters {
      $0.temperature = 0.5
      $0.adaptiveP = 0.4
      $0.topK = 3
    }
    for order in [FilterOrder.huggingFace, .llamaCpp, .mlx, .list(["top-k", "temperature"])] {
      #expect(try order.filters(parameters).map(\.name).last == "adaptive-p")
      #expect(try order.filters(parameters).count == 3)
    }
    var mirostat = parameters
    mirostat.mirostat = .second
    #expect(try FilterOrder.mlx.filters(mirostat).map(\.name) == ["temperature", "mirostat"])
  }

  @Test func neutralSettingsMakeNoFilters() throws {
    for order in [FilterOrder.huggingFace, .llamaCpp, .mlx] {
      #expect(try order.filters(Parameters()).isEmpty)
      let neutral = Parameters {
        $0.temperature = 1
        $0.topK = 0
        $0.topP = 1
        $0.minP = 0
        $0.typicalP = 1
        $0.epsilonCutoff = 0
        $0.etaCutoff = 0
        $0.topNSigma = -1
        $0.xtcProbability = 0
        $0.pLess = false
        $0.minK = nil
        $0.adaptiveP = -1
        $0.dynamicTemperatureRange = 0
      }
      #expect(try order.filters(neutral).isEmpty)
      #expect(order.omittedFilters(neutral).isEmpty)
    }
  }

  @Test func theOrderSettlesTheEdges() throws {
    let tied: [Float] = [1, 2, 2, 2, 0]
    for (order, count) in [
      (FilterOrder.huggingFace, 3), (.llamaCpp, 2), (.mlx, 2), (.list(["top-k"]), 3),
    ] {
      var candidates = Candidates(tied)
      for filter in try order.filters(Parameters { $0.topK = 2 }) { filter.apply(to: &candidates) }
      #expect(candidates.count == count)
    }
    #expect(try FilterOrder.mlx.filters(Parameters { $0.topP = 0 }).isEmpty)
    #expect(try FilterOrder.huggingFace.filters(Parameters { $0.topP = 0 }).count == 1)
  }

  @Test func badListsAreRefused() {
    for text in ["", "top-q", "top-k;;top-p", "top-k;top-k", "llama"] {
      #expect(throws: DecodingFailure.self) { try FilterOrder(parsing: text) }
    }
  }

  @Test func theArticleListsEveryOrderAsItIs() throws {
    let article = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Sources/Decoding/Decoding.docc/FilterOrderAndEdges.md"),
      encoding: .utf8)
    for order in [FilterOrder.huggingFace, .llamaCpp, .mlx] {
      let names = order.names.joined(separator: ", ")
      #expect(article.contains("| `\(order)` | \(names) |\n"))
    }
  }
}
