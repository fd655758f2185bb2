import JSON
import LanguageModeling
public import Sweeps

/// The trials of a sweep that ran, ready to be generated again: the model and its adapters are those of the run, and
/// this version resolves the settings as that did.
public struct PreparedReplay {
  /// The interpreter of the trials' settings.
  public let interpreter: GenerationInterpreter
  /// The trials, each with all that was given to it as parameters.
  public let trials: [Trial]

  /// Checks that the trials can be made again.
  ///
  /// - Parameters:
  ///   - trials: of the manifest.
  ///   - folder: what relative paths of adapters are relative to: the sweep file's folder.
  ///   - model: the model that the sweep ran on.
  /// - Throws: ``InferenceError/sweep(_:)`` for another model or another adapter than that of the run, and for settings
  ///   that this version resolves otherwise; ``InferenceError/load(_:)`` for an adapter that can't be used.
  public init(
    _ manifest: Manifest, trials: [Trial], folder: SweepFolder = .current, model: Model
  ) throws(InferenceError) {
    var model = model
    let modelDigest = try model.sweepDigest
    let adapters = try AdapterLibrary(
      trials.flatMap { trial in
        trial.given.filter { $0.key == GenerationCatalogue.adapter }.map(\.value)
      }, folder: folder, into: &model)
    interpreter = GenerationInterpreter(
      model: model, adapters: adapters, repeats: manifest.repeats, folder: folder)
    var checked: [Trial] = []
    for trial in trials {
      let settings: InterpretedSettings
      do {
        settings = try interpreter.interpret(defaults: [], parameters: trial.given)
      } catch {
        throw .sweep(
          .mismatch(path: "trial \(trial.number)", reason: "can't run on this version: \(error)"))
      }
      guard settings.settings == trial.settings else {
        throw .sweep(
          .mismatch(
            path: "trial \(trial.number)",
            reason:
              "has other settings on this version (\(Members.difference(trial.settings, settings.settings))); replay it with the version that ran it, \(manifest.toolVersion)"
          ))
      }
      let ids = SweepSpecification.Noise.allCases.map { noise in
        SweepIdentity.trialID(
          settings: settings.settings, seed: manifest.seed, noise: noise, modelDigest: modelDigest)
      }
      guard ids.contains(trial.id) else {
        throw .sweep(
          .mismatch(
            path: model.name,
            reason:
              "is not the model that the sweep ran on (\(manifest.model)), or runs with another --compute-type, --cache-type or --context-length"
          ))
      }
      checked.append(
        Trial(
          id: trial.id, number: trial.number, parameters: trial.given, settings: trial.settings,
          given: trial.given, isDeterministic: trial.isDeterministic,
          resultCount: trial.resultCount, isBaseline: trial.isBaseline))
    }
    self.trials = checked
  }

  /// Which settings differ, in words.
  private enum Members {
    static func difference(_ left: [JSONMember], _ right: [JSONMember]) -> String {
      let changed = left.filter { member in
        right.first { $0.key == member.key }?.value != member.value
      }
      return changed.isEmpty
        ? "there are more of them" : changed.map(\.key).joined(separator: ", ")
    }
  }
}
