import JSON
import LanguageModeling
import Sweeps

/// Makes texts that are a pure function of the task, and can be stopped or made to fail at chosen places.
struct FakeExecutor: SampleExecutor {
  /// Throws instead of giving out one more continuation than this, as a killed process does.
  var killedAfter = Int.max
  /// Says that it was told to stop after so many.
  var stoppedAfter = Int.max
  /// Which tasks fail.
  var fails: @Sendable (SampleTask) -> Bool = { _ in false }
  /// What was run, over all calls.
  var log = Log()

  final class Log {
    var tasks: [SampleTask] = []
    var groups: [[SampleTask]] = []
  }

  mutating func run(
    _ next: () -> [SampleTask]?,
    finished: (SampleTask, Result<SampleOutput, SampleFailure>) throws(SweepError) -> Void
  ) throws(SweepError) -> Bool {
    while let tasks = next() {
      log.groups.append(tasks)
      // In an order of its own: short ones finish first.
      let order = tasks.indices.sorted { first, second in
        let (left, right) = (Self.output(of: tasks[first]), Self.output(of: tasks[second]))
        return (left.tokens.count, first) < (right.tokens.count, second)
      }
      for index in order {
        for output in Self.outputs(of: tasks[index]) {
          if log.tasks.count >= killedAfter { throw .execution("killed") }
          if log.tasks.count >= stoppedAfter { return false }
          log.tasks.append(tasks[index])
          if fails(tasks[index]) {
            try finished(tasks[index], .failure(SampleFailure("the prompt is too long")))
            break
          }
          try finished(tasks[index], .success(output))
        }
      }
    }
    return true
  }

  /// Of a path a few segments, else one continuation.
  static func outputs(of task: SampleTask) -> [SampleOutput] {
    let first = output(of: task)
    guard let range = task.trial.temperatures else { return [first] }
    let (low, high) = (range.lowerBound.bitPattern, range.upperBound.bitPattern)
    let count = first.tokens.count % 4 + 2
    let step = (high - low) / UInt32(count)
    return (0..<count).map { index in
      var output = output(of: task, segment: index)
      let start = low + UInt32(index) * step
      let end = index == count - 1 ? high : start + step - 1
      output.part = PathPart(
        index: index, count: count,
        temperatures: Float(bitPattern: start)...Float(bitPattern: end))
      return output
    }
  }

  static func output(of task: SampleTask, segment: Int = 0) -> SampleOutput {
    let key =
      "\(JSONValue.object(task.trial.settings).text) \(task.prompt.text) \(task.sample)"
      + (segment > 0 ? " \(segment)" : "")
    let digest = SweepIdentity.digest(of: "\(key) \(task.seed)".utf8)
    let count = 1 + (digest.utf8.first.map(Int.init) ?? 0) % 7
    let tokens = digest.utf8.prefix(count + 4).map { TokenID($0) }
    return SampleOutput(
      text: String(digest.prefix(count + 4)), tokens: tokens,
      tokenLogProbabilities: tokens.map { -Double($0) / 64 }, entropies: tokens.map { Double($0) },
      finishReason: "length", seconds: 0.25)
  }
}
