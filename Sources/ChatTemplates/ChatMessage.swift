/// One turn of a conversation.
public struct ChatMessage: Sendable, Hashable {
  /// Who speaks, in the template's terms: `system`, `user`, `assistant` for nearly all models.
  public var role: String

  /// What is said. It reaches the prompt as the template prints it; nothing is escaped.
  public var content: String

  /// A turn.
  public init(role: String, content: String) {
    self.role = role
    self.content = content
  }
}
