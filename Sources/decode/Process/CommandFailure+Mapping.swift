import Decoding
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
    case .notFinite, .noCandidates:
      self = .failure("\(error)")
    case .model(.invalidOption(let sentence)), .draftModel(.invalidOption(let sentence)):
      self = .usage(sentence)
    case .model, .draftModel:
      self = .failure("\(error)")
    }
  }
}
