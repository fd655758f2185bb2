import Decoding
import Foundation
import Generation
import Testing

/// Each setting is declared once, beside what it belongs to.
@Suite struct Catalogue {
  /// The source files of the package, by their paths under `Sources`, without comments.
  private static let sources: [String: String] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Sources").standardizedFileURL
    var sources: [String: String] = [:]
    let paths = FileManager.default.enumerator(atPath: folder.path)
    while let path = paths?.nextObject() as? String {
      guard path.hasSuffix(".swift"),
        let text = try? String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
      else { continue }
      sources[path] = text.split(separator: "\n")
        .map { $0.components(separatedBy: "//")[0] }.joined(separator: "\n")
    }
    return sources
  }()

  /// The files that name any of `words` as a whole.
  private func files(naming words: [String]) -> [String] {
    var found: [String] = []
    for (path, text) in Self.sources {
      let isNamed = words.contains { word in
        text.ranges(of: word).contains { Self.isWhole($0, in: text) }
      }
      if isNamed { found.append(path) }
    }
    return found.sorted()
  }

  private static func isWhole(_ range: Range<String.Index>, in text: String) -> Bool {
    func isPartOfAName(_ character: Character?) -> Bool {
      guard let character else { return false }
      return character.isLetter || character.isNumber || character == "_"
    }
    let after = range.upperBound < text.endIndex ? text[range.upperBound] : nil
    return !isPartOfAName(text[..<range.lowerBound].last) && !isPartOfAName(after)
  }

  /// Its type, its key, its flag: in its own file, in a list, and in the line of the flag.
  @Test func aFilterIsNamedInAtMostFourFiles() {
    let types = [
      "dynatemp": "DynamicTemperature", "epsilon": "EpsilonCutoff", "eta": "EtaCutoff",
      "min-p": "MinP", "top-h": "TopH", "top-n-sigma": "TopNSigma", "top-p": "TopP",
      "typical": "Typical", "xtc": "XTC", "p-less": "PLess", "min-k": "MinK",
      "mirostat": "Mirostat", "adaptive-p": "AdaptiveP",
    ]
    // Temperature 0 chooses greedy search, dynamic temperature moves it, and contrastive search counts with top-k.
    let filters = FilterCatalogue.entries.filter { !["temperature", "top-k"].contains($0.name) }
    #expect(Set(filters.map(\.name)) == Set(types.keys))
    for filter in filters {
      guard let type = types[filter.name] else { continue }
      let names = filter.parameters.flatMap { parameter in
        ["\"\(parameter.key)\"", "--\(parameter.flag?.name ?? parameter.key)"]
      }
      // OpenAI's own fields have some of these names, whatever filters there are.
      let found = files(naming: [type] + names).filter { !$0.hasPrefix("Serving/") }
      #expect((2...4).contains(found.count), "\(filter.name): \(found)")
    }
  }

  /// Its type and name: in its own file, in that of its search, in a list, and in the line of a flag.
  @Test func aStrategyIsNamedInAtMostFourFiles() {
    let types = [
      "greedy": "GreedySearch", "sample": "Sampling", "beam": "BeamSearch",
      "diverse-beam": "DiverseBeamSearch", "beam-sample": "BeamSampling",
      "stochastic-beam": "StochasticBeamSearch", "arithmetic": "ArithmeticSampling",
      "contrastive": "ContrastiveSearch", "diffusion": "Diffusion",
    ]
    #expect(Set(StrategyCatalogue.entries.map(\.name)) == Set(types.keys))
    for (name, type) in types {
      // “sample” is also what the JSON calls the number of one.
      let spelled = name == "sample" ? [] : ["\"\(name)\""]
      let found = files(naming: [type, "--strategy \(name)"] + spelled)
      #expect((1...4).contains(found.count), "\(name): \(found)")
    }
  }

  @Test func everySettingHasWords() {
    for parameter in SettingCatalogue.parameters {
      #expect(!parameter.expectation.isEmpty && parameter.help.hasSuffix("."), "\(parameter)")
      #expect(parameter.help.first?.isUppercase == true, "\(parameter)")
      if let neutral = parameter.neutral, !neutral.isEmpty {
        #expect(parameter.accepts(neutral) && parameter.isNeutral(neutral), "\(parameter)")
      }
    }
    let flags = SettingCatalogue.parameters.compactMap(\.flag)
    let names = flags.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
  }

  @Test func parametersAreNeutralUntilTheyAreSet() {
    var parameters = Parameters()
    #expect(parameters.topK == 0 && parameters.dryBase == 1.75 && parameters.topH == nil)
    parameters.topK = 5
    parameters.set(TopP.mass.erased, to: .integer(1))
    #expect(parameters[TopK.count] == 5 && parameters != Parameters())
    parameters.topK = 0
    #expect(parameters == Parameters() && parameters.hashValue == Parameters().hashValue)
    parameters.set(Mirostat.version.erased, to: .integer(2))
    #expect(parameters.mirostat == .second)
    parameters.set(Mirostat.version.erased, to: .integer(7))
    #expect(parameters.mirostat == nil)
  }
}
