import Foundation
import Testing
import Vocab

/// Each test works in a fresh temporary folder, `$0`, that is removed afterwards.
private func inTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "embedded-model-\(UUID().uuidString)", directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder.resolvingSymlinksInPath().path(percentEncoded: false).trimmingSlash())
}

extension String {
  fileprivate func trimmingSlash() -> String { hasSuffix("/") ? String(dropLast()) : self }
}

/// Makes a folder that holds the model's files, empty, without those in `omitted`.
private func makeModel(at path: String, without omitted: Set<String> = []) throws {
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  for file in EmbeddedModel.requiredFiles where !omitted.contains(file) {
    try Data().write(to: URL(filePath: "\(path)/\(file)"))
  }
}

@Suite struct EmbeddedModelTests {
  @Test(arguments: [
    ("build/decode", "build/decode_Vocab.resources/storyteller"),
    ("build/decode", "build/decode_Vocab.bundle/storyteller"),
    ("build/decode", "build/decode_Vocab.bundle/Contents/Resources/storyteller"),
    ("build/decodePackageTests.xctest", "build/decode_Vocab.resources/storyteller"),
    (
      "build/decodePackageTests.xctest/Contents/MacOS/decodePackageTests",
      "build/decode_Vocab.bundle/storyteller"
    ),
    ("opt/decode", "opt/storyteller"),
    ("usr/bin/decode", "usr/share/decode/storyteller"),
  ])
  func findsTheModelInEveryLayout(executable: String, model: String) throws {
    try inTemporaryFolder { root in
      try makeModel(at: "\(root)/\(model)")
      #expect(
        try EmbeddedModel.locate(images: ["\(root)/\(executable)"]) == "\(root)/\(model)")
    }
  }

  @Test func prefersTheBuildTreeToAnInstalledCopy() throws {
    try inTemporaryFolder { root in
      try makeModel(at: "\(root)/share/decode/storyteller")
      try makeModel(at: "\(root)/bin/decode_Vocab.resources/storyteller")
      #expect(
        try EmbeddedModel.locate(images: ["\(root)/bin/decode"])
          == "\(root)/bin/decode_Vocab.resources/storyteller")
    }
  }

  @Test func laterImagesAreTriedWhenTheFirstHasNoModel() throws {
    try inTemporaryFolder { root in
      try makeModel(at: "\(root)/library/storyteller")
      #expect(
        try EmbeddedModel.locate(images: ["\(root)/bin/host", "\(root)/library/libVocab.so"])
          == "\(root)/library/storyteller")
    }
  }

  @Test(arguments: EmbeddedModel.requiredFiles)
  func aFolderThatLacksAFileIsPassedOverAndSaysSo(file: String) throws {
    try inTemporaryFolder { root in
      try makeModel(at: "\(root)/bin/decode_Vocab.resources/storyteller", without: [file])
      let error = #expect(throws: EmbeddedModelError.self) {
        try EmbeddedModel.locate(images: ["\(root)/bin/decode"])
      }
      let place = error?.places.first { $0.missingFiles != nil }
      #expect(place?.path == "\(root)/bin/decode_Vocab.resources/storyteller")
      #expect(place?.missingFiles == [file])
      #expect(error?.description.contains("storyteller: lacks \(file)\n") == true)
      try makeModel(at: "\(root)/share/decode/storyteller")
      #expect(
        try EmbeddedModel.locate(images: ["\(root)/bin/decode"])
          == "\(root)/share/decode/storyteller")
    }
  }

  @Test func aFolderInPlaceOfAFileIsNotAFile() throws {
    try inTemporaryFolder { root in
      try makeModel(at: "\(root)/bin/storyteller", without: ["config.json"])
      try FileManager.default.createDirectory(
        atPath: "\(root)/bin/storyteller/config.json", withIntermediateDirectories: false)
      let error = #expect(throws: EmbeddedModelError.self) {
        try EmbeddedModel.locate(images: ["\(root)/bin/decode"])
      }
      #expect(error?.places.compactMap(\.missingFiles) == [["config.json"]])
    }
  }

  @Test func theErrorListsEveryPlaceOnce() {
    let images = ["/nowhere/bin/decode", "/nowhere/bin/libVocab.so"]
    let error = #expect(throws: EmbeddedModelError.self) {
      try EmbeddedModel.locate(images: images)
    }
    #expect(error?.places.map(\.path) == EmbeddedModel.candidates(images: images))
    #expect(Set(error?.places.map(\.path) ?? []).count == error?.places.count)
    #expect(
      error?.description.contains("/nowhere/share/decode/storyteller: no such folder") == true)
  }

  @Test func anExecutableInTheRootFolderHasPathsWithOneSlash() {
    let paths = EmbeddedModel.candidates(images: ["/decode"])
    #expect(paths.contains("/storyteller"))
    #expect(paths.contains("/share/decode/storyteller"))
    #expect(paths.allSatisfy { !$0.contains("//") })
  }

  @Test func thisProcessSearchesTheBuildTreeItWasBuiltIn() throws {
    let path = try EmbeddedModel.locate()
    #expect(path.hasPrefix("/"))
    #expect(path.hasSuffix("/storyteller"))
    let config = try Data(contentsOf: URL(filePath: "\(path)/config.json"))
    let fields = try JSONSerialization.jsonObject(with: config) as? [String: Any]
    #expect(fields?["architectures"] as? [String] == ["LlamaForCausalLM"])
  }

  /// Each was trained over the model beside which it lies; its configuration names that model.
  @Test func adaptersLieBesideTheModel() throws {
    let folder = URL(filePath: try EmbeddedModel.locate()).deletingLastPathComponent()
    let adapter = folder.appending(path: "adapters/verse")
    let config = try Data(contentsOf: adapter.appending(path: "adapter_config.json"))
    let fields = try JSONSerialization.jsonObject(with: config) as? [String: Any]
    #expect(fields?["base_model_name_or_path"] as? String == "storyteller")
    let weights = try Data(contentsOf: adapter.appending(path: "adapter_model.safetensors"))
    #expect(!weights.isEmpty && weights.count <= 1_000_000)
  }
}
