import Benchmark

/// Everything that decoding costs beside the model.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = Benchmark.Configuration(
    metrics: [.wallClock], timeUnits: .microseconds, warmupIterations: 10,
    maxDuration: .seconds(2), maxIterations: 500)
  registerDraws()
  registerSteps()
  registerForks()
}
