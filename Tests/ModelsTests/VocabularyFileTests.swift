import Foundation
import LanguageModeling
import Models
import TestSupport
import Testing
import Tokenization

/// Files that are no vocabulary are named as what they are.
@Suite struct ForeignVocabularyTests {
  private static let pointer = """
    version https://git-lfs.github.com/spec/v1
    oid sha256:0000000000000000000000000000000000000000000000000000000000000000
    size 499723
    """

  @Test(arguments: [
    (Array(pointer.utf8), "Git LFS"), (Array("<!DOCTYPE html><html>".utf8), "web page"),
    (Array("\n <html lang=\"en\">".utf8), "web page"), (Array("PK\u{3}\u{4}....".utf8), "ZIP"),
    ([0x80, 0x04, 0x95, 0, 0, 0, 0], "pickle"), ([0x1F, 0x8B, 0x08, 0], "gzip"),
    (Array("GGUF\u{3}".utf8), "GGUF"), ([], "is the file complete?"),
  ])
  func filesOfOtherKindsAreNamed(_ bytes: [UInt8], _ word: String) throws {
    for name in ["tokenizer.model", "tokenizer.json"] {
      let copy = try ModelCopy(directory: "vocabularies")
      if name == "tokenizer.model" { try copy.remove("tokenizer.json") }
      try copy.directory.write(bytes, to: name)
      let failure = loadFailure { try ModelLoader.loadTokenizer(path: copy.path) }
      #expect(failure.hasPrefix("\(copy.path)/\(name): "), "\(failure)")
      #expect(failure.contains(word), "\(failure)")
    }
  }

  @Test(arguments: [
    ("IQ== 0\nIg== 1\nIw== 2\n", "tiktoken"), ("{\"version\": \"1.0\"}", "is JSON"),
  ])
  func aModelThatIsNoModelProtoIsNamed(_ text: String, _ word: String) throws {
    let copy = try ModelCopy(directory: "vocabularies")
    try copy.directory.write(text.utf8, to: "tokenizer.model")
    // It isn't looked at beside a tokenizer.json.
    #expect(throws: Never.self) { try ModelLoader.loadTokenizer(path: copy.path) }
    try copy.remove("tokenizer.json")
    let failure = loadFailure { try ModelLoader.loadTokenizer(path: copy.path) }
    #expect(failure.contains(word), "\(failure)")
  }

  @Test func aVocabularyInOtherFilesSaysWhatToDo() throws {
    let copy = try ModelCopy(directory: "vocabularies")
    try copy.remove("tokenizer.json")
    try copy.remove("tokenizer.model")
    try copy.directory.write("{}".utf8, to: "vocab.json")
    #expect(
      loadFailure { try ModelLoader.loadTokenizer(path: copy.path) }.contains("save_pretrained"))
  }
}

/// Damaged files of a vocabulary are refused, or used without harm.
@Suite struct DamagedVocabularyTests {
  @Test(arguments: [
    "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "added_tokens.json",
    "special_tokens_map.json",
  ])
  func mutantsDoNoHarm(_ name: String) throws {
    let copy = try ModelCopy(directory: "vocabularies")
    if name == "tokenizer.model" { try copy.remove("tokenizer.json") }
    let configuration = #"""
      {"tokenizer_class": "LlamaTokenizer", "legacy": true, "add_prefix_space": false, "add_bos_token": true,
      "bos_token": {"content": "<s>", "lstrip": true}, "eos_token": "</s>", "extra_special_tokens": ["<x>", "<y>"]}
      """#
    try copy.directory.write(configuration.utf8, to: "tokenizer_config.json")
    try copy.directory.write(#"{"<pad>": 360, "<tool>": 361}"#.utf8, to: "added_tokens.json")
    try copy.directory.write(
      #"{"pad_token": "<pad>", "additional_special_tokens": [{"content": "<z>", "rstrip": true}]}"#
        .utf8, to: "special_tokens_map.json")
    let original = try copy.bytes(name)
    _ = try ModelLoader.loadTokenizer(path: copy.path)
    var mutator = Mutator(seed: UInt64(name.utf8.count))
    for _ in 0..<FuzzTests.rounds {
      try copy.directory.write(mutator.mutate(original), to: name)
      guard let tokenizer = try? ModelLoader.loadTokenizer(path: copy.path) else { continue }
      let ids = (try? tokenizer.encodePrompt("<s>Hello <tool> <pad>\n 日本 😀")) ?? []
      _ = tokenizer.decode(ids, skippingSpecialTokens: false)
    }
  }
}

/// Vocabularies in GGUF files, read as llama.cpp does (`llama-vocab.cpp`, build 11739).
@Suite struct GGUFVocabularyTests {
  private static let bytes = (0..<256).map { String(format: "<0x%02X>", $0) }
  /// Ids 0 to 2, the bytes from 3, then from 259.
  private static let pieces = ["<unk>", "<s>", "</s>"] + bytes + ["▁", "h", "i", "▁h", "hi"]
  private static let (space, i, spaceH, hi): (TokenID, TokenID, TokenID, TokenID) = (
    259, 261, 262, 263
  )

  private func load(
    _ metadata: [(String, GGUFBuilder.Value)], kind: String = "llama"
  ) throws -> any Tokenizer {
    let directory = try TemporaryDirectory()
    var builder = GGUFBuilder()
    builder.add("general.architecture", .string("llama"))
    builder.add("tokenizer.ggml.model", .string(kind))
    for (key, value) in metadata { builder.add("tokenizer.ggml." + key, value) }
    try directory.write(builder.build(), to: "v.gguf")
    return try ModelLoader.loadTokenizer(path: directory.file("v.gguf"))
  }

  private func types(_ extra: [Int32] = []) -> GGUFBuilder.Value {
    .int32s([2, 3, 3] + Self.bytes.map { _ in 6 } + [1, 1, 1, 1, 1] + extra)
  }

  private func scores(_ extra: [Float] = []) -> GGUFBuilder.Value {
    .floats([0, 0, 0] + Self.bytes.map { _ in 0 } + [-10, -10, -10, -1, -2] + extra)
  }

  @Test func thePrefixComesAgainAfterEachSpecialTokenUnlessTheFileHasNone() throws {
    let (space, i, spaceH) = (Self.space, Self.i, Self.spaceH)
    for prefix in [nil, true, false] as [Bool?] {
      var metadata: [(String, GGUFBuilder.Value)] = [
        ("tokens", .strings(Self.pieces)), ("scores", scores()), ("token_type", types()),
      ]
      if let prefix { metadata.append(("add_space_prefix", .bool(prefix))) }
      let tokenizer = try load(metadata)
      func ids(_ text: String) throws -> [TokenID] {
        try tokenizer.encode(text, parsingSpecialTokens: true)
      }
      if prefix ?? true {
        #expect(try ids("hi") == [spaceH, i])
        #expect(try ids("<s>hi</s>hi") == [1, spaceH, i, 2, spaceH, i])
        #expect(try ids("<s> hi") == [1, space, spaceH, i])
      } else {
        #expect(try ids("hi") == [Self.hi])
        #expect(try ids("<s>hi</s>hi") == [1, Self.hi, 2, Self.hi])
        #expect(try ids("<s> hi") == [1, spaceH, i])
      }
      #expect(try ids("") == [] && ids("<s>") == [1])
    }
  }

  @Test func keysThatAreAbsentAreLlamaCppsDefaults() throws {
    let tokenizer = try load([("tokens", .strings(Self.pieces))])
    #expect(tokenizer.beginningOfSequence == 1 && tokenizer.endOfSequence == 2)
    #expect(tokenizer.addsBeginningOfSequence)
    // Without scores all pairs are as good: from left to right.
    #expect(try tokenizer.encode("hi", parsingSpecialTokens: false) == [Self.spaceH, Self.i])
    #expect(
      try tokenizer.encode("é", parsingSpecialTokens: false) == [Self.space, 0xC3 + 3, 0xA9 + 3])
    // Without types nothing is a special token.
    #expect(try !tokenizer.encode("<s>", parsingSpecialTokens: true).contains(1))
    let bytePair = try load(
      [("tokens", .strings(["a", "b", "ab"])), ("merges", .strings(["a b"]))], kind: "gpt2")
    #expect(try bytePair.encodePrompt("ab") == [2] && bytePair.endOfSequence == nil)
    // The default cuts off punctuation first.
    let punctuation = try load(
      [("tokens", .strings(["a", "!", "a!"])), ("merges", .strings(["a !"]))], kind: "gpt2")
    #expect(try punctuation.encode("a!", parsingSpecialTokens: false) == [0, 1])
  }

  @Test func idsOutsideTheVocabularyAreIgnoredAsByLlamaCpp() throws {
    let tokenizer = try load([
      ("tokens", .strings(Self.pieces)), ("scores", scores()), ("token_type", types()),
      ("bos_token_id", .uint32(70_000)), ("eos_token_id", .uint32(.max)),
    ])
    #expect(tokenizer.beginningOfSequence == 1 && tokenizer.endOfSequence == 2)
  }

  @Test func userDefinedTokensOfPlainSpacesAreFoundInTheText() throws {
    let tokenizer = try load([
      ("tokens", .strings(Self.pieces + ["  ", "    ", "\n\n"])), ("scores", scores([0, 0, 0])),
      ("token_type", types([4, 4, 4])), ("add_space_prefix", .bool(false)),
    ])
    for parsing in [true, false] {
      #expect(
        try tokenizer.encode("hi      hi\n\n hi", parsingSpecialTokens: parsing)
          == [Self.hi, 265, 264, Self.hi, 266, Self.spaceH, Self.i])
    }
    #expect(
      tokenizer.decode([Self.hi, 265, 264, Self.hi], skippingSpecialTokens: true) == "hi      hi")
  }

  @Test func emptyPiecesGetNamesAndDuplicatesAreNamed() throws {
    let tokenizer = try load([
      ("tokens", .strings(Self.pieces + ["", ""])), ("scores", scores([0, 0])),
      ("token_type", types([1, 1])),
    ])
    #expect(tokenizer.piece(of: 264) == "[EMPTY_264]" && tokenizer.piece(of: 265) == "[EMPTY_265]")
    for kind in ["llama", "gpt2", "t5"] {
      let failure = loadFailure {
        try load(
          [
            ("tokens", .strings(Self.pieces + ["[PAD]", "x", "[PAD]"])),
            ("scores", scores([0, 0, 0])), ("merges", .strings([])),
          ], kind: kind)
      }
      #expect(
        failure.contains(
          "“tokenizer.ggml.tokens”: “[PAD]” stands there twice, with the ids 264 and 266"),
        "\(failure)")
    }
  }

  @Test func specialTokensOfPhi3TakeTheWhitespaceAfterThemAlong() throws {
    for (name, strips) in [("Phi-3-mini", true), ("another", false)] {
      let directory = try TemporaryDirectory()
      var builder = GGUFBuilder()
      builder.add("general.architecture", .string("phi3"))
      builder.add("general.name", .string(name))
      builder.add("tokenizer.ggml.model", .string("llama"))
      builder.add("tokenizer.ggml.tokens", .strings(Self.pieces + ["<|user|>"]))
      builder.add("tokenizer.ggml.scores", scores([0]))
      builder.add("tokenizer.ggml.token_type", types([3]))
      builder.add("tokenizer.ggml.add_space_prefix", .bool(false))
      try directory.write(builder.build(), to: "v.gguf")
      let tokenizer = try ModelLoader.loadTokenizer(path: directory.file("v.gguf"))
      let ids = try tokenizer.encode("<|user|> \n hi", parsingSpecialTokens: true)
      #expect((ids == [264, Self.hi]) == strips, "\(name): \(ids)")
    }
  }

  @Test(arguments: [
    ("bert", "“bert”, WordPiece,"), ("rwkv", "“rwkv”"), ("plamo2", "“plamo2”"),
  ])
  func kindsThatAreNotReadAreNamed(_ kind: String, _ message: String) {
    let failure = loadFailure { try load([("tokens", .strings(["a"]))], kind: kind) }
    #expect(failure.contains(message), "\(failure)")
  }

  @Test func aPreTokenizerThatNobodyKnowsIsNamed() {
    let failure = loadFailure {
      try load(
        [("tokens", .strings(["a"])), ("merges", .strings([])), ("pre", .string("nope"))],
        kind: "gpt2")
    }
    #expect(failure.contains("pre-tokenizer: \"nope\" is not supported"), "\(failure)")
  }
}
