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
    if let refusal = specification.refusal(of: shard.count) { throw refusal }
    self.init(
      name: specification.name,
      digest: SweepIdentity.sweepDigest(
        of: specification, data: prompts.digest, modelDigest: modelDigest),
      shard: shard, toolVersion: toolVersion, model: model, objective: specification.objective,
      metrics: specification.metrics.map(\.name), holdout: specification.data.holdout,
      seed: specification.seed, repeats: specification.repeats,
      isExhaustive: specification.isExhaustive, earlyTermination: specification.earlyTermination,
      prompts: prompts.prompts,
      parameters: specification.spaces.flatMap(\.parameters).map(\.name).reduce(into: []) {
        if !$0.contains($1) { $0.append($1) }
      }, trials: [baseline])
  }
}

extension SweepSpecification {
  /// Whether every trial runs on every prompt.
  var isExhaustive: Bool { method != .tpe && earlyTermination == nil }

  /// Why the sweep can't be split into so many shards, if it can't: a search that learns, or lets trials go, needs all
  /// prompts at once.
  public func refusal(of shardCount: Int) -> SweepError? {
    guard !isExhaustive, shardCount > 1 else { return nil }
    return .invalidSpecification(
      file: file, field: earlyTermination == nil ? "method" : "early_terminate",
      reason:
        "\(earlyTermination.map(\.name) ?? method.rawValue) needs all prompts at once and can't be split into "
        + "\(shardCount) shards; run it without --shard")
  }
}
