extension Manifest {
  /// What a run of `specification` is about to do.
  ///
  /// - Parameters:
  ///   - shard: the run's part of the prompts.
  ///   - prompts: all prompts of the sweep.
  ///   - baseline: the trial that the others are compared with; the trials themselves are added as they are planned.
  ///   - model: as the user named it.
  ///   - modelDigest: of the files of the model and of the adapters.
  ///   - toolVersion: the version of the tool.
  /// - Throws: ``SweepError/invalidSpecification(file:field:reason:)`` for a shard of a search that needs all prompts at
  ///   once.
  public init(
    _ specification: SweepSpecification, shard: Shard, prompts: PromptFile, baseline: Trial,
    model: String, modelDigest: String, toolVersion: String
  ) throws(SweepError) {
    let isExhaustive =
      specification.method != .tpe && specification.earlyTermination == nil
    guard isExhaustive || shard.count == 1 else {
      throw .invalidSpecification(
        file: specification.file,
        field: specification.method == .tpe ? "method tpe" : "early_terminate",
        reason: "needs all prompts at once, so that --shard \(shard) can't be; run it unsharded")
    }
    self.init(
      name: specification.name,
      digest: SweepIdentity.sweepDigest(
        of: specification, data: prompts.digest, modelDigest: modelDigest),
      shard: shard, toolVersion: toolVersion, model: model, objective: specification.objective,
      metrics: specification.metrics.map(\.name), holdout: specification.data.holdout,
      seed: specification.seed, repeats: specification.repeats, isExhaustive: isExhaustive,
      prompts: prompts.prompts,
      parameters: specification.spaces.flatMap(\.parameters).map(\.name).reduce(into: []) {
        if !$0.contains($1) { $0.append($1) }
      }, trials: [baseline])
  }
}
