public import Constraints
public import Decoding
public import Generation
public import Models
public import Sweeps

/// Why a model can't do what it is asked. Every case reads as one sentence that says what to do instead.
public enum InferenceError: Error, Hashable, Sendable {
  /// The files of a model or an adapter can't be loaded.
  case load(LoadError)
  /// The settings can't be used.
  case settings(SettingsError)
  /// The request can't be decoded.
  case decoding(DecodingFailure)
  /// A conversation was given to a model that has no chat template.
  case noChatTemplate(model: String)
  /// The model's chat template can't be used, or refuses the conversation.
  case chatTemplate(model: String, LoadError)
  /// The model's chat template makes an empty text of the conversation.
  case emptyConversation(model: String)
  /// The prompt is empty, and the model has no token that begins a sequence.
  case emptyPrompt(model: String)
  /// The negative prompt is empty, and the model has no token that begins a sequence.
  case emptyNegativePrompt(model: String)
  /// A prompt, called by `name`, has more tokens than the context holds. `isShortened`: the context is shorter than the
  /// model's, because the caller asked for that.
  case promptTooLong(name: String, count: Int, limit: Int, isShortened: Bool)
  /// A conversation has more tokens than the context holds, or leaves no room for an answer. `dropping`: the least number
  /// of first turns without which the rest fits; `nil`: the last turn alone is too long.
  case conversationTooLong(count: Int, limit: Int, dropping: Int?)
  /// What `name` calls holds a token id that the model doesn't have.
  case tokenOutOfRange(name: String, token: Int, vocabularyCount: Int)
  /// The constraint that a setting gives, in a file or written out, can't be compiled.
  case constraint(name: String, file: String?, ConstraintError)
  /// A file that should hold a constraint doesn't.
  case constraintFile(path: String, reason: String)
  /// A stream of one text was asked for under settings that give `count` texts.
  case severalSequences(count: Int)
  /// The text is empty, so that there is nothing to score.
  case nothingToScore
  /// Adapters were asked for in a way that makes no sense, in a sentence.
  case invalidAdapters(String)
  /// A prompt cache can't be used; `reason` goes on after the name of the file.
  case promptCache(file: String, reason: String)
  /// A sweep can't be planned or run.
  case sweep(SweepError)
}

extension InferenceError: CustomStringConvertible {
  /// The error in a sentence.
  public var description: String {
    switch self {
    case .load(let error): "\(error)"
    case .settings(let error): "\(error)"
    case .decoding(let error): "\(error)"
    case .noChatTemplate(let model):
      "\(model) has no chat template; give the prompt as plain text"
    case .chatTemplate(let model, let error):
      "\(model): \(error); give the prompt as plain text, or mend the template"
    case .emptyConversation(let model):
      "\(model): its chat template makes nothing of the prompt"
    case .emptyPrompt(let model):
      "\(model) has no beginning-of-sequence token to start from; give a prompt"
    case .emptyNegativePrompt(let model):
      "the negative prompt is empty, and \(model) has no beginning-of-sequence token to stand"
        + " for it; give a text, or leave it out"
    case .promptTooLong(let name, let count, let limit, let isShortened):
      "\(name) has \(count) tokens and the context holds \(limit); shorten it"
        + (isShortened ? ", or raise the context length" : "")
    case .conversationTooLong(let count, let limit, let dropping):
      "the conversation has \(count) tokens and the context holds \(limit); "
        + (dropping.map { "drop the first \($0 == 1 ? "turn" : "\($0) turns") of it" }
          ?? "the last turn is too long, shorten it")
    case .tokenOutOfRange(let name, let token, let count):
      "\(name): token id \(token) is outside the vocabulary of \(count) (0 to \(count - 1))"
    case .constraint(let name, let file, let error): "\(file ?? name): \(error)"
    case .constraintFile(let path, let reason): "\(path): \(reason)"
    case .severalSequences(let count):
      "a stream gives one text, and these settings give \(count); read the events instead"
    case .nothingToScore: "the text is empty; there is nothing to score"
    case .invalidAdapters(let sentence): sentence
    case .promptCache(let file, let reason): "\(file): \(reason)"
    case .sweep(let error): "\(error)"
    }
  }
}

extension InferenceError {
  /// Runs `body`; what the decoder refuses becomes a ``decoding(_:)``.
  static func wrapping<Value>(
    _ body: () throws(DecodingFailure) -> Value
  ) throws(InferenceError) -> Value {
    do { return try body() } catch { throw .decoding(error) }
  }

  /// Runs `body`; what can't be loaded becomes a ``load(_:)``.
  static func loading<Value>(
    _ body: () throws(LoadError) -> Value
  ) throws(InferenceError) -> Value {
    do { return try body() } catch { throw .load(error) }
  }
}
