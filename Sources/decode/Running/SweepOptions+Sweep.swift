import Inference
import Sweeps

extension SweepOptions {
  /// Reads the sweep, loads its model, and checks its trials.
  func prepare(
    _ modelOptions: ModelOptions, _ compute: ComputeOptions, console: Console
  ) throws(CommandFailure) -> PreparedSweep {
    let (specification, folder) = try read()
    let prompts = try SweepFile.prompts(specification, folder: folder)
    var source = modelOptions
    // A flag goes before the file, and the file before the environment.
    if source.model == nil, let path = specification.model {
      source.model = folder.resolvedModel(path)
    }
    let model = try source.load(compute, adapters: [], console: console)
    let sweep = try reportingFailure {
      try PreparedSweep(specification, prompts: prompts, folder: folder, model: model)
    }
    for path in sweep.adapterPaths { console.detail("adapter: \(path)") }
    return sweep
  }
}
