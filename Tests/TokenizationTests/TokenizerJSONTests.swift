import Testing
import Tokenization

@Suite struct TokenizerJSONTests {
  /// The smallest `tokenizer.json`, with one place to change.
  private func document(_ replaced: String = "", by text: String = "") -> String {
    let whole = #"""
      {"version":"1.0","added_tokens":[{"id":2,"content":"<e>","special":true}],"normalizer":null,
      "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true},
      "post_processor":null,"decoder":{"type":"ByteLevel"},
      "model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":3},"merges":[["a","b"]]}}
      """#
    guard let range = whole.firstRange(of: replaced) else { return whole }
    return String(whole[..<range.lowerBound] + text + whole[range.upperBound...])
  }

  private func read(_ text: String) throws(TokenizationError) -> PipelineTokenizer {
    try PipelineTokenizer(tokenizerJSON: Array(text.utf8), file: "t")
  }

  @Test func theSmallestDocumentIsRead() throws {
    let tokenizer = try read(document())
    #expect(try tokenizer.encode("ab<e>ba", parsingSpecialTokens: true) == [3, 2, 1, 0])
  }

  @Test(arguments: [
    (#""ByteLevel","add"#, #""BertPreTokenizer","add"#, "BertPreTokenizer"),
    (#""use_regex":true"#, #""use_regex":true,"extra":1"#, "extra"),
    (#""normalizer":null"#, #""normalizer":{"type":"BertNormalizer"}"#, "BertNormalizer"),
    (#""post_processor":null"#, #""post_processor":{"type":"BertProcessing"}"#, "BertProcessing"),
    (#""decoder":{"type":"ByteLevel"}"#, #""decoder":{"type":"WordPiece"}"#, "WordPiece"),
    (#""type":"BPE""#, #""type":"WordPiece""#, "WordPiece"),
    (#""type":"BPE""#, #""type":"BPE","dropout":0.1"#, "dropout"),
    (#""type":"BPE""#, #""type":"BPE","end_of_word_suffix":"</w>""#, "end_of_word_suffix"),
    (
      #"{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}"#,
      #"{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(a)\\1|\\W+"},"behavior":"Isolated"}]}"#,
      #"(a)\1|\W+"#
    ),
    (#""post_processor":null"#, #""post_processor":{"type":"Nope"}"#, "Nope"),
    (#""model":{"type":"BPE""#, #""model":{"type":"BPE","byte_fallback":false,"extra":0"#, "extra"),
    (
      #""decoder":{"type":"ByteLevel"}"#,
      #""decoder":{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"ByteFallback"}]}"#,
      "ByteFallback after Fuse"
    ),
  ])
  func whatIsUnknownIsNamed(_ replaced: String, _ text: String, _ name: String) {
    let changed = document(replaced, by: text)
    do {
      _ = try read(changed)
      Issue.record("\(text) was accepted")
    } catch {
      guard case .unsupported = error else {
        Issue.record("\(error)")
        return
      }
      #expect("\(error)".contains(name), "\(error)")
    }
  }

  @Test(arguments: [
    (#""merges":[["a","b"]]"#, #""merges":[["a","c"]]"#, "merges[0]"),
    (#""merges":[["a","b"]]"#, #""merges":["ab"]"#, "merges[0]"),
    (#""ab":3"#, #""ab":1"#, "two tokens"),
    (#""ab":3"#, #""ab":4000000000"#, "out of range"), (#""ab":3"#, #""ab":-1"#, "out of range"),
    (#""ab":3"#, #""ab":0.5"#, "whole number"), (#""id":2"#, #""id":0"#, "id 0"),
    (#""type":"BPE""#, #""type":"BPE","unk_token":"zz""#, "zz"),
    ("\"<e>\"", "\"\"", "0 bytes"), ("\"<e>\"", "\"\\ud800\"", "surrogate"),
    ("\"<e>\"", "\"\\x\"", "escape"),
    ("\"1.0\"", String(repeating: "[", count: 100_000), "nested"),
    ("\"1.0\"", "01", "no JSON value"),
    ("\"1.0\"", "tru", "no JSON value"),
    (
      #""normalizer":null"#,
      #""normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAA"}"#, "cut off"
    ),
    (
      #""normalizer":null"#,
      #""normalizer":{"type":"Replace","pattern":{"Regex":"a{2"},"content":7}"#, "content"
    ),
    (
      #""normalizer":null"#,
      #""normalizer":{"type":"Replace","pattern":{"Regex":"a("},"content":""}"#, "without “)”"
    ),
    (
      #""normalizer":null"#,
      #""normalizer":{"type":"Replace","pattern":{"Regex":"[z-a]"},"content":""}"#, "range"
    ),
  ])
  func whatIsWrongIsNamed(_ replaced: String, _ text: String, _ name: String) {
    do {
      _ = try read(document(replaced, by: text))
      Issue.record("\(text.prefix(50)) was accepted")
    } catch {
      guard case .invalid = error else {
        Issue.record("\(error)")
        return
      }
      #expect("\(error)".contains(name), "\(error)")
    }
  }
}
