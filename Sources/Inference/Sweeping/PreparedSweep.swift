import JSON
import LanguageModeling
import Models
import Sweeps
import Transformer

/// A sweep that is ready to run: its prompts are read, its model is loaded, and each of its trials is known to make
/// sense.
struct PreparedSweep {
  let specification: SweepSpecification
  let prompts: PromptFile
  let interpreter: GenerationInterpreter
  /// Has planned the baseline alone.
  let planner: TrialPlanner
  /// The trials that can be known before any work: all of a grid or a random search, the first of one that learns.
  let trials: [Trial]
  /// Points that were equal to another.
  let duplicateCount: Int
  /// Of the model's files and those of the adapters.
  let digest: String

  /// Reads and checks everything.
  init(
    _ options: SweepOptions, model modelOptions: ModelOptions, compute: ComputeOptions,
    console: Console
  ) throws(CommandFailure) {
    let (specification, folder) = try options.read()
    prompts = try SweepFile.prompts(specification, folder: folder)
    var source = modelOptions
    // A flag goes before the file, and the file before the environment.
    if source.model == nil, let path = specification.model {
      source.model = SweepFile.resolved(path, in: folder)
    }
    var model = try source.load(compute, adapters: [], console: console)
    let modelDigest = SweepIdentity.digest(
      of: .array([
        .string(try FileDigest.digest(of: model.loaded.path)),
        .string(model.loaded.model.computeType.rawValue), .string(compute.cacheType.rawValue),
        .integer(model.contextLength(compute)),
      ]))
    let adapters = try AdapterLibrary(
      specification, folder: folder, into: &model, console: console)
    digest = SweepIdentity.digest(
      of: .array(([modelDigest] + adapters.digests).map(JSONValue.string)))
    self.specification = specification
    let interpreter = GenerationInterpreter(
      model: model, adapters: adapters, repeats: specification.repeats,
      contextLength: model.contextLength(compute))
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
      throw CommandFailure(error)
    }
  }

  /// The baseline, unless one of the trials is the same, and the trials.
  var runners: [Trial] {
    trials.contains(where: \.isBaseline) ? trials : [planner.baseline] + trials
  }

  /// Continuations that a shard will make at most; `nil` where the search learns.
  func continuationCount(of shard: Shard) -> Int? {
    guard specification.method != .tpe else { return nil }
    let count = prompts.prompts.indices.count { shard.contains(promptAt: $0) }
    return runners.continuationCount(repeats: specification.repeats, promptCount: count)
  }

  /// What a run of a shard is about to do.
  func manifest(of shard: Shard) throws(CommandFailure) -> Manifest {
    do {
      return try Manifest(
        specification, shard: shard, prompts: prompts, baseline: planner.baseline,
        model: interpreter.model.name, modelDigest: digest, toolVersion: Decode.version)
    } catch {
      throw CommandFailure(error)
    }
  }
}
