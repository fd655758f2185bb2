extension Conversation {
  /// Takes in what a prompt cache holds of the prompt of the first turn, before that is read. Of no effect once a turn was
  /// taken.
  ///
  /// ```swift
  /// let cache = try PromptCache("talk.cache", for: model)
  /// conversation.restore(from: cache)
  /// _ = try conversation.send("Where were we?")
  /// try conversation.save(to: cache)
  /// ```
  ///
  /// A file that is damaged makes the first turn fail with ``InferenceError/promptCache(file:reason:)``.
  public func restore(from cache: PromptCache) {
    engine.restore(from: cache)
  }

  /// Writes the keys and values of what was said, as far as they are there, in the place of what the file holds.
  ///
  /// - Returns: whether the file holds them now; `false` where no turn was taken.
  /// - Throws: ``InferenceError/promptCache(file:reason:)`` where the file can't be written, or is another model's.
  @discardableResult
  public func save(to cache: PromptCache) throws(InferenceError) -> Bool {
    guard !messages.isEmpty else { return false }
    return try engine.save(try model.tokens(of: messages), adapter: model.adapter, to: cache)
  }
}
