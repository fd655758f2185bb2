import ChatTemplates
import Decoding
import Generation

/// An answer on its way. One that is given up is cancelled.
final class ConversationTurn: EventSource, Sendable {
  /// The conversation with what is answered, and the one that holds where nothing comes.
  private let conversation: Conversation
  private let before: Conversation
  private let number: Int

  init(_ request: GenerationRequest, of conversation: Conversation, before: Conversation)
    throws(InferenceError)
  {
    self.conversation = conversation
    self.before = before
    number = try conversation.engine.submit(request)
  }

  deinit { conversation.engine.abandon(number) }

  func step() throws(DecodingFailure) -> [GenerationEvent]? {
    try conversation.engine.step(number)
  }

  func cancel() { conversation.engine.cancel(number) }

  /// The conversation after the answer. Of one that was cancelled before anything came nothing is kept.
  func conversation(with result: GenerationResult) -> Conversation {
    let answer = result.sequences.first
    guard let answer, answer.finishReason != .cancelled || !answer.text.isEmpty else {
      return before
    }
    var next = conversation
    next.messages.append(ChatMessage(role: Conversation.assistantRole, content: answer.text))
    return next
  }

  /// Runs to the end.
  ///
  /// - Parameter goesOn: is given what each step brings of the answer; `false` ends it.
  func run(while goesOn: (String) -> Bool) throws(InferenceError) -> GenerationResult {
    var isCancelled = false
    do throws(DecodingFailure) {
      while true {
        guard let events = try step() else {
          throw .conflict("the answer was read to its end before")
        }
        var (text, result): (String, GenerationResult?) = ("", nil)
        for event in events {
          switch event {
          case .text(_, sequence: 0, let piece): text += piece
          case .completed(_, let completed): result = completed
          case .failed(_, let error): throw error
          case .text, .promptRead, .canvas, .token, .finished: continue
          }
        }
        let isWanted = goesOn(text)
        if let result { return result }
        if !isWanted, !isCancelled {
          isCancelled = true
          cancel()
        }
      }
    } catch {
      throw .decoding(error)
    }
  }
}
