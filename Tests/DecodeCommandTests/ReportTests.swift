import Foundation
import TestSupport
import Testing

@Suite struct Scores {
  @Test func numbersFollowFromTheLogProbabilities() throws {
    let text = "Once upon a time, 😀."
    let object = try DecodeProcess.run(["score", text, "--json", "--top-logprobs", "3"]).object()
    let tokens = try #require(object["tokens"] as? [Int])
    let logprobs = try #require(object["token_logprobs"] as? [Any])
    #expect(logprobs.count == tokens.count && logprobs.first is NSNull)
    let values = logprobs.dropFirst().compactMap { $0 as? Double }
    let sum = values.reduce(0, +)
    func close(_ key: String, _ expected: Double) throws {
      let actual = try #require(object[key] as? Double)
      #expect(abs(actual - expected) <= 1e-9 * abs(expected))
    }
    try close("nll", -sum / Double(values.count))
    try close("perplexity", exp(-sum / Double(values.count)))
    try close("bits_per_byte", -sum / log(2) / Double(text.utf8.count))
    let next = try #require(object["next"] as? [[String: Any]])
    #expect(next.count == 3 && next.allSatisfy { $0["piece"] is String })
  }

  @Test func scoreAgreesWithWhatGenerationReported() throws {
    let generated = try DecodeProcess.run("-p Once -n 12 -s 4 --json").object()
    let sequence = try #require((generated["sequences"] as? [[String: Any]])?.first)
    let prompt = try #require(generated["prompt_tokens"] as? [Int])
    let tokens = prompt + (try #require(sequence["tokens"] as? [Int]))
    let scored = try DecodeProcess.run([
      "score", "--json", "--prompt-tokens", tokens.map(String.init).joined(separator: ","),
    ]).object()
    let logprobs = try #require(scored["token_logprobs"] as? [Any]).compactMap { $0 as? Double }
    #expect(logprobs.suffix(12) == (sequence["token_logprobs"] as? [Double])?[...])
  }

  @Test func singleTokenHasNothingToCount() throws {
    let object = try DecodeProcess.run("score --prompt-tokens 1 --json").object()
    #expect(object["nll"] is NSNull && object["perplexity"] is NSNull)
    #expect(try DecodeProcess.run("score --prompt-tokens 1").output.contains("nll            -\n"))
  }
}

@Suite struct Distributions {
  @Test(arguments: [
    "--temp 0", "-s 1 --top-k 5", "-s 1 --mirostat 1", "-s 1 --mirostat 2",
    "-s 1 --strategy arithmetic --num-return-sequences 2",
    "--num-beams 3 --num-return-sequences 2",
    "--num-beams 4 --num-beam-groups 2 --diversity-penalty 0.5 --num-return-sequences 2",
    "-s 1 --strategy beam-sample --num-beams 3 --num-return-sequences 2",
    "-s 1 --strategy stochastic-beam --num-beams 2",
  ])
  func everyStrategyTellsThemForEachToken(strategy: String) throws {
    let object = try DecodeProcess.run(strategy + " -p Once -n 8 --json --logprobs 3").object()
    let sequences = try #require(object["sequences"] as? [[String: Any]])
    #expect(!sequences.isEmpty)
    for sequence in sequences {
      let tokens = try #require(sequence["tokens"] as? [Int])
      let raw = try #require(sequence["token_logprobs"] as? [Double])
      let processed = try #require(sequence["processed_logprobs"] as? [Double])
      let entropies = try #require(sequence["entropies"] as? [Double])
      let top = try #require(sequence["top_logprobs"] as? [[[String: Any]]])
      #expect(
        [raw.count, processed.count, entropies.count, top.count]
          == Array(repeating: tokens.count, count: 4))
      #expect(abs((sequence["logprob"] as? Double ?? 0) - raw.reduce(0, +)) < 1e-9)
      #expect(entropies.allSatisfy { $0 >= 0 })
      for (index, alternatives) in top.enumerated() {
        let logprobs = alternatives.compactMap { $0["logprob"] as? Double }
        #expect(logprobs.count == 3 && logprobs == logprobs.sorted(by: >))
        #expect(logprobs[0] >= raw[index] && alternatives.allSatisfy { $0["piece"] is String })
        if let place = alternatives.firstIndex(where: { $0["id"] as? Int == tokens[index] }) {
          #expect(logprobs[place] == raw[index])
        }
      }
    }
  }
}

extension Distributions {
  private func sequences(_ arguments: String) throws -> [[String: Any]] {
    let object = try DecodeProcess.run(arguments + " -p Once -n 8 --json --logprobs 2").object()
    return try #require(object["sequences"] as? [[String: Any]])
  }

  @Test func processedLogProbabilitiesAreThoseOfWhatWasDrawnFrom() throws {
    // One candidate is certain, whatever the model thinks of it; greedy search draws from the model's own distribution.
    let certain = try sequences("-s 1 --top-k 1")[0]
    #expect(try #require(certain["processed_logprobs"] as? [Double]).allSatisfy { $0 == 0 })
    #expect(try #require(certain["token_logprobs"] as? [Double]).contains { $0 < -0.1 })
    let greedy = try sequences("--temp 0")[0]
    #expect(greedy["processed_logprobs"] as? [Double] == greedy["token_logprobs"] as? [Double])
    // A beam's are what its score is made of.
    for beam in try sequences("--num-beams 4 --num-return-sequences 4 --repetition-penalty 1.3") {
      let processed = try #require(beam["processed_logprobs"] as? [Double])
      let mean = processed.reduce(0, +) / Double(processed.count)
      #expect(abs(try #require(beam["score"] as? Double) - mean) < 1e-9)
    }
  }
}

@Suite struct Inspections {
  private static let model = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Vocab/storyteller").path

  @Test func directoryAndItsWeightsHoldTheSameTensors() throws {
    let directory = try DecodeProcess.run(["inspect", Self.model, "--json"]).object()
    let weights = try DecodeProcess.run([
      "inspect", "\(Self.model)/model.safetensors", "-o", "json",
    ]).object()
    #expect(directory["architecture"] as? String == "llama")
    #expect((directory["tokenizer"] as? [String: Any])?["tokens"] as? Int == 4096)
    #expect(directory["parameters"] as? Int == weights["parameters"] as? Int)
    let tensors = try #require(directory["tensors"] as? [[String: Any]])
    #expect(try tensors.count == #require(weights["tensors"] as? [[String: Any]]).count)
    let bytes = tensors.compactMap { $0["bytes"] as? Int }.reduce(0, +)
    #expect(bytes == directory["bytes"] as? Int)
    let metadata = try #require(directory["metadata"] as? [String: Any])
    #expect(metadata["model_type"] as? String == "llama")
  }

  @Test func textNamesTypesAndTensors() throws {
    let output = try DecodeProcess.run(["inspect", Self.model]).output
    #expect(output.contains("format        Hugging Face directory\n"))
    #expect(output.contains("architecture  llama\n"))
    #expect(output.contains("model.embed_tokens.weight"))
  }

  @Test func vocabularyIsCounted() throws {
    let object = try DecodeProcess.run(["inspect", "\(Self.model)/tokenizer.model", "--json"])
      .object()
    let tokenizer = try #require(object["tokenizer"] as? [String: Any])
    #expect(tokenizer["kind"] as? String == "SentencePiece" && tokenizer["tokens"] as? Int == 4096)
  }
}

@Suite struct Benchmarks {
  @Test func everyTestIsNamedAndTimed() throws {
    let object = try DecodeProcess.run("bench -p 8,16 -n 4 -b 1,3 -r 2 -t 2 --json").object()
    #expect(object["compute_type"] as? String == "float32" && object["threads"] as? Int == 2)
    let results = try #require(object["results"] as? [[String: Any]])
    #expect(results.compactMap { $0["test"] as? String } == ["pp8", "pp16", "tg4", "tg4x3"])
    #expect(
      results.allSatisfy { ($0["tokens_per_second"] as? Double ?? 0) > 0 && $0["stddev"] is Double }
    )
  }

  @Test func depthNamesTestsAsLlamaBenchDoes() throws {
    let object = try DecodeProcess.run("bench -p 8 -n 4 -b 1,3 -d 0,40 -r 1 -t 2 --json").object()
    let results = try #require(object["results"] as? [[String: Any]])
    #expect(
      results.compactMap { $0["test"] as? String }
        == ["pp8", "tg4", "tg4x3", "pp8 @ d40", "tg4 @ d40", "tg4x3 @ d40"])
    #expect(results.compactMap { $0["depth"] as? Int } == [0, 0, 0, 40, 40, 40])
    #expect(results.compactMap { $0["sequences"] as? Int } == [1, 1, 3, 1, 1, 3])
  }

  @Test func withoutDepthPromptsHaveNoContextAndGenerationsTheUsualOne() throws {
    let object = try DecodeProcess.run("bench -p 8 -n 4 -b 2 -r 1 --json").object()
    let results = try #require(object["results"] as? [[String: Any]])
    #expect(results.compactMap { $0["depth"] as? Int } == [0, 128])
  }

  @Test func ofTwoRepetitionsTheMedianIsTheMeanAndTheBestIsAboveIt() throws {
    let object = try DecodeProcess.run(
      "bench -p 8,16 -n 4 -b 1,2 -r 2 --cache-type float16 --json"
    ).object()
    #expect(object["cache_type"] as? String == "float16")
    let results = try #require(object["results"] as? [[String: Any]])
    #expect(results.count == 4)
    for result in results {
      let best = try #require(result["best"] as? Double)
      let median = try #require(result["median"] as? Double)
      let mean = try #require(result["tokens_per_second"] as? Double)
      let deviation = try #require(result["stddev"] as? Double)
      #expect(abs(median - mean) < 1e-9 * mean)
      #expect(abs(best - (mean + deviation / 2.squareRoot())) < 1e-6 * mean)
    }
  }

  @Test func tableHasOneRowForEachTest() throws {
    let result = try DecodeProcess.run("bench -p 8 -n 0 -r 1")
    #expect(result.lines.count == 2 && result.lines[1].contains("pp8"))
  }
}
