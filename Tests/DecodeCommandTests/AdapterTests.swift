import Foundation
import TestSupport
import Testing

/// `--lora`, `--lora-scaled`, `merge`, and `inspect` of adapters.
@Suite struct Adapters {
  private func tokens(_ arguments: [String]) throws -> [Int] {
    let object = try DecodeProcess.run(
      ["Once upon a time", "--temp", "0", "-n", "24", "--json"] + arguments
    ).object()
    let sequences = try #require(object["sequences"] as? [[String: Any]])
    return try #require(sequences.first?["tokens"] as? [Int])
  }

  @Test func anAdapterChangesTheTextAndItsScaleHowMuch() throws {
    let adapter = try EmbeddedAdapter.make()
    let base = try tokens([])
    #expect(try tokens(["--lora", adapter.path]) != base)
    #expect(try tokens(["--lora-scaled", "\(adapter.path):0"]) == base)
    let whole = try tokens(["--lora", adapter.path])
    #expect(try tokens(["--lora-scaled", "\(adapter.path):1"]) == whole)
    #expect(try tokens(["--adapter-path", adapter.path]) == whole)
    // 64 / 2 once is 16 / 2 four times.
    let weaker = try EmbeddedAdapter.make(alpha: 16)
    #expect(try tokens(["--lora-scaled", "\(weaker.path):4"]) == whole)
    #expect(
      try tokens(["--lora-scaled", "\(weaker.path):1", "--lora-scaled", "\(weaker.path):3"])
        == whole)
  }

  @Test func adaptersStandAmongTheSettings() throws {
    let adapter = try EmbeddedAdapter.make()
    let object = try DecodeProcess.run([
      "-n", "1", "--json", "--lora", adapter.path, "--lora-scaled", "\(adapter.path):0.5",
    ]).object()
    let settings = try #require(object["settings"] as? [String: Any])
    let lora = try #require(settings["lora"] as? [[String: Any]])
    #expect(lora.map { $0["path"] as? String } == [adapter.path, adapter.path])
    #expect(lora.map { $0["scale"] as? Double } == [1, 0.5])
    let plain = try DecodeProcess.run("-n 1 --json").object()
    #expect((plain["settings"] as? [String: Any])?["lora"] == nil)
    #expect(
      try DecodeProcess.run(["--explain", "--lora", adapter.path]).output.contains(adapter.path))
  }

  @Test func scoresAreThoseOfTheAdaptedModel() throws {
    let adapter = try EmbeddedAdapter.make()
    func nll(_ arguments: [String]) throws -> Double {
      let object = try DecodeProcess.run(["score", "Once upon a time", "--json"] + arguments)
        .object()
      return try #require(object["nll"] as? Double)
    }
    let base = try nll([])
    #expect(try nll(["--lora", adapter.path]) != base)
    #expect(try nll(["--lora-scaled", "\(adapter.path):0"]) == base)
  }

  @Test func aMergedModelSaysWhatTheAdaptedOneDoes() throws {
    let adapter = try EmbeddedAdapter.make()
    let directory = try TemporaryDirectory()
    let merged = directory.file("merged")
    let run = try DecodeProcess.run([
      "merge", "--lora", adapter.path, "--out", merged, "--dtype", "float32",
    ])
    #expect(run.code == 0 && run.output.isEmpty, "\(run.errors)")
    #expect(try tokens(["-m", merged]) == tokens(["--lora", adapter.path]))
    let again = try DecodeProcess.run(["merge", "--lora", adapter.path, "--out", merged])
    #expect(again.code == 1 && again.errors.contains("exists already"))
    #expect(try DecodeProcess.run(["merge", "--out", directory.file("x")]).code == 64)
  }

  @Test func anAdapterIsInspected() throws {
    let adapter = try EmbeddedAdapter.make()
    let object = try DecodeProcess.run(["inspect", adapter.path, "--json"]).object()
    #expect(object["format"] as? String == "PEFT adapter")
    let summary = try #require(object["adapter"] as? [String: Any])
    #expect(summary["targets"] as? [String] == ["q_proj", "v_proj"])
    let modules = try #require(summary["modules"] as? [[String: Any]])
    #expect(modules.count == 2)
    #expect(modules.allSatisfy { $0["rank"] as? Int == 2 && $0["scale"] as? Double == 32 })
    let text = try DecodeProcess.run(["inspect", adapter.path]).output
    #expect(text.contains("model.layers.0.self_attn.q_proj") && text.contains("32"))
  }

  @Test func whatCantBeUsedIsRefusedInOneLine() throws {
    let adapter = try EmbeddedAdapter.make()
    func run(_ arguments: [String]) throws -> ProcessResult {
      let result = try DecodeProcess.run(["-n", "1"] + arguments)
      #expect(result.output.isEmpty)
      #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
      return result
    }
    #expect(try run(["--lora", "/nowhere"]).code == 1)
    #expect(try run(["--lora-scaled", adapter.path]).code == 64)
    #expect(try run(["--lora-scaled", "\(adapter.path):much"]).code == 64)
    #expect(try run(["--lora-scaled", "\(adapter.path):nan"]).code == 64)
    #expect(try run(["--lora", try EmbeddedAdapter.modelPath()]).errors.contains("as the model"))
    #expect(try run(["-m", adapter.path]).errors.contains("adapter"))
  }
}
