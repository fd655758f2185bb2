import Foundation
import TestSupport
import Testing

/// Constraints on the command line: what is written, what is reported, what is refused.
@Suite struct ConstraintCommandTests {
  private static let schema = #"""
    {"type": "object", "properties": {"name": {"type": "string", "pattern": "^[A-Z][a-z]{2,8}$"},
     "age": {"type": "integer", "minimum": 7, "maximum": 99}},
     "required": ["name", "age"], "additionalProperties": false}
    """#

  private func sequences(_ arguments: [String]) throws -> [[String: Any]] {
    let object = try DecodeProcess.run(arguments + ["--json"]).object()
    return try #require(object["sequences"] as? [[String: Any]])
  }

  /// Schemas and grammars out of files and written out, under searches of all kinds: `validate` accepts what is written.
  @Test func whatIsWrittenIsAccepted() throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let schema = try directory.write(("\n " + Self.schema).utf8, to: "sheet.json")
    let grammar = try directory.write(
      "root ::= word (\" \" word)* \".\"\nword ::= [a-z]+".utf8, to: "words.gbnf")
    let constraints = [
      ["-j", schema], ["-j", Self.schema, "--json-whitespace", "indented"],
      ["--grammar-file", grammar], ["--grammar", grammar],
      ["--regex", "[A-Z][a-z]+( [a-z]+){2,5}\\."],
      ["--choice", "the wolf", "--choice", "a king"],
    ]
    let searches = [
      ["--temperature", "1.5"], ["--temperature", "0"],
      ["--num-beams", "3", "--num-return-sequences", "2"],
      ["--num-beams", "4", "--num-beam-groups", "2", "--diversity-penalty", "0.5"],
      ["--strategy", "beam-sample", "--num-beams", "2"],
      ["--strategy", "stochastic-beam", "--num-beams", "2"],
      ["--strategy", "arithmetic", "--num-return-sequences", "2"],
      ["--penalty-alpha", "0.6", "--top-k", "4"],
      ["--top-k", "10", "--prompt-lookup", "4"], ["--guidance-scale", "1.5", "--top-p", "0.9"],
    ]
    for (index, search) in searches.enumerated() {
      let constraint = constraints[index % constraints.count]
      let found = try sequences(
        ["A tale of a wolf.", "-s", "4", "-n", "60"] + constraint + search)
      for sequence in found where sequence["complete"] as? Bool == true {
        let text = try #require(sequence["text"] as? String)
        let path = try directory.write(text.utf8, to: "text.txt")
        let verdict = try DecodeProcess.run(["validate", path] + constraint)
        #expect(verdict.output == "\(path): accepted\n", "\(search): \(text)")
      }
      #expect(found.contains { $0["complete"] as? Bool == true }, "\(constraint) \(search)")
    }
  }

  @Test func theReportSaysWhatTheConstraintDid() throws {
    let whole = try sequences([
      "Once", "--choice", "yes", "--choice", "no", "-s", "1", "--logprobs", "1",
    ])[0]
    #expect(whole["complete"] as? Bool == true && whole["finish_reason"] as? String == "eos")
    let masses = try #require(whole["constraint_logprobs"] as? [Double])
    #expect(masses.count == (whole["tokens"] as? [Int])?.count && masses.allSatisfy { $0 <= 0 })
    let free = try sequences(["Once", "-s", "1", "-n", "2"])[0]
    #expect(free["complete"] == nil && free["constraint_logprobs"] == nil)
    // The limit, an end that is ignored, and a place where no token goes on.
    let cut = try sequences(["Once", "--regex", "[a-z]{40}", "-s", "1", "-n", "3"])[0]
    #expect(cut["complete"] as? Bool == false && cut["finish_reason"] as? String == "length")
    let stopped = try sequences(["Once", "--choice", "yes", "--ignore-eos", "-s", "1"])[0]
    #expect(stopped["complete"] as? Bool == true && stopped["finish_reason"] as? String == "stop")
    let dead = try DecodeProcess.run(
      // Three tokens of a byte each, of which the second may not come.
      ["Once", "--choice", "日", "--suppress-tokens", "154", "-s", "1", "--json"])
    let sequence = try #require((try dead.object()["sequences"] as? [[String: Any]])?.first)
    #expect(sequence["finish_reason"] as? String == "dead_end")
    let end = try #require(sequence["dead_end"] as? [String: Any])
    #expect(end["position"] as? Int == 1 && sequence["tokens"] as? [Int] == [233])
    #expect((end["expected"] as? String)?.isEmpty == false)
    let text = try DecodeProcess.run(["Once", "--regex", "[a-z]{40}", "-s", "1", "-n", "3"])
    #expect(text.errors.contains("doesn't satisfy the constraint: it ends after 3 tokens"))
  }

  @Test func samplesAreChosenByWhatTheConstraintLeft() throws {
    let found = try sequences([
      "The ", "--choice", "wolf", "--choice", "king", "--num-return-sequences", "5", "--select",
      "weight", "-s", "2",
    ])
    #expect(found.count == 5)
    let weights = found.map { sequence in
      exp((sequence["constraint_logprobs"] as? [Double] ?? []).reduce(0, +))
    }
    for (sequence, weight) in zip(found, weights) {
      let score = try #require(sequence["score"] as? Double)
      #expect(abs(score - weight / weights.reduce(0, +)) < 1e-6)
    }
  }

  @Test func aLineOfPromptsHasAConstraintOfItsOwn() throws {
    let lines = [
      #"{"prompt": "Once", "settings": {"regex": "[0-9]{3}"}}"#, #"{"prompt": "Once"}"#,
      #"{"prompt": "Once", "settings": {"json_schema": {"enum": ["x"]}}}"#,
      #"{"prompt": "Once", "settings": {"grammar": "root ::= nothing"}}"#,
    ].joined(separator: "\n")
    let result = try DecodeProcess.run(
      ["--prompts", "-", "--choice", "wolf", "-s", "1", "-q"], input: Array(lines.utf8))
    let objects = try result.lines.map { try ProcessResult.object($0) }
    let texts = objects.map { ($0["sequences"] as? [[String: Any]])?.first?["text"] as? String }
    #expect(objects.count == 4 && result.code == 1)
    #expect(texts[0]?.count == 3 && Int(texts[0] ?? "") != nil)
    #expect(texts[1] == "wolf" && texts[2] == "\"x\"" && texts[3] == nil)
    #expect((objects[3]["error"] as? String)?.contains("the rule “nothing”") == true)
  }

  @Test(arguments: [
    (["--regex", "("], 64, "regex: regular expression “(”: byte 0"),
    (["-j", "{\"type\": 3}"], 64, "json_schema: JSON schema: #/type: must be a list"),
    (["-j", "/nowhere.json"], 1, "/nowhere.json: can't be opened"),
    (["--grammar-file", "/nowhere"], 1, "/nowhere: can't be opened"),
    (["--regex", "a", "--choice", "b"], 64, "each give a constraint; give one of them"),
    (["--constrain-after", "x"], 64, "has no effect without json_schema"),
    (["--json-whitespace", "compact"], 64, "has no effect without json_schema"),
    (["-j", "{}", "--json-whitespace", "wide"], 64, "json_whitespace is one of compact"),
    (["--select", "weight", "--num-return-sequences", "2"], 64, "and there is none"),
    (["-j", #"{"items": {"uniqueItems": true}}"#], 64, "#/items/uniqueItems"),
    (["--grammar", "root ::= <nope>"], 64, "the vocabulary has no such token"),
  ])
  func whatCannotBeIsRefused(_ arguments: [String], _ code: Int, _ sentence: String) throws {
    let result = try DecodeProcess.run(["Once", "-n", "3"] + arguments)
    #expect(Int(result.code) == code && result.output.isEmpty, "\(result)")
    #expect(result.errors.contains(sentence), "\(result.errors)")
  }

  @Test func aConstraintIsASettingOfSweepsAndAnAxis() throws {
    let files = try SweepFiles(
      """
      metric: {name: valid, goal: maximize}
      metrics: [valid, length]
      repeats: 2
      seed: 3
      defaults: {max_new_tokens: 12, temperature: 0.8}
      parameters:
        regex: {values: [null, "[0-9]{2}", "[a-z]{200}"]}

      """, prompts: #"{"prompt": "Once", "reference": "Once"}"# + "\n")
    #expect(try files.run(into: "out").code == 0)
    var valid: [String: Set<Double?>] = [:]
    var complete: [String: Set<Bool?>] = [:]
    for line in try files.results("out/shard-1-of-1") {
      let record = try ProcessResult.object((line + "}")[...])
      let settings = try #require(record["settings"] as? [String: Any])
      let metrics = try #require(record["metrics"] as? [String: Any])
      let name = settings["regex"] as? String ?? "none"
      valid[name, default: []].insert(metrics["valid"] as? Double)
      complete[name, default: []].insert(record["complete"] as? Bool)
    }
    #expect(valid == ["none": [nil], "[0-9]{2}": [1], "[a-z]{200}": [0]])
    #expect(complete == ["none": [nil], "[0-9]{2}": [true], "[a-z]{200}": [false]])
  }

  @Test func theSchemaOfASweepIsFoundBesideItsFileAndTellsTrialsApart() throws {
    func run(_ schema: String) throws -> [[String: Any]] {
      let files = try SweepFiles(
        """
        metric: {name: nll, goal: minimize}
        repeats: 1
        seed: 3
        defaults: {max_new_tokens: 30, json_schema: schemas/a.json}
        parameters:
          temperature: {values: [0.9]}

        """, prompts: #"{"prompt": "Once", "reference": "Once"}"# + "\n")
      try FileManager.default.createDirectory(
        atPath: files.path("schemas"), withIntermediateDirectories: true)
      _ = try files.directory.write(schema.utf8, to: "schemas/a.json")
      let result = try files.run(into: "out")
      #expect(result.code == 0, "\(result.errors)")
      return try files.results("out/shard-1-of-1").map { try ProcessResult.object(($0 + "}")[...]) }
        .filter { ($0["settings"] as? [String: Any])?["json_schema"] != nil }
    }
    let (first, second) = (try run(#"{"enum": ["a"]}"#), try run(#"{"enum": ["b"]}"#))
    #expect(first.map { $0["text"] as? String }.contains("\"a\""))
    #expect(second.map { $0["text"] as? String }.contains("\"b\""))
    #expect(first[0]["trial"] as? String != second[0]["trial"] as? String)
  }
}
