import Decoding
import Inference
import LanguageModeling
import Sweeps

/// Runs `body`; errors of the libraries become failures of the command.
func reportingFailure<Result>(_ body: () throws -> Result) throws(CommandFailure) -> Result {
  do {
    return try body()
  } catch let failure as CommandFailure {
    throw failure
  } catch let error as SweepError {
    throw CommandFailure(error)
  } catch let error as InferenceError {
    throw CommandFailure(error)
  } catch let error as DecodingFailure {
    throw CommandFailure(error)
  } catch {
    throw .failure("\(error)")
  }
}

extension CommandFailure {
  /// What the user asked for is wrong arguments; what the model does is a failure.
  init(_ error: DecodingFailure) {
    switch error {
    case .invalidParameter, .conflict, .emptyPrompt, .promptTooLong, .tokenOutOfRange:
      self = .usage("\(error)")
    case .notFinite, .noCandidates, .insufficientMemory, .constraint:
      self = .failure("\(error)")
    case .model(.invalidOption(let sentence)), .draftModel(.invalidOption(let sentence)):
      self = .usage(sentence)
    case .model, .draftModel:
      self = .failure("\(error)")
    }
  }
}

extension CommandFailure {
  /// What a model says of it, in the words of the command's flags.
  init(_ error: InferenceError) {
    switch error {
    case .decoding(let error): self = CommandFailure(error)
    case .sweep(let error): self = CommandFailure(error)
    case .noChatTemplate(let model):
      self = .usage("\(model) has no chat template; give the prompt as plain text")
    case .chatTemplate(let model, let error):
      self = .failure(
        "\(model): \(error); give the prompt as plain text, or mend the template")
    case .promptTooLong(let name, let count, let limit, let isShortened):
      self = .usage(
        "\(name) has \(count) tokens and the context holds \(limit); shorten it"
          + (isShortened ? ", or raise --context-length" : ""))
    case .load, .emptyConversation, .conversationTooLong, .promptCache, .constraintFile,
      .constraint(_, .some, _):
      self = .failure("\(error)")
    case .settings, .emptyPrompt, .emptyNegativePrompt, .tokenOutOfRange, .severalSequences,
      .nothingToScore, .invalidAdapters, .constraint:
      self = .usage("\(error)")
    }
  }
}
