import ChatTemplates
import Decoding
import Foundation
import Generation
import Inference
import LanguageModeling
import TestSupport
import Testing
import Transformer

/// Keys and values in files: what is restored, refused and left alone.
@Suite struct PromptCacheTests {
  private static let text =
    "Once upon a time there was a poor miller who had three sons. When he died he left the mill to the"
    + " eldest, the ass to the second, and to the youngest nothing but the cat. The youngest was sad."

  private func settings(_ seed: UInt64 = 3) -> GenerationSettings {
    var settings = GenerationSettings()
    settings.maxNewTokens = 12
    settings.seed = seed
    return settings
  }

  /// Continues a text with a cache: what came, and the tokens that were not read.
  private func generate(
    _ text: String, _ model: Model, _ path: String
  ) throws -> (result: GenerationResult, restored: Int) {
    let cache = try PromptCache(path, for: model)
    let scheduler = try Scheduler(model)
    scheduler.keptTextCount = 1
    let prompt = try model.prepare(.text(text))
    let restored = try cache.restore(prompt.tokens, into: scheduler)
    scheduler.submit(
      try model.template(for: model.resolve(settings())).request(for: prompt.tokens, seed: 3))
    var result: GenerationResult?
    while let events = try scheduler.step() {
      for case .completed(_, let completed) in events { result = completed }
    }
    #expect(try cache.save(prompt.tokens, from: scheduler))
    return (try #require(result), restored)
  }

  @Test(arguments: CacheType.allCases)
  func whatIsRestoredChangesNoBit(cacheType: CacheType) throws {
    let folder = try TemporaryDirectory()
    for threads in [1, 2] {
      let model = try Model.embedded(
        options: SessionOptions(threads: threads, cacheType: cacheType))
      let longer = Self.text + " But the cat said: do not be sad, give me a pair of boots."
      for (text, isRestored) in [
        (Self.text, threads == 2), (Self.text, true), (longer, true), (Self.text, true),
        ("Something else.", false), (longer, false),
      ] {
        let (result, restored) = try generate(text, model, folder.file("a.cache"))
        #expect(result.sequences == (try model.generate(text, settings()).sequences))
        #expect((restored > 10) == isRestored, "\(restored)")
        #expect(
          result.timings.keptTokens
            == (restored > 16 ? min(restored, result.promptTokens.count - 1) : 0))
      }
      _ = try generate(Self.text, model, folder.file("a.cache"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.cache"])
  }

  @Test func theSameKeysAndValuesAreTheSameBytes() throws {
    let folder = try TemporaryDirectory()
    for threads in [1, 2] {
      let model = try Model.embedded(options: SessionOptions(threads: threads))
      _ = try generate(Self.text, model, folder.file("\(threads).cache"))
    }
    #expect(
      FileManager.default.contents(atPath: folder.file("1.cache"))
        == FileManager.default.contents(atPath: folder.file("2.cache")))
  }

  @Test func whatIsOfAnotherModelIsRefusedAndLeftAsItIs() throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("a.cache")
    let model = try Model.embedded()
    _ = try generate(Self.text, model, path)
    let bytes = try #require(FileManager.default.contents(atPath: path))
    let verse = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Vocab/adapters/verse").path
    var others = [
      (try Model.embedded(computeType: .int8), "weights that were multiplied in float32"),
      (try Model.embedded(options: SessionOptions(cacheType: .float16)), "the cache type float32"),
      (try Model.embedded(options: SessionOptions(cacheType: .int8)), "where int8 is asked for"),
      (try model.adding(adapterAt: verse), "the model without an adapter"),
    ]
    let chatting = try ChattingModel()
    others.append((try Model.load(chatting.path), "another model (storyteller)"))
    for (other, reason) in others {
      do {
        _ = try PromptCache(path, for: other)
        Issue.record("\(reason)")
      } catch {
        #expect("\(error)".contains(reason) && "\(error)".hasPrefix(path), "\(error)")
      }
      #expect(FileManager.default.contents(atPath: path) == bytes)
    }
    // Adapters count by what they hold and by their factors.
    let poet = try model.adding(adapterAt: verse)
    _ = try generate(Self.text, poet, folder.file("verse.cache"))
    _ = try PromptCache(folder.file("verse.cache"), for: poet)
    let half = try model.adding(adapterAt: verse, scale: 0.5)
    #expect(throws: InferenceError.self) {
      _ = try PromptCache(folder.file("verse.cache"), for: half)
    }
  }

  @Test func whatIsNoCacheIsRefusedAndLeftAsItIs() throws {
    let folder = try TemporaryDirectory()
    let model = try Model.embedded()
    for (name, bytes, reason) in [
      ("empty", [], "is no prompt cache"),
      ("text", Array("Once upon a time\n".utf8), "is no prompt"),
      ("short", Array("decodeKV".utf8), "is damaged: it ends in its header"),
      ("old", Array("decodeKV".utf8) + Array(repeating: 0, count: 80), "is of version 0"),
    ] as [(String, [UInt8], String)] {
      let path = try folder.write(bytes, to: name)
      do {
        _ = try PromptCache(path, for: model)
        Issue.record("\(name)")
      } catch {
        #expect("\(error)".contains(reason), "\(error)")
      }
      #expect(FileManager.default.contents(atPath: path) == Data(bytes))
    }
    do {
      _ = try PromptCache(folder.path, for: model)
      Issue.record("a directory")
    } catch {
      #expect("\(error)".hasSuffix("it is a directory"))
    }
  }

  @Test func damageAnywhereIsFound() throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("a.cache")
    let model = try Model.embedded()
    let expected = try generate(Self.text, model, path).result.sequences
    let bytes = Array(try #require(FileManager.default.contents(atPath: path)))
    let tokens = try model.prepare(.text(Self.text)).tokens
    let scheduler = try Scheduler(model)
    scheduler.keptTextCount = 1
    var mutator = Mutator(seed: 5)
    let rounds =
      ProcessInfo.processInfo.environment["DECODE_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 150
    var refused = 0
    for _ in 0..<rounds {
      let variant = mutator.mutate(bytes)
      guard variant != bytes else { continue }
      let other = try folder.write(variant, to: "b.cache")
      do {
        let cache = try PromptCache(other, for: model)
        _ = try cache.restore(tokens, into: scheduler)
        Issue.record("damage was not found")
      } catch {
        refused += 1
      }
      #expect(FileManager.default.contents(atPath: other) == Data(variant))
    }
    #expect(refused > rounds / 2)
    // Nothing of it is left behind.
    scheduler.submit(
      try model.template(for: model.resolve(settings())).request(for: tokens, seed: 3))
    while let events = try scheduler.step() {
      for case .completed(_, let result) in events {
        #expect(result.sequences == expected && result.timings.keptTokens == 0)
      }
    }
  }

  @Test func theDigestIsXXH64() {
    // Of the reference implementation, xxHash 0.8.
    for (text, digest) in [
      ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
      ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
    ] as [(String, UInt64)] {
      var parts = ContentDigest()
      for byte in text.utf8 { withUnsafeBytes(of: byte) { parts.update($0) } }
      #expect(parts.value == digest)
      var whole = ContentDigest()
      Array(text.utf8).withUnsafeBytes { whole.update($0) }
      #expect(whole.value == digest)
    }
  }
}
