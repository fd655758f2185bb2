import Foundation
import Testing

@Suite struct PathCommandTests {
  private struct Report: Decodable {
    struct Segment: Decodable {
      var from: Float
      var to: Float
      var text: String
      var tokens: [Int]
      var logprob: Double
      var finish_reason: String
    }
    struct Sample: Decodable {
      var sample: Int
      var segments: [Segment]
    }
    struct Settings: Decodable {
      var temperature: [Float]
    }
    var schema: Int
    var seed: Int
    var parameter: String
    var settings: Settings
    var samples: [Sample]
  }

  private struct Generated: Decodable {
    struct Sequence: Decodable {
      var tokens: [Int]
      var text: String
      var logprob: Double
      var finish_reason: String
    }
    var sequences: [Sequence]
  }

  private static let arguments = [
    "Once upon a time", "-n", "6", "-s", "7", "--top-k", "40", "--top-p", "0.9", "--json",
    "--num-return-sequences", "2",
  ]

  @Test func aSegmentIsWhatGenerateGivesAtItsEnds() throws {
    let result = try DecodeProcess.run(
      ["path"] + Self.arguments + ["--temperature", "0.3..0.9"])
    #expect(result.code == 0 && result.errors.isEmpty)
    let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    #expect(report.schema == 1 && report.seed == 7 && report.parameter == "temperature")
    #expect(report.settings.temperature == [0.3, 0.9])
    #expect(report.samples.map(\.sample) == [0, 1])
    for sample in report.samples {
      #expect(sample.segments.first?.from == 0.3 && sample.segments.last?.to == 0.9)
      for (left, right) in zip(sample.segments, sample.segments.dropFirst()) {
        #expect(left.to.nextUp == right.from && left.tokens != right.tokens)
      }
      for segment in [sample.segments[0], sample.segments[sample.segments.count / 2]] {
        for temperature in [segment.from, segment.to] {
          let run = try DecodeProcess.run(Self.arguments + ["--temperature", "\(temperature)"])
          let sequence = try JSONDecoder().decode(Generated.self, from: Data(run.output.utf8))
            .sequences[sample.sample]
          #expect(sequence.tokens == segment.tokens && sequence.text == segment.text)
          #expect(sequence.logprob == segment.logprob)
          #expect(sequence.finish_reason == segment.finish_reason)
        }
      }
    }
  }

  @Test func theTableHasARowForEachRun() throws {
    let result = try DecodeProcess.run([
      "path", "Once upon a time", "-n", "3", "-s", "7", "--temperature", "0.5..0.5",
    ])
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("from"))
    #expect(lines[1].hasPrefix("0.5"))
    #expect(lines[2] == "1 run of temperatures, 1 text")
  }

  @Test(arguments: [
    ([], "--temperature 0.2..1.4"), (["--temperature", "0.7"], "two numbers"),
    (["--temperature", "0..1"], "above 0"), (["--temperature", "1..0.5"], "lower number first"),
    (["--temperature", "0.5..1", "--typical-p", "0.9"], "typical"),
    (["--temperature", "0.5..1", "--mirostat", "2"], "mirostat"),
    (["--temperature", "0.5..1", "--num-beams", "2"], "num_beams"),
    (["--temperature", "0.5..1", "--strategy", "beam-sample", "--num-beams", "2"], "beam-sample"),
    (["--temperature", "0.5..1", "--select", "mbr"], "--select"),
    (["--temperature", "0.2..1.4", "--max-segments", "2"], "--max-segments"),
    (["--temperature", "0.2..1.4", "--max-segments", "0"], "--max-segments"),
  ])
  func whatCannotBeFollowedIsRefused(flags: [String], word: String) throws {
    let result = try DecodeProcess.run(["path", "Once", "-n", "8", "-s", "1"] + flags)
    #expect(result.code == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains(word), "\(result.errors)")
  }
}
