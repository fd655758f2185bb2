public import LanguageModeling

/// A block of text on its way from noise, after a step.
public struct CanvasState: Hashable, Sendable {
  /// The sample's place among the request's sequences.
  public var slot: Int
  /// The index of the block's first token among the generated ones.
  public var start: Int
  /// The steps that the block has taken.
  public var step: Int
  /// The steps that the block takes at most.
  public var stepCount: Int
  /// The tokens: `nil` where a position isn't settled.
  public var tokens: [TokenID?]
}
