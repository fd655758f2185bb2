import Foundation
import Testing

@Suite struct Drafts {
  /// The embedded model's own files.
  private static let embedded = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Vocab/storyteller").path

  /// The sequences of a JSON result as text, and its timings.
  private func run(_ arguments: String) throws -> (sequences: Substring, timings: [String: Any]) {
    let result = try DecodeProcess.run(arguments + " -n 40 --json --logprobs 2 -p Once")
    #expect(result.code == 0, "\(arguments): \(result.errors)")
    let output = result.output
    let start = try #require(output.range(of: "\"sequences\"")).lowerBound
    let end = try #require(output.range(of: "\"timings\"")).lowerBound
    return (output[start..<end], try #require(try result.object()["timings"] as? [String: Any]))
  }

  @Test(arguments: [
    "--temp 0", "-s 3", "-s 3 --num-return-sequences 4 --top-k 20 --repeat-penalty 1.2",
    "-s 3 --strategy arithmetic --num-return-sequences 3", "-s 4 --mirostat 2",
  ])
  func outputIsTheSameWithAndWithoutDrafts(arguments: String) throws {
    let plain = try run(arguments)
    #expect(plain.timings["drafted_tokens"] == nil)
    let looked = try run(arguments + " --prompt-lookup 6")
    #expect(looked.sequences == plain.sequences)
    #expect(looked.timings["drafted_tokens"] != nil)
    let iterated = try run(arguments + " --jacobi 4")
    #expect(iterated.sequences == plain.sequences)
    let (guessed, right) = (
      try #require(iterated.timings["drafted_tokens"] as? Int),
      try #require(iterated.timings["accepted_tokens"] as? Int)
    )
    #expect(guessed > 20 && right < guessed)
    let drafted = try run(arguments + " --draft-model \(Self.embedded)")
    #expect(drafted.sequences == plain.sequences)
    let count = try #require(drafted.timings["drafted_tokens"] as? Int)
    let accepted = try #require(drafted.timings["accepted_tokens"] as? Int)
    #expect(count > 0 && accepted <= count)
    // A model drafts right for itself, where it knows what the search does.
    if !arguments.contains("arithmetic"), !arguments.contains("mirostat") {
      #expect(accepted == count)
    }
  }

  @Test func streamedTextIsTheSame() throws {
    let plain = try DecodeProcess.run("-s 5 -n 60 -p Once")
    #expect(try DecodeProcess.run("-s 5 -n 60 --prompt-lookup 8 -p Once").output == plain.output)
  }

  @Test func acceptanceIsToldWhenAsked() throws {
    let errors = try DecodeProcess.run(
      "-v --temp 0 -n 20 --draft-model \(Self.embedded) -p Once"
    ).errors
    #expect(errors.contains("draft model: \(Self.embedded), Hugging Face"))
    #expect(errors.contains("(100.0 %)"))
  }

  @Test func draftsAreExplained() throws {
    let lookup = try DecodeProcess.run("--explain --prompt-lookup 6").output
    #expect(
      lookup.split(separator: "\n").contains {
        $0.split(separator: " ") == ["prompt_lookup_num_tokens", "6", "--prompt-lookup"]
      })
    let model = try DecodeProcess.run("--explain --draft-model \(Self.embedded)").output
    #expect(
      model.split(separator: "\n").contains {
        $0.hasPrefix("draft_model") && $0.hasSuffix("\(Self.embedded)  --draft-model")
      })
  }

  @Test(arguments: [
    ("--num-beams 2 --prompt-lookup 4", "prompt_lookup_num_tokens 4 has no effect under beam"),
    ("--prompt-lookup -1", "a whole number from 0 (off) to 1024; it can't be -1"),
    ("--num-beams 2 --jacobi 4", "jacobi_num_tokens 4 has no effect under beam"),
    (
      "--prompt-lookup 4 --jacobi 2",
      "--jacobi: jacobi_num_tokens 2 and prompt_lookup_num_tokens 4 (--prompt-lookup) would both draft"
    ),
    ("--guidance-scale 1.5 --jacobi 2", "--jacobi: drafted tokens can't be checked under guidance"),
    (
      "--jacobi 2 --draft-model EMBEDDED",
      "--draft-model and jacobi_num_tokens 2 (--jacobi) would both draft"
    ),
    ("--num-beams 2 --draft-model EMBEDDED", "under beam (num_beams 2 (--num-beams)) they compete"),
    (
      "--prompt-lookup 4 --draft-model EMBEDDED",
      "--draft-model and prompt_lookup_num_tokens 4 (--prompt-lookup) would both draft"
    ),
  ])
  func draftsThatMakeNoSenseAreRefused(arguments: String, sentence: String) throws {
    let result = try DecodeProcess.run(
      arguments.replacingOccurrences(of: "EMBEDDED", with: Self.embedded) + " x")
    #expect(result.code == 64 && result.output.isEmpty)
    #expect(result.errors.contains(sentence), "\(result.errors)")
    #expect(result.errors.filter(\.isNewline).count == 1)
  }

  @Test func draftModelThatIsNotThereIsNamed() throws {
    let result = try DecodeProcess.run("--draft-model /nope x")
    #expect(result.code == 1 && result.errors.contains("/nope: "))
  }
}
