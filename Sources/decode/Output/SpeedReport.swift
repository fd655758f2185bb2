import Inference
import JSON
import Metrics

/// What `bench` prints.
struct SpeedReport {
  var model: String
  var threads: Int
  var computeType: String
  var cacheType: String
  var results: [SpeedResult]

  /// The report as JSON.
  var json: JSONValue {
    .members([
      "schema": .integer(1), "model": .string(model), "threads": .integer(threads),
      "compute_type": .string(computeType), "cache_type": .string(cacheType),
      "results": .array(
        results.map {
          .members([
            "test": .string($0.test.name), "tokens_per_second": .number($0.mean),
            "stddev": .number($0.standardDeviation), "best": .number($0.best),
            "median": .number($0.median), "depth": .integer($0.test.depth),
            "sequences": .integer($0.test.sequenceCount),
          ])
        }),
    ])
  }

  /// The report as a table.
  var text: String {
    var rows = [["model", "threads", "compute type", "test", "tokens/s", "±"]]
    for result in results {
      rows.append([
        model, "\(threads)", computeType, result.test.name, FixedPoint.text(result.mean, places: 2),
        FixedPoint.text(result.standardDeviation, places: 2),
      ])
    }
    return TextTable(rows: rows, rightAligned: [1, 4, 5]).text
  }
}
