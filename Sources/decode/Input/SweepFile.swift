import Decoding
import Inference
import JSON
import Sweeps

/// A sweep file: YAML, or JSON where its name ends in `.json`, read in the order in which it is written.
enum SweepFile {
  /// Lists and mappings deeper than this are in no sweep file.
  private static let depth = 12

  /// The specification in the file at `path`.
  static func read(_ path: String) throws(CommandFailure) -> SweepSpecification {
    let pairs = try ConfigurationFile.read(path, depth: depth)
    let value = JSONValue.object(pairs.map { JSONMember($0.key, JSONValue($0.value)) })
    return try specification(value, file: path)
  }

  /// The specification that `value` spells.
  ///
  /// - Parameter file: where it is from, for messages.
  static func specification(
    _ value: JSONValue, file: String
  ) throws(CommandFailure) -> SweepSpecification {
    do {
      return try SweepSpecification(
        reading: value, file: file, catalogue: GenerationCatalogue())
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The prompts that a specification names.
  ///
  /// - Parameter folder: what relative paths are relative to.
  static func prompts(
    _ specification: SweepSpecification, folder: SweepFolder
  ) throws(CommandFailure) -> PromptFile {
    let path = folder.resolved(specification.data.prompts)
    let bytes = try FileIO.readFile(path)
    var data = specification.data
    data.prompts = path
    do { return try PromptFile(bytes, data) } catch { throw CommandFailure(error) }
  }
}

extension CommandFailure {
  /// A file that asks for something wrong is the user's; all else is a file, a disk or a program that failed.
  init(_ error: SweepError) {
    switch error {
    case .invalidSpecification: self = .usage("\(error)")
    case .invalidData, .mismatch, .file, .tooManyFailures, .execution: self = .failure("\(error)")
    }
  }
}
