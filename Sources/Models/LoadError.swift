public import ChatTemplates
public import Checkpoints
internal import Files
public import Tokenization
public import Vocab

/// Why a model can't be loaded. Every case says which file, which field, and what to do where there is something.
public enum LoadError: Error, Hashable, Sendable {
  /// The path is no model: what stands there instead, and what to give.
  case notAModel(path: String, reason: String)
  /// The path is no adapter: what stands there instead, and what to give.
  case notAnAdapter(path: String, reason: String)
  /// Adapters can't be merged into the model, in a sentence.
  case unmergeable(path: String, reason: String)
  /// A file can't be read.
  case cannotRead(file: String, reason: String)
  /// A field holds what can't be.
  case invalid(file: String, field: String, reason: String)
  /// A field asks for what isn't implemented.
  case unsupported(file: String, field: String, what: String)
  /// The weights can't be used.
  case checkpoint(CheckpointError)
  /// The vocabulary can't be used.
  case tokenization(TokenizationError)
  /// The chat template can't be used.
  case chatTemplate(ChatTemplateError)
  /// The model that the package ships isn't where it should be.
  case embedded(EmbeddedModelError)
}

extension LoadError: CustomStringConvertible {
  /// One sentence: where, what, and what to do.
  public var description: String {
    switch self {
    // An empty path is what is wrong, and its sentence says so.
    case .notAModel("", let reason), .notAnAdapter("", let reason): reason
    case .notAModel(let path, let reason), .notAnAdapter(let path, let reason),
      .unmergeable(let path, let reason):
      "\(path): \(reason)"
    case .cannotRead(let file, let reason): "\(file): can't be read: \(reason)"
    case .invalid(let file, let field, let reason): "\(file): \(field): \(reason)"
    case .unsupported(let file, let field, let what): "\(file): \(field): \(what) is not supported"
    case .checkpoint(let error): error.description
    case .tokenization(let error): error.description
    case .chatTemplate(let error): error.description
    case .embedded(let error): error.description
    }
  }
}

extension LoadError {
  /// Runs `body`; what goes wrong with the weights becomes a ``checkpoint(_:)``.
  static func wrapping<Value>(
    _ body: () throws(CheckpointError) -> Value
  ) throws(LoadError) -> Value {
    do { return try body() } catch { throw .checkpoint(error) }
  }

  /// Runs `body`; what goes wrong with a file becomes a ``checkpoint(_:)``.
  static func wrapping<Value: ~Copyable>(
    _ body: () throws(FileError) -> Value
  ) throws(LoadError) -> Value {
    do { return try body() } catch { throw .checkpoint(CheckpointError(error)) }
  }

  /// Runs `body`; what goes wrong with the vocabulary becomes a ``tokenization(_:)``.
  static func wrapping<Value>(
    _ body: () throws(TokenizationError) -> Value
  ) throws(LoadError) -> Value {
    do { return try body() } catch { throw .tokenization(error) }
  }
}
