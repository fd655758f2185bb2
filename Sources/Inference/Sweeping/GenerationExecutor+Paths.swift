import Decoding
import Generation
import LanguageModeling
import Sweeps

extension GenerationExecutor {
  /// Runs the tasks of trials that are paths, all samples of a trial together, and reports their segments in order.
  ///
  /// - Parameter tasks: of one prompt.
  /// - Returns: whether it came to the end; `false` where it was interrupted.
  func runPaths(
    _ tasks: [SampleTask],
    _ finished: (SampleTask, Result<SampleOutput, SampleFailure>) throws(SweepError) -> Void
  ) throws(SweepError) -> Bool {
    var rest = tasks[...]
    while let first = rest.first {
      let group = rest.filter { $0.trial.id == first.trial.id }
      rest.removeAll { $0.trial.id == first.trial.id }
      let path: TextPath
      do {
        guard let made = try self.path(of: group) else { return false }
        path = made
      } catch {
        for task in group { try finished(task, .failure(SampleFailure("\(error)"))) }
        continue
      }
      usage.computedTokensOfPaths += path.computedTokens
      for task in group {
        let segments = path.segments.filter { $0.sequence.sample == task.sample }
        for (index, segment) in segments.enumerated() {
          let sequence = segment.sequence
          usage.madeTokens += path.promptTokens.count + sequence.tokens.count
          try finished(
            task,
            .success(
              SampleOutput(
                text: sequence.text, tokens: sequence.tokens.map(\.token),
                tokenLogProbabilities: sequence.tokens.map(\.logProbability),
                entropies: sequence.tokens.compactMap(\.entropy),
                finishReason: sequence.finishReason.rawValue, isComplete: sequence.isComplete,
                seconds: path.seconds / Double(path.segments.count),
                part: PathPart(
                  index: index, count: segments.count, temperatures: segment.temperatures))))
        }
      }
    }
    return true
  }

  /// The path of a trial's samples on a prompt; `nil` where it was interrupted.
  private func path(of tasks: [SampleTask]) throws -> TextPath? {
    guard let first = tasks.first else { return nil }
    let resolution = try interpreter.resolution(of: first.trial, defaults: defaults)
    guard let temperatures = resolution.temperatures else {
      throw SampleFailure("the trial is no path")
    }
    var request = try self.request(
      of: first, resolution, interpreter.model.tokens(of: first.prompt))
    request.samples = tasks.map(\.sample)
    let decoder = try interpreter.model.pathDecoder(request, temperatures: temperatures)
    while try decoder.step() {
      if isInterrupted() { return nil }
    }
    return decoder.path
  }
}
