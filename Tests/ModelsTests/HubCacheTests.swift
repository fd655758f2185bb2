import Foundation
import Models
import TestSupport
import Testing
import Tokenization

/// Names of models are looked for in the cache of Hugging Face's tools, and nothing is fetched.
@Suite struct HubCacheTests {
  private static let commit = "0123456789abcdef0123456789abcdef01234567"

  /// A cache with the files of a fixture under a name.
  private struct Cache {
    let directory: TemporaryDirectory
    var hub: String { directory.file("hub") }

    init() throws { directory = try TemporaryDirectory() }

    /// Puts the fixture's files where `hf download` would: blobs, and a snapshot of links to them.
    func add(_ name: String, files: [String: String], commit: String = HubCacheTests.commit) throws
    {
      let manager = FileManager.default
      let repository = "\(hub)/models--\(name.replacingOccurrences(of: "/", with: "--"))"
      let snapshot = "\(repository)/snapshots/\(commit)"
      for folder in ["\(repository)/refs", "\(repository)/blobs", snapshot] {
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      for (index, (file, source)) in files.sorted(by: { $0.key < $1.key }).enumerated() {
        try manager.copyItem(atPath: source, toPath: "\(repository)/blobs/\(index)")
        try manager.createSymbolicLink(
          atPath: "\(snapshot)/\(file)", withDestinationPath: "../../blobs/\(index)")
      }
      try commit.write(toFile: "\(repository)/refs/main", atomically: false, encoding: .utf8)
    }

    func addDirectory(_ name: String, _ fixture: String) throws {
      let path = Fixtures.path(fixture)
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      try add(name, files: Dictionary(uniqueKeysWithValues: names.map { ($0, "\(path)/\($0)") }))
    }

    func locate(_ name: String, _ environment: [String: String]? = nil) throws(LoadError) -> String
    {
      let environment = environment ?? ["HF_HUB_CACHE": hub]
      return try ModelLoader.locate(name) { environment[$0] }
    }
  }

  @Test func aNameStandsForItsSnapshotAndTheModelLoads() throws {
    let cache = try Cache()
    try cache.addDirectory("some-org/tiny.Model_1", "tokenized/spm")
    let path = try cache.locate("some-org/tiny.Model_1")
    #expect(path.hasSuffix("models--some-org--tiny.Model_1/snapshots/\(Self.commit)"))
    #expect(try ModelLoader.load(path: path).tokenizer.vocabularyCount > 0)
  }

  @Test func theCacheIsWhereTheEnvironmentSays() throws {
    let cache = try Cache()
    try cache.addDirectory("org/name", "tokenized/spm")
    let base = cache.directory.path
    let found = try cache.locate("org/name")
    for environment in [
      ["HUGGINGFACE_HUB_CACHE": "\(base)/hub"], ["HF_HOME": base],
      ["HF_HUB_CACHE": "~/hub", "HOME": base], ["HF_HOME": "~", "HOME": base],
      ["HF_HUB_CACHE": "\(base)/hub", "HF_HOME": "/nowhere"],
      ["HF_HUB_CACHE": "", "HF_HOME": base],
    ] {
      #expect(try cache.locate("org/name", environment) == found, "\(environment)")
    }
    for environment in [["HF_HOME": "/nowhere"], ["HOME": base], ["XDG_CACHE_HOME": base]] {
      #expect(throws: LoadError.self, "\(environment)") {
        try cache.locate("org/name", environment)
      }
    }
    let home = try TemporaryDirectory()
    let standard = home.file(".cache/huggingface")
    try FileManager.default.createDirectory(
      atPath: standard, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: cache.hub, toPath: "\(standard)/hub")
    #expect(try cache.locate("org/name", ["HOME": home.path]).hasPrefix(standard))
    #expect(
      try cache.locate("org/name", ["XDG_CACHE_HOME": home.file(".cache")]).hasPrefix(standard))
  }

  @Test func aNameThatIsNotThereIsToldWithTheCommandThatFetchesIt() throws {
    let cache = try Cache()
    let message = loadFailure { try cache.locate("org/name") }
    #expect(message.hasPrefix("org/name: "), "\(message)")
    #expect(message.contains(cache.hub) && message.contains("hf download org/name"), "\(message)")
  }

  @Test func aPathThatExistsIsTakenAsItIs() throws {
    let cache = try Cache()
    try cache.addDirectory("org/name", "tokenized/spm")
    #expect(try cache.locate(cache.directory.path) == cache.directory.path)
    #expect(try cache.locate("/tmp/.") == "/tmp/.")
  }

  @Test(arguments: [
    "name", "a/b/c", "/a", "a/", "../x", "a/..", ".a/b", "-a/b", "a/b c", "a/ü", "a//b", "a--b/c",
    "models/x.gguf\n", "~/x", "a\\b/c", "models/x.gguf", "model/config.json",
  ])
  func whatHasNotTheFormOfANameIsAPathAlone(text: String) throws {
    let message = loadFailure { try Cache().locate(text) }
    #expect(!message.contains("hf download"), "\(message)")
    #expect(message.contains("No such file") || message.contains("Not a directory"), "\(message)")
  }

  @Test func anEmptyPathIsRefusedInASentence() {
    let message = loadFailure { try ModelLoader.load(path: "") }
    #expect(message.hasPrefix("the path of the model is empty"), "\(message)")
    let configuration = Result {
      try ModelLoader.loadConfiguration(path: Fixtures.path("tiny/qwen3"))
    }
    let adapter = loadFailure { try AdapterLoader.load(path: "", for: configuration.get()) }
    #expect(adapter.hasPrefix("the path of the adapter is empty"), "\(adapter)")
  }

  @Test func aRepositoryOfOneGGUFModelStandsForIt() throws {
    let cache = try Cache()
    let source = Fixtures.path("tokenized/spm.gguf")
    try cache.add("org/one", files: ["model-Q8_0.gguf": source, "mmproj-F16.gguf": source])
    #expect(try cache.locate("org/one").hasSuffix("/model-Q8_0.gguf"))
    try cache.add(
      "org/split", files: ["m-00001-of-00002.gguf": source, "m-00002-of-00002.gguf": source])
    #expect(try cache.locate("org/split").hasSuffix("/m-00001-of-00002.gguf"))
    try cache.add("org/two", files: ["a-Q4_0.gguf": source, "a-Q8_0.gguf": source])
    let directory = try cache.locate("org/two")
    #expect(loadFailure { try ModelLoader.load(path: directory) }.contains("a-Q4_0.gguf"))
  }

  @Test func anAdapterIsFoundByItsName() throws {
    let cache = try Cache()
    try cache.addDirectory("org/adapter", "adapters/plain-qv")
    try cache.add("org/gguf-adapter", files: ["a.gguf": Fixtures.path("adapters/plain-qv.gguf")])
    let environment = { (name: String) in name == "HF_HUB_CACHE" ? cache.hub : nil }
    let configuration = try ModelLoader.loadConfiguration(
      path: Fixtures.path("tiny/llama-gqa-tied"))
    for name in ["org/adapter", "org/gguf-adapter"] {
      let path = try AdapterLoader.locate(name, environment: environment)
      #expect(path.hasPrefix(cache.hub))
      #expect(throws: Never.self) { try AdapterLoader.load(path: path, for: configuration) }
      #expect(ModelLoader.isInHubCache(name, environment: environment))
      #expect(!ModelLoader.isInHubCache(name, notAt: cache.hub, environment: environment))
    }
    #expect(try AdapterLoader.locate("org/none", environment: environment) == "org/none")
  }

  @Test func aCacheThatIsNotWholeIsToldOf() throws {
    let cache = try Cache()
    try cache.addDirectory("org/name", "tokenized/spm")
    let repository = "\(cache.hub)/models--org--name"
    let reference = "\(repository)/refs/main"
    for hostile in ["../../../etc", "", "a b/c", String(repeating: "a", count: 5000), "\u{0}"] {
      try hostile.write(toFile: reference, atomically: false, encoding: .utf8)
      #expect(throws: LoadError.self) { try cache.locate("org/name") }
    }
    try "ffff\n".write(toFile: reference, atomically: false, encoding: .utf8)
    #expect(loadFailure { try cache.locate("org/name") }.contains("is missing; to download it"))
    try FileManager.default.removeItem(atPath: reference)
    #expect(loadFailure { try cache.locate("org/name") }.contains(Self.commit))
    try FileManager.default.removeItem(atPath: "\(repository)/snapshots/\(Self.commit)")
    #expect(loadFailure { try cache.locate("org/name") }.contains("hf download org/name"))
  }

  @Test func aTildeIsTheHomeDirectory() {
    let home = HomeDirectory.expanding("~")
    #expect(home.hasPrefix("/"))
    #expect(HomeDirectory.expanding("~/models/x") == "\(home)/models/x")
    for path in ["/a/~", "a~", "~other/x", "", "./~"] {
      #expect(HomeDirectory.expanding(path) == path)
    }
  }
}
