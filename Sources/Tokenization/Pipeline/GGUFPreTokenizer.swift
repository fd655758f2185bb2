/// What a name in `tokenizer.ggml.pre` stands for: the cuts, and the rest that llama.cpp derives from it
/// (`llama-vocab.cpp`, build 11739).
///
/// The expressions are those of the models' own `tokenizer.json`. Where llama.cpp has another that stands in for one
/// (the classes by case of Tekken and GPT-4o), it differs from them on letters outside ASCII. Qwen2's text is composed
/// (NFC) as in its `tokenizer.json`, which llama.cpp leaves out.
struct GGUFPreTokenizer {
  var normalizer = Normalizer()
  var steps: [PreTokenizer]
  /// Whether a word that is a token is taken whole, whatever the merges say.
  var ignoresMerges = false
  /// Whether a prompt begins with the beginning-of-sequence token where the file doesn't say.
  var addsBeginningOfSequence = false
  /// Whether tokens are spelled as they are, `▁` for a space, and not in GPT-2's alphabet of bytes.
  var isSpelledPlainly = false

  /// `nil` for a name that llama.cpp doesn't know.
  init?(name: String) throws(RegularExpressionError) {
    switch name {
    case "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
      "jina-v5-nano":
      steps = [.words(.llama3)]
      ignoresMerges = true
      addsBeginningOfSequence = true
    case "glm4", "glm5":
      steps = [.words(.llama3)]
      ignoresMerges = true
    case "chatglm-bpe", "dbrx", "smaug-bpe": steps = [.words(.llama3)]
    case "gpt-2", "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de",
      "a.x-4.0", "mellum", "modern-bert", "jina-v1-en", "jina-v2-code", "roberta-bpe", "mpt",
      "olmo", "jais", "trillion", "granite-docling", "exaone4":
      steps = [.words(.gpt2)]
    case "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b",
      "mellum2":
      steps = [.digits(individually: true), .words(.gpt2)]
    case "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez":
      normalizer = Normalizer(steps: [.form(.composed)])
      steps = [.words(.qwen2)]
    case "stablelm2", "hunyuan", "solar-open", "grok-2": steps = [.words(.qwen2)]
    case "gemma4", "granite-embed-multi-311m", "sarvam-moe":
      normalizer = Normalizer(
        steps: [.replace(.literal([UInt8(ascii: " ")]), by: Array("\u{2581}".utf8))])
      steps = [try Self.isolating(#"[^\n]+|[\n]+"#)]
      isSpelledPlainly = true
    default:
      guard let expressions = Self.expressions(name) else { return nil }
      steps = []
      for expression in expressions {
        // The commonest have scanners of their own.
        if let words = WordPattern(regex: expression) {
          steps.append(.words(words))
        } else if expression == Self.number {
          steps.append(.digits(individually: true))
        } else {
          steps.append(try Self.isolating(expression))
        }
      }
      ignoresMerges = ["minicpm5", "youtu", "tekken", "granite-embed-multi-97m"].contains(name)
      addsBeginningOfSequence = ["tekken", "chameleon"].contains(name)
    }
  }

  private static func isolating(
    _ expression: String
  ) throws(RegularExpressionError) -> PreTokenizer {
    .split(
      Splitter(pattern: .expression(try RegularExpression(expression)), behavior: .isolated))
  }

  /// The expressions of a name that has its own, each applied within the parts of the one before; what one matches
  /// stands apart.
  private static func expressions(_ name: String) -> [String]? {
    switch name {
    case "default":
      [#"[\p{P}\$\+<=>\^~\|]+"#, WordPattern.gpt2.regex, #"\p{N}+"#, "[0-9][0-9][0-9]"]
    case "falcon": [#"[\p{P}\$\+<=>\^~\|`]+"#, WordPattern.gpt2.regex, "[0-9][0-9][0-9]"]
    case "deepseek-llm":
      [
        #"[\r\n]"#, latinGreekCyrillic,
        #"\s?[!-/:-~\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF5E}\x{2018}-\x{201F}\x{3000}-\x{3002}]+"#,
        #"\s+$"#, eastAsian, #"\p{N}+"#,
      ]
    case "deepseek-coder": [#"[\r\n]"#, #"\s?\p{L}+"#, #"\s?\p{P}+"#, eastAsian, number]
    case "deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4":
      [#"\p{N}{1,3}"#, hanAndKana, deepSeek3Words + #"[\r\n]*|\s*[\r\n]+"# + spaces]
    case "spark2_5":
      [#"\p{N}{1,3}"#, hanAndKana, deepSeek3Words + #"|[\r\n]"# + spaces, number]
    case "afmoe":
      [
        #"\p{N}+"#, #"(?=(\p{N}{3})+(?!\p{N}))"#,
        #"[\x{4E00}-\x{9FFF}\x{3400}-\x{4DBF}\x{8C48}-\x{FAFF}\x{3040}-\x{309F}\x{30A0}-\x{30FF}"#
          + #"\x{FF65}-\x{FF9F}\x{2F00}-\x{2FDF}\x{E40}-\x{E7F}\x{E80}-\x{EFF}\x{1780}-\x{17FF}"#
          + #"\x{1000}-\x{109F}\x{AA60}-\x{AA7F}\x{A9E0}-\x{A9FF}\x{AC00}-\x{D7AF}"#
          + #"\x{1100}-\x{11FF}]+"#,
        deepSeek3Words + #"[\r\n]*|\s*[\r\n]+"# + spaces,
      ]
    case "youtu":
      [
        #"[\x{AC00}-\x{D7A3}\x{3131}-\x{318E}]+"#
          + #"|[\x{FF01}\x{2026}\x{201C}\x{201D}\x{2018}\x{2019}\x{2014}\x{FF1A}\x{FF1B}\x{FF0C}"#
          + #"\x{3001}-\x{303F}\x{FE30}-\x{FE4F}]+|[\x{3105}-\x{312F}]+|"# + hanAndKana,
        wordsByCase(contractions) + #"|\p{N}"# + symbolsWithSlashes,
      ]
    case "poro-chat", "bloom", "gpt3-finnish": [notPunctuation]
    case "viking": [notPunctuation, number]
    case "tekken": [wordsByCase("") + #"|\p{N}"# + symbolsWithSlashes]
    case "gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2", "granite-embed-multi-97m":
      [wordsByCase(contractions) + #"|\p{N}{1,3}"# + symbolsWithSlashes]
    case "tiny_aya", "cohere2moe":
      [
        #"\d{1,3}(?=(?:\d{3})*\b)"#,
        wordsByCase(contractions) + #"|\p{N}{1,3}"# + symbolsWithSlashes,
      ]
    case "kimi-k2":
      [
        #"\p{Han}+|"# + wordsByCase(contractions, but: #"&&[^\p{Han}]"#)
          + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"# + spaces
      ]
    case "chameleon":
      [
        "<sentinel:[0-9]+>", "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z", #"([\t\n]|    |  )"#, number,
        #"[\p{P}!-/:-@\[-`{-~]"#, WordPattern.gpt2.regex,
      ]
    case "superbpe": [#"\p{N}+"#, #"(?=(\d{3})+(?!\d))"#]
    case "bailingmoe", "bailingmoe2", "llada-moe":
      [
        #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*"#
          + #"|\s*[\r\n]"# + spaces
      ]
    case "seed-coder":
      [
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+"#
          + #"|\s*[\r\n]+"# + spaces
      ]
    case "ufakzeka":
      [#"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"# + spaces]
    case "laguna": [#"[^\n]+|[\n]+"#, WordPattern.qwen2.regex]
    case "minicpm5":
      [
        #"\p{N}{1,3}"#,
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+"#
          + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"# + spaces,
      ]
    case "qwen35":
      [
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}"#
          + #"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+"# + spaces
      ]
    case "exaone-moe":
      [
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}"#
          + #"| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]"# + spaces
      ]
    case "jais-2":
      [
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"#
          + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)"#
          + #"|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1}"#
      ]
    default: nil
    }
  }

  private static let number = #"\p{N}"#
  private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
  private static let spaces = #"|\s+(?!\S)|\s+"#
  private static let symbolsWithSlashes =
    #"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+"# + spaces
  private static let notPunctuation =
    #" ?[^(\s|.,!?\x{2026}\x{3002}\x{FF0C}\x{3001}\x{964}\x{6D4}\x{60C})]+"#
  private static let hanAndKana = #"[\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+"#
  private static let eastAsian = #"[\x{4E00}-\x{9FA5}\x{800}-\x{4E00}\x{AC00}-\x{D7FF}]+"#
  private static let deepSeek3Words =
    ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+"##
    + #"|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+"#

  /// Words that begin anew where a capital follows a small letter: GPT-4o's and its kin.
  private static func wordsByCase(_ suffix: String, but exclusion: String = "") -> String {
    let first = #"[^\r\n\p{L}\p{N}]?"#
    let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}"# + exclusion + "]"
    let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}"# + exclusion + "]"
    return "\(first)\(upper)*\(lower)+\(suffix)|\(first)\(upper)+\(lower)*\(suffix)"
  }

  private static let latinGreekCyrillic =
    #"\s?[A-Za-z\x{B5}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{1BA}\x{1BC}-\x{1BF}\x{1C4}-"#
    + #"\x{293}\x{295}-\x{2AF}\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}"#
    + #"\x{388}-\x{38A}\x{38C}\x{38E}-\x{3A1}\x{3A3}-\x{3F5}\x{3F7}-\x{481}\x{48A}-\x{52F}"#
    + #"\x{531}-\x{556}\x{10A0}-\x{10C5}\x{13A0}-\x{13F5}\x{13F8}-\x{13FD}\x{1C90}-"#
    + #"\x{1CBA}\x{1CBD}-\x{1CBF}\x{1D00}-\x{1D2B}\x{1D6B}-\x{1D77}\x{1D79}-\x{1D9A}"#
    + #"\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D}\x{1F20}-\x{1F45}\x{1F48}-\x{1F4D}\x{1F50}-"#
    + #"\x{1F57}\x{1F59}\x{1F5B}\x{1F5D}\x{1F5F}-\x{1F7D}\x{1F80}-\x{1FB4}\x{1FB6}-"#
    + #"\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4}\x{1FC6}-\x{1FCC}\x{1FD0}-\x{1FD3}\x{1FD6}-"#
    + #"\x{1FDB}\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4}\x{1FF6}-\x{1FFC}\x{2102}\x{2107}"#
    + #"\x{210A}-\x{2113}\x{2115}\x{2119}-\x{211D}\x{2124}\x{2126}\x{2128}\x{212A}-"#
    + #"\x{212D}\x{212F}-\x{2134}\x{2139}\x{213C}-\x{213F}\x{2145}-\x{2149}\x{214E}"#
    + #"\x{2183}\x{2184}\x{2C00}-\x{2C7B}\x{2C7E}-\x{2CE4}\x{2CEB}-\x{2CEE}\x{2CF2}"#
    + #"\x{2CF3}\x{A640}-\x{A66D}\x{A680}-\x{A69B}\x{A722}-\x{A76F}\x{A771}-\x{A787}"#
    + #"\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF}\x{FB00}-\x{FB06}\x{FB13}-\x{FB17}\x{FF21}-"#
    + #"\x{FF3A}\x{FF41}-\x{FF5A}\x{10400}-\x{1044F}\x{104B0}-\x{104D3}\x{104D8}-\x{104FB}"#
    + #"\x{10C80}-\x{10CB2}\x{10CC0}-\x{10CF2}\x{118A0}-\x{118DF}\x{1E900}-\x{1E943}]+"#
}
