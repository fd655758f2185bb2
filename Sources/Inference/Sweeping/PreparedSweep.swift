import JSON
import LanguageModeling
import Models
public import Sweeps
import Transformer

/// A sweep that is ready to run: its prompts are read, its model is loaded, and each of its trials is known to make
/// sense.
public struct PreparedSweep {
  /// What the sweep file says.
  public let specification: SweepSpecification
  /// The prompts.
  public let prompts: PromptFile
  /// The interpreter of its trials' settings.
  public let interpreter: GenerationInterpreter
  /// A planner that has planned the baseline alone so far.
  public let planner: TrialPlanner
  /// The trials that can be known before any work: all of a grid or a random search, the first of one that learns.
  public let trials: [Trial]
  /// Points that were equal to another.
  public let duplicateCount: Int
  /// The adapters that its trials name, by their paths from where the program runs.
  public let adapterPaths: [String]
  /// The digest of the model's files and of the adapters'.
  public let digest: String

  /// Loads the adapters and checks every trial that can be known now.
  ///
  /// - Parameters:
  ///   - folder: what relative paths of the sweep file are relative to.
  ///   - model: the model that it runs on.
  /// - Throws: ``InferenceError/sweep(_:)`` for the first trial that makes no sense, ``InferenceError/load(_:)`` for an
  ///   adapter that can't be used.
  public init(
    _ specification: SweepSpecification, prompts: PromptFile, folder: SweepFolder = .current,
    model: Model
  ) throws(InferenceError) {
    self.prompts = prompts
    var model = model
    let modelDigest: String
    do throws(SweepError) {
      modelDigest = SweepIdentity.digest(
        of: .array([
          .string(try FileDigest.digest(of: model.loaded.path)),
          .string(model.loaded.model.computeType.rawValue),
          .string(model.options.cacheType.rawValue), .integer(model.contextLength),
        ]))
    } catch {
      throw .sweep(error)
    }
    let adapters = try AdapterLibrary(specification, folder: folder, into: &model)
    adapterPaths = adapters.paths
    digest = SweepIdentity.digest(
      of: .array(([modelDigest] + adapters.digests).map(JSONValue.string)))
    self.specification = specification
    let interpreter = GenerationInterpreter(
      model: model, adapters: adapters, repeats: specification.repeats, folder: folder)
    self.interpreter = interpreter
    do throws(SweepError) {
      planner = try TrialPlanner(
        specification, interpreter: interpreter, modelDigest: modelDigest)
      var rehearsal = planner
      while try rehearsal.next() != nil, specification.method != .tpe {
        rehearsal.observe { _ in .nan }
      }
      trials = rehearsal.trials
      duplicateCount = rehearsal.duplicateCount
    } catch {
      throw .sweep(error)
    }
  }

  /// The baseline, unless one of the trials is the same, and the trials.
  public var trialsToRun: [Trial] {
    trials.contains(where: \.isBaseline) ? trials : [planner.baseline] + trials
  }

  /// Continuations that a shard will make at most; `nil` where the search learns.
  public func continuationCount(of shard: Shard) -> Int? {
    guard specification.method != .tpe else { return nil }
    let count = prompts.prompts.indices.count { shard.contains(promptAt: $0) }
    return trialsToRun.continuationCount(repeats: specification.repeats, promptCount: count)
  }

  /// What a run of a shard is about to do.
  ///
  /// - Parameter toolVersion: the version of the program, for the record.
  /// - Throws: ``InferenceError/sweep(_:)`` for a shard of a search that needs all prompts at once.
  public func manifest(of shard: Shard, toolVersion: String) throws(InferenceError) -> Manifest {
    do {
      return try Manifest(
        specification, shard: shard, prompts: prompts, baseline: planner.baseline,
        model: interpreter.model.name, modelDigest: digest, toolVersion: toolVersion)
    } catch {
      throw .sweep(error)
    }
  }
}
