import Foundation
import Generation
import TestSupport
import Testing

/// The settings of a report's best trial, as it prints them to be pasted.
@Suite struct SweepSettings {
  /// Settings that go together, as a sweep file has them. Each setting stands in one of them.
  private static let sets: [[(SettingKey, String)]] = [
    [
      (.doSample, "true"), (.topK, "40"), (.topP, "0.9"), (.minP, "0.01"), (.typicalP, "0.95"),
      (.epsilonCutoff, "0.0001"), (.etaCutoff, "0.0001"), (.topNSigma, "3"), (.topH, "0.9"),
      (.xtcProbability, "0.1"), (.xtcThreshold, "0.2"), (.dynamicTemperatureRange, "0.1"),
      (.dynamicTemperatureExponent, "1.5"), (.filterOrder, "llama.cpp"),
    ],
    [
      (.repetitionPenalty, "1.1"), (.frequencyPenalty, "-0.1"), (.presencePenalty, "0.1"),
      (.penaltyScope, "output"), (.repeatLastN, "32"), (.dryMultiplier, "0.8"), (.dryBase, "1.5"),
      (.dryAllowedLength, "3"), (.dryPenaltyLastN, "-1"), (.drySequenceBreakers, "[\"-\", \";\"]"),
      (.noRepeatNGramSize, "4"), (.badWords, "[wolf, -x]"), (.minNewTokens, "1"),
      (.stopStrings, "[\"it's\", \"-n\"]"), (.ignoreEndOfSequence, "true"),
    ],
    [(.dryMultiplier, "0.8"), (.drySequenceBreakers, "[]"), (.stopStrings, "null")],
    [(.dryMultiplier, "0.8"), (.drySequenceBreakers, "[none]")],
    [(.promptLookupCount, "4")], [(.temperature, "0")], [(.doSample, "false")],
    [(.mirostat, "2"), (.mirostatTau, "4"), (.mirostatEta, "0.2")],
    [(.penaltyAlpha, "0.6"), (.topK, "4")],
    [(.penaltyAlpha, "0.6"), (.topK, "4"), (.doSample, "false")],
    [(.beamCount, "3"), (.doSample, "false")],
    [(.beamCount, "3"), (.lengthPenalty, "-0.5"), (.earlyStopping, "never"), (.patience, "2")],
    [
      (.beamCount, "4"), (.beamGroupCount, "2"), (.diversityPenalty, "0.5"), (.paddingToken, "0"),
      (.earlyStopping, "true"),
    ],
    [(.strategy, "beam-sample"), (.beamCount, "2"), (.returnSequenceCount, "2")],
    [(.strategy, "contrastive"), (.penaltyAlpha, "0.6"), (.topK, "4")],
    [(.guidanceScale, "1.5"), (.negativePrompt, "\"\"")],
    [(.selection, "mbr"), (.selectionUtility, "token-f1"), (.returnSequenceCount, "3")],
    [(.selection, "vote"), (.selectionAnswer, "text"), (.returnSequenceCount, "3")],
    [
      (.logitBias, "{5: -1.5}"), (.sequenceBias, "[[[10, 45], -0.5]]"), (.badWordTokens, "[[7]]"),
      (.suppressTokens, "[5]"), (.beginSuppressTokens, "[6]"), (.forcedEndOfSequence, "2"),
      (.exponentialDecayLength, "[4, 1.05]"), (.endOfSequenceTokens, "[2]"),
    ],
  ]

  @Test func everySettingIsAmongThoseThatAreTried() {
    // The seed is the sweep's own, and every set has a limit.
    let tried = Set(Self.sets.joined().map(\.0)).union([.seed, .maxNewTokens])
    #expect(tried == Set(SettingKey.allCases))
  }

  @Test(arguments: sets.indices) func whatTheReportPrintsIsAcceptedAndMeansTheSame(
    index: Int
  ) throws {
    let defaults = Self.sets[index].map { "  \($0.rawValue): \($1)\n" }.joined()
    let files = try SweepFiles(
      """
      metric: {name: nll, goal: minimize}
      defaults:
      \(defaults)
      parameters: {max_new_tokens: {values: [3]}}

      """, prompts: #"{"prompt": "Once", "reference": "Once"}"# + "\n")
    let run = try files.run(into: "out")
    try #require(run.code == 0, "\(run.errors)")
    let page = try DecodeProcess.run(["sweep", "report", files.path("out"), "-o", "html"]).output
    let texts = page.components(separatedBy: "<pre>").dropFirst().map { part in
      part.components(separatedBy: "</pre>")[0].replacing("&quot;", with: "\"")
        .replacing("&#39;", with: "'").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
        .replacing("&amp;", with: "&")
    }
    let command = try #require(texts.first { $0.hasPrefix("decode ") })
    let configuration = try #require(texts.first { $0.hasPrefix("{") })
    try files.directory.write(Array(configuration.utf8), to: "generation_config.json")
    let byCommand = try settings("\(command) --explain", in: files)
    let byFile = try settings("decode --config generation_config.json PROMPT --explain", in: files)
    #expect(byCommand == byFile)
    let isForFile = Self.sets[index].contains { key, value in
      Self.needsFile.contains(key) || value == "[none]"
    }
    #expect(command.contains("--config") == isForFile)
  }

  private static let needsFile: Set<SettingKey> = [
    .logitBias, .sequenceBias, .badWordTokens, .suppressTokens, .beginSuppressTokens,
    .forcedEndOfSequence, .exponentialDecayLength, .endOfSequenceTokens, .paddingToken,
  ]

  /// The names and values that `--explain` lists for a line of a shell.
  private func settings(_ line: String, in files: SweepFiles) throws -> [String] {
    let result = try DecodeProcess.shell(
      "decode() { '\(DecodeProcess.path)' \"$@\"; }; cd '\(files.directory.path)' && " + line)
    #expect(result.code == 0, "\(line): \(result.errors)")
    let table = result.output.components(separatedBy: "\n\n")[0]
    return table.split(separator: "\n").dropFirst().filter { !$0.hasPrefix("do_sample ") }.map {
      $0.components(separatedBy: "  ").filter { !$0.isEmpty }.prefix(2)
        .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
    }
  }
}
