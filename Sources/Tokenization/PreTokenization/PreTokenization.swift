/// What happens to text between the added tokens: normalisation, a leading space, and the cuts.
struct PreTokenization: Hashable, Sendable {
  /// Whether text is brought to normalisation form C first.
  var composes = false
  /// Whether a space is put before a text that doesn't begin with one.
  var addsPrefixSpace = false
  /// The cuts, each within the parts of the one before.
  var steps: [PreTokenizer]

  /// Named as in GGUF's `tokenizer.ggml.pre`, after llama.cpp's `llama-vocab.cpp`; `nil` for an unknown name.
  ///
  /// `default` is GPT-2's here, as transformers reads every such file; llama.cpp's own default cuts at punctuation
  /// and in threes of digits besides. Qwen2 is composed (NFC), as in Qwen2's `tokenizer.json`, which llama.cpp leaves
  /// out.
  init?(ggufName name: String) {
    switch name {
    case "gpt-2", "default": self.init(steps: [.words(.gpt2)])
    case "smollm": self.init(steps: [.digits(individually: true), .words(.gpt2)])
    case "llama-bpe", "llama-v3", "llama3": self.init(steps: [.words(.llama3)])
    case "qwen2": self.init(composes: true, steps: [.words(.qwen2)])
    default: return nil
    }
  }

  init(composes: Bool = false, addsPrefixSpace: Bool = false, steps: [PreTokenizer]) {
    self.composes = composes
    self.addsPrefixSpace = addsPrefixSpace
    self.steps = steps
  }

  /// The parts of `text[range]`, in order and without a gap.
  func parts(of text: [UInt8], in range: Range<Int>) -> [Range<Int>] {
    var parts = [range]
    for step in steps {
      var finer: [Range<Int>] = []
      finer.reserveCapacity(max(parts.count, range.count / 4))
      for part in parts { step.split(part, of: text, into: &finer) }
      parts = finer
    }
    return parts
  }
}
