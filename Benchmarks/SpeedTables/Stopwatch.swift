/// How a rate is measured: in samples of at least 4 ms each, of which the best counts, since whatever else a machine
/// does only ever makes one slower.
enum Stopwatch {
  private static let leastSample = 0.004
  private static let leastTotal = 0.08
  private static let fewestSamples = 5

  /// Calls a second of `body`, which is given the number of the call.
  static func callsPerSecond(_ body: (Int) -> Void) -> Double {
    body(0)
    var call = 1
    var best = 0.0
    var total = 0.0
    var samples = 0
    while samples < fewestSamples || total < leastTotal {
      let start = ContinuousClock.now
      let first = call
      var elapsed = 0.0
      repeat {
        body(call)
        call += 1
        elapsed = start.duration(to: .now).inSeconds
      } while elapsed < leastSample
      best = max(best, Double(call - first) / elapsed)
      total += elapsed
      samples += 1
    }
    return best
  }
}

extension Duration {
  /// The duration in seconds.
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
