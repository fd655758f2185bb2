import Foundation
import TestSupport
import Testing

/// How the command finds the model that it is told of, and what it says of oddities in the model's files.
@Suite struct ModelPathTests {
  /// Puts links to the embedded model's files into a directory.
  private func link(into path: String, without names: Set<String> = []) throws {
    let source = try EmbeddedAdapter.modelPath()
    let manager = FileManager.default
    try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
    for name in try manager.contentsOfDirectory(atPath: source) where !names.contains(name) {
      try manager.createSymbolicLink(
        atPath: "\(path)/\(name)", withDestinationPath: "\(source)/\(name)")
    }
  }

  private let arguments = ["tokenize", "Once", "--format", "json"]

  @Test func aTildeInTheEnvironmentIsTheHomeDirectory() throws {
    let home = try TemporaryDirectory()
    try link(into: home.file("model"))
    let result = try DecodeProcess.run(
      arguments, environment: ["HOME": home.path, "DECODE_MODEL": "~/model"])
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output == (try DecodeProcess.run(arguments)).output)
  }

  @Test func aNameOfTheHubIsFoundOnThisMachineAlone() throws {
    let home = try TemporaryDirectory()
    let repository = home.file("hub/models--org--tiny")
    try link(into: "\(repository)/snapshots/0123abcd")
    try FileManager.default.createDirectory(
      atPath: "\(repository)/refs", withIntermediateDirectories: true)
    try "0123abcd\n".write(toFile: "\(repository)/refs/main", atomically: false, encoding: .utf8)
    let environment = ["HF_HOME": home.path]
    let found = try DecodeProcess.run(
      arguments + ["-m", "org/tiny"], environment: environment)
    #expect(found.code == 0, "\(found.errors)")
    #expect(found.output == (try DecodeProcess.run(arguments)).output)
    let inspected = try DecodeProcess.run(["inspect", "org/tiny"], environment: environment)
    #expect(inspected.code == 0 && inspected.output.contains("Hugging Face"))
    // What a sweep file names is looked for beside it, and then among the names.
    try FileManager.default.createDirectory(
      atPath: home.file("sweeps"), withIntermediateDirectories: true)
    try home.write(#"{"prompt": "Once"}"#.utf8, to: "sweeps/prompts.jsonl")
    let sweep = """
      version: 1
      model: {path: org/tiny}
      data: {prompts: prompts.jsonl}
      parameters: {temperature: {values: [0.5, 1]}}
      """
    try home.write(sweep.utf8, to: "sweeps/sweep.yaml")
    let plan = try DecodeProcess.run(
      ["sweep", "plan", home.file("sweeps/sweep.yaml")], environment: environment)
    #expect(plan.code == 0, "\(plan.errors)")
    let missing = try DecodeProcess.run(
      arguments + ["-m", "org/other"], environment: environment)
    #expect(missing.code == 1)
    #expect(missing.errors.contains("hf download org/other"), "\(missing.errors)")
  }

  @Test func anEmptyPathIsRefusedInASentence() throws {
    let result = try DecodeProcess.run(arguments + ["-m", ""])
    #expect(result.code == 64)
    #expect(
      result.errors.hasPrefix("error: --model: the path is empty; give one, or leave the flag out"),
      "\(result.errors)")
  }

  @Test func anEndOfSequenceOutsideTheVocabularyIsAWarning() throws {
    let directory = try TemporaryDirectory()
    try link(into: directory.path, without: ["generation_config.json"])
    try directory.write(#"{"eos_token_id": [2, 99999]}"#.utf8, to: "generation_config.json")
    let run = ["-m", directory.path, "-n", "1", "--temperature", "0", "Once"]
    let result = try DecodeProcess.run(run)
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.errors.contains("warning:") && result.errors.contains("99999"))
    #expect(try DecodeProcess.run(run + ["-q"]).errors.isEmpty)
  }
}
