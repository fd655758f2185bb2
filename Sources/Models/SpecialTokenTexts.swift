/// The spellings of a model's special tokens, by the names that its files give them: what a chat template finds under
/// `bos_token`, `pad_token` and the like.
public struct SpecialTokenTexts: Hashable, Sendable {
  /// By name: `bos_token`, `eos_token`, `unk_token`, `sep_token`, `pad_token`, `cls_token`, `mask_token`, and the extra
  /// names that a model has (`image_token`).
  public var named: [String: String]
  /// The list `additional_special_tokens`; `nil` where the files have none.
  public var additional: [String]?

  /// Spellings by name.
  public init(named: [String: String] = [:], additional: [String]? = nil) {
    self.named = named
    self.additional = additional
  }

  /// The spelling of a token, or an empty text where the files name none.
  public subscript(name: String) -> String { named[name] ?? "" }
}
