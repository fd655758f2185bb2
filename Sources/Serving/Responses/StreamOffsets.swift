import LanguageModeling
import Synchronization

/// Where the tokens of streamed choices begin in their texts.
final class StreamOffsets: Sendable {
  /// The tokens of each choice that were sent.
  private let sent = Mutex<[Int: [TokenID]]>([:])

  /// The offsets of the next tokens of a choice.
  ///
  /// - Parameter prompt: what stands before the choice.
  func take(
    _ tokens: [TokenID], of choice: Int, after prompt: [TokenID], _ spelling: TokenSpelling
  ) -> [Int] {
    sent.withLock { sent in
      let before = sent[choice] ?? []
      sent[choice] = before + tokens
      return Array(
        spelling.offsets(of: before + tokens, after: prompt).dropFirst(before.count))
    }
  }
}
