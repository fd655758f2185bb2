import Inference
import Synchronization

/// What the endpoint has done, in Prometheus' text format.
final class ServingMetrics: Sendable {
  private struct State {
    /// By path and status.
    var requests: [String: [Int: Int]] = [:]
    var requestSeconds = Histogram()
    var firstTokenSeconds = Histogram()
  }

  private struct Histogram {
    static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
    var counts = bounds.map { _ in 0 }
    var count = 0
    var sum = 0.0

    mutating func note(_ value: Double) {
      count += 1
      sum += value
      for (index, bound) in Self.bounds.enumerated() where value <= bound { counts[index] += 1 }
    }
  }

  private let state = Mutex(State())

  /// Notes an answer. Paths that are no endpoint's count as one, for there is no end of them.
  func note(path: String?, status: Int, seconds: Double) {
    state.withLock { state in
      state.requests[path ?? "other", default: [:]][status, default: 0] += 1
      state.requestSeconds.note(seconds)
    }
  }

  /// Notes how long a request waited for its first token.
  func noteFirstToken(seconds: Double) {
    state.withLock { $0.firstTokenSeconds.note(seconds) }
  }

  /// The page.
  func text(_ counts: EngineCounts) -> String {
    let state = state.withLock { $0 }
    var lines: [String] = []
    func add(_ name: String, _ type: String, _ help: String, _ values: [(String, String)]) {
      lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
      lines += values.map { "\(name)\($0.0) \($0.1)" }
    }
    add(
      "decode_http_requests_total", "counter", "Answers, by path and status.",
      state.requests.sorted { $0.key < $1.key }.flatMap { path, statuses in
        statuses.sorted { $0.key < $1.key }.map {
          ("{path=\"\(path)\",status=\"\($0.key)\"}", "\($0.value)")
        }
      })
    let engine: [(String, String, String, Int)] = [
      ("requests_unfinished", "gauge", "Prompts under way or waiting.", counts.unfinished),
      ("requests_completed_total", "counter", "Prompts that came to their end.", counts.completed),
      ("requests_failed_total", "counter", "Prompts that ended in an error.", counts.failed),
      (
        "requests_cancelled_total", "counter", "Prompts whose client went away.", counts.cancelled
      ),
      ("prompt_tokens_total", "counter", "Tokens of prompts.", counts.promptTokens),
      ("generated_tokens_total", "counter", "Tokens generated.", counts.generatedTokens),
    ]
    for (name, type, help, value) in engine {
      add("decode_\(name)", type, help, [("", "\(value)")])
    }
    for (name, help, histogram) in [
      (
        "request_seconds", "From the first byte of a request to the last of its answer.",
        state.requestSeconds
      ),
      (
        "time_to_first_token_seconds", "From a request's arrival to its first token.",
        state.firstTokenSeconds
      ),
    ] {
      lines += ["# HELP decode_\(name) \(help)", "# TYPE decode_\(name) histogram"]
      for (bound, count) in zip(Histogram.bounds, histogram.counts) {
        lines.append("decode_\(name)_bucket{le=\"\(bound)\"} \(count)")
      }
      lines += [
        "decode_\(name)_bucket{le=\"+Inf\"} \(histogram.count)",
        "decode_\(name)_sum \(histogram.sum)", "decode_\(name)_count \(histogram.count)",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
