import Constraints
import Decoding
import Files
import Generation
import LanguageModeling
import Models

extension Model {
  /// The constraint of settings, compiled over the model's vocabulary, and what a lenient reading of its schema left out.
  ///
  /// - Parameter folder: what the path of a file is relative to.
  func constraint(
    of settings: GenerationSettings, folder: SweepFolder
  ) throws(InferenceError) -> (constraint: TextConstraint?, ignored: [String]) {
    guard let setting = settings.parameters.constraintSetting else { return (nil, []) }
    let file = settings.parameters.constraintFile.map { folder.resolved($0) }
    let parameters = try settings.parameters.readingConstraint(in: file)
    guard let source = parameters.constraintSource else { return (nil, []) }
    do throws(ConstraintError) {
      let compiled = try constraints.compiled(
        source, after: settings.constrainAfter, ends: Set(settings.endOfSequenceTokens))
      return (compiled.constraint, compiled.ignored.map { "\(file ?? setting.key): \($0)" })
    } catch {
      throw .constraint(name: setting.key, file: file, error)
    }
  }
}

extension Parameters {
  /// The parameters with the schema or grammar that a file holds in the place of its path.
  fileprivate func readingConstraint(in file: String?) throws(InferenceError) -> Parameters {
    guard let file else { return self }
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try InputFile.read(file, .stream, limit: 64 << 20)
    } catch {
      throw .constraintFile(path: file, reason: error.sentence)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .constraintFile(path: file, reason: "is not UTF-8")
    }
    guard let parameters = readingConstraint(text) else {
      throw .constraintFile(
        path: file,
        reason: jsonSchema == nil
          ? "holds no grammar: no rule with ::= stands in it"
          : "holds no JSON schema, which is an object, true or false")
    }
    return parameters
  }
}
