/// Which stretches of a text get a space at their front, where text is cut at special tokens.
///
/// SentencePiece itself knows whole texts alone; programs that parse special tokens differ in what they do after one.
package enum DummyPrefix: Hashable, Sendable {
  /// The one that begins the text: `LlamaTokenizer` with `legacy=False` (transformers 4.51.3,
  /// `models/llama/tokenization_llama.py`), which hands all else to SentencePiece without a prefix.
  case first
  /// The same, unless it begins with a space: `LlamaTokenizerFast` with `legacy=False`, whose Metaspace has the scheme
  /// “first”.
  case firstUnlessSpace
  /// Each, also after a special token: `legacy=True`, and llama.cpp.
  case always
  case never

  /// Whether the stretch that begins at `start` of a text gets the prefix.
  func applies(to text: [UInt8], at start: Int) -> Bool {
    switch self {
    case .first: start == 0
    case .firstUnlessSpace:
      start == 0 && text[0] != UInt8(ascii: " ") && !text.starts(with: "\u{2581}".utf8)
    case .always: true
    case .never: false
    }
  }
}
