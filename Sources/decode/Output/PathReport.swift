import Generation
import Inference
import JSON

/// What `path` prints. Everything but `timings`, which stands last, is a function of the model, the prompt, the settings
/// and the seed.
struct PathReport {
  var model: String
  var prompt: String
  var settings: JSONValue
  var path: TextPath
  var threads: Int
  var loadSeconds: Double

  /// The segments of each sample.
  private var samples: [(sample: Int, segments: ArraySlice<TextPath.Segment>)] {
    var samples: [(sample: Int, segments: ArraySlice<TextPath.Segment>)] = []
    var rest = path.segments[...]
    while let sample = rest.first?.sequence.sample {
      let own = rest.prefix { $0.sequence.sample == sample }
      samples.append((sample, own))
      rest = rest.dropFirst(own.count)
    }
    return samples
  }

  /// The report as JSON.
  var json: JSONValue {
    .members([
      "schema": .integer(1), "model": .string(model), "prompt": .string(prompt),
      "prompt_tokens": .integers(path.promptTokens), "settings": settings,
      "seed": .unsigned(path.seed), "parameter": .string("temperature"),
      "samples": .array(
        samples.map { sample in
          .members([
            "sample": .integer(sample.sample),
            "segments": .array(sample.segments.map(json)),
          ])
        }),
      "timings": .members([
        "threads": .integer(threads), "load_seconds": .seconds(loadSeconds),
        "computed_tokens": .integer(path.computedTokens), "path_seconds": .seconds(path.seconds),
      ]),
    ])
  }

  private func json(_ segment: TextPath.Segment) -> JSONValue {
    let sequence = segment.sequence
    var members: [JSONMember] = [
      .init("from", .single(segment.temperatures.lowerBound)),
      .init("to", .single(segment.temperatures.upperBound)),
      .init("text", .string(sequence.text)),
      .init("tokens", .integers(sequence.tokens.map(\.token))),
      .init("logprob", .number(sequence.logProbability)),
      .init("finish_reason", .string(sequence.finishReason.rawValue)),
    ]
    if let isComplete = sequence.isComplete { members.append(.init("complete", .bool(isComplete))) }
    return .object(members)
  }

  /// The report for reading: a row for each run of temperatures, and one for each zone in which rounding decides.
  var text: String {
    var text = ""
    for (sample, segments) in samples {
      if samples.count > 1 { text += (text.isEmpty ? "" : "\n") + "sample \(sample)\n" }
      var rows = [["from", "to", "text"]]
      var rest = segments
      while let segment = rest.first {
        let zone = rest.prefix { $0.isNarrow }
        if zone.count > 1, let last = zone.last {
          rows.append([
            "\(segment.temperatures.lowerBound)", "\(last.temperatures.upperBound)",
            "(\(zone.count) short runs: rounding decides)",
          ])
          rest = rest.dropFirst(zone.count)
        } else {
          rows.append([
            "\(segment.temperatures.lowerBound)", "\(segment.temperatures.upperBound)",
            segment.sequence.text,
          ])
          rest = rest.dropFirst()
        }
      }
      text += TextTable(rows: rows).text
    }
    let (runs, texts) = (path.segments.count, path.distinctCount)
    return text + "\n\(runs) \(runs == 1 ? "run" : "runs") of temperatures, \(texts)"
      + " \(texts == 1 ? "text" : "texts")\n"
  }
}

extension TextPath.Segment {
  /// Whether the run is so short that rounding made it.
  fileprivate var isNarrow: Bool {
    temperatures.upperBound.bitPattern - temperatures.lowerBound.bitPattern < 32
  }
}
