import Decoding
import Generation
import Inference
import JSON
import LanguageModeling
import Models
import Serving
import Testing
import Tokenization

@Suite struct CompletionTests {
  private let served: Served

  init() throws { served = try Served() }

  private func settings(_ length: Int = 16) -> GenerationSettings {
    var settings = GenerationSettings()
    settings.maxNewTokens = length
    settings.seed = 5
    return settings
  }

  @Test func aTextIsWhatTheLibraryGives() async throws {
    let json = try await served.post(
      "/v1/completions",
      #"{"prompt": "Once upon a time", "seed": 5, "temperature": 0.7, "top_p": 0.95, "n": 2}"#)
    var settings = settings()
    settings.temperature = 0.7
    settings.topP = 0.95
    settings.returnSequenceCount = 2
    let expected = try served.model.generate("Once upon a time", settings)
    #expect(json["choices"]?.items.map { $0["text"]?.string } == expected.sequences.map(\.text))
    #expect(json["usage"]?["prompt_tokens"] == .integer(expected.promptTokens.count))
    #expect(json["usage"]?["completion_tokens"] == .integer(32))
    #expect(json["seed"] == .integer(5) && json["choices"]?[1]?["index"] == .integer(1))
  }

  @Test func aListOfPromptsGivesWhatEachGivesAlone() async throws {
    let prompts = ["The king", "Once upon a time", "The king"]
    let tail = #", "seed": 9, "max_tokens": 8, "logprobs": 2, "echo": true}"#
    let list = try await served.post(
      "/v1/completions",
      #"{"prompt": ["\#(prompts.joined(separator: #"", ""#))"]"# + tail)
    var ids: [String] = []
    for (index, prompt) in prompts.enumerated() {
      let alone = try await served.post("/v1/completions", #"{"prompt": "\#(prompt)""# + tail)
      var choice = try #require(alone["choices"]?[0]?.members)
      #expect(choice[0] == JSONMember("index", .integer(0)))
      choice[0].value = .integer(index)
      #expect(list["choices"]?[index] == .object(choice))
      ids.append("\(try served.model.prepare(.text(prompt)).tokens)")
    }
    // The same as token ids.
    let tokens = try await served.post(
      "/v1/completions", #"{"prompt": [\#(ids.joined(separator: ", "))]"# + tail)
    for (index, choice) in (tokens["choices"]?.items ?? []).enumerated() {
      let logprobs = list["choices"]?[index]?["logprobs"]
      #expect(choice["logprobs"]?["token_logprobs"] == logprobs?["token_logprobs"])
    }
  }

  @Test(arguments: [0, 1])
  func anEchoBringsTheLogProbabilitiesOfThePrompt(length: Int) async throws {
    let text = "Once upon a time there was a king"
    let json = try await served.post(
      "/v1/completions",
      #"""
      {"prompt": "\#(text)", "echo": true, "logprobs": 1, "max_tokens": \#(length),
       "temperature": 0}
      """#)
    let score = try served.model.score(text)
    let logprobs = try #require(json["choices"]?[0]?["logprobs"])
    let values = logprobs["token_logprobs"]?.items.map(\.double) ?? []
    #expect(Array(values.prefix(score.tokens.count)) == score.tokenLogProbabilities)
    #expect(values.count == score.tokens.count + length)
    // As lm-evaluation-harness finds out whether greedy search would write the text.
    let tops = logprobs["top_logprobs"]?.items ?? []
    #expect(tops.count == values.count && tops.first == .null)
    for (value, top) in zip(values, tops).dropFirst() {
      let greatest = top.members?.compactMap(\.value.double).max()
      #expect(greatest ?? -1 >= value ?? 0)
      #expect(top.members?.contains { $0.value.double == value } == true)
    }
    let shown = try #require(json["choices"]?[0]?["text"]?.string)
    #expect(length == 0 ? shown == text : shown.hasPrefix(text + " "))
    // Each offset is where the token's text begins.
    let tokens = logprobs["tokens"]?.items.compactMap(\.string) ?? []
    let offsets = logprobs["text_offset"]?.items.compactMap(\.integer) ?? []
    #expect(tokens.count == values.count && offsets.count == values.count)
    let scalars = Array(shown.unicodeScalars)
    #expect(offsets.prefix(2) == [0, 0])
    for (token, offset) in zip(tokens, offsets).dropFirst(2) {
      let piece = scalars.dropFirst(offset).prefix(token.unicodeScalars.count)
      #expect(String(String.UnicodeScalarView(piece)) == token)
    }
  }

  @Test func greedyTextsMayBeAskedForSeveralTimes() async throws {
    let json = try await served.post(
      "/v1/completions", #"{"prompt": "The king", "temperature": 0, "n": 3, "top_p": 0.9}"#)
    let texts = json["choices"]?.items.map { $0["text"]?.string } ?? []
    var settings = settings()
    settings.strategy = .greedy
    let expected = try served.model.generate("The king", settings).text
    #expect(texts == [expected, expected, expected])
  }

  @Test func theBestOfMoreSamplesAreThoseOfTheHighestMean() async throws {
    let all = try await served.post(
      "/v1/completions", #"{"prompt": "The king", "seed": 3, "n": 5, "logprobs": 0}"#)
    let best = try await served.post(
      "/v1/completions",
      #"{"prompt": "The king", "seed": 3, "n": 2, "best_of": 5, "logprobs": 0}"#)
    let means = (all["choices"]?.items ?? []).map { choice in
      let values = choice["logprobs"]?["token_logprobs"]?.items.compactMap(\.double) ?? []
      return (choice["text"]?.string, values.reduce(0, +) / Double(values.count))
    }
    let expected = means.sorted { $0.1 > $1.1 }.prefix(2).map(\.0)
    #expect(best["choices"]?.items.map { $0["text"]?.string } == expected)
  }

  @Test(arguments: [
    #""seed": 5, "n": 2"#, #""temperature": 0, "n": 2"#, #""num_beams": 3, "n": 2"#,
    #""seed": 2, "n": 3, "select": "mbr""#, #""seed": 5, "stop": [" the", "king"]"#,
  ])
  func aStreamJoinedIsTheWhole(fields: String) async throws {
    let body =
      #"{"prompt": ["The king", "Once upon a time"], "logprobs": 1, "max_tokens": 12, "#
      + fields
    let whole = try await served.post("/v1/completions", body + "}")
    let (status, text) = try await served.ask(
      "POST", "/v1/completions",
      body + #", "stream": true, "stream_options": {"include_usage": true}}"#)
    #expect(status == 200)
    let pieces = try events(of: text)
    #expect(pieces.last?["usage"] == whole["usage"] && pieces.last?["choices"]?.items == [])
    for choice in whole["choices"]?.items ?? [] {
      let own = pieces.flatMap { $0["choices"]?.items ?? [] }
        .filter { $0["index"] == choice["index"] }
      #expect(own.compactMap { $0["text"]?.string }.joined() == choice["text"]?.string)
      #expect(own.last?["finish_reason"] == choice["finish_reason"])
      #expect(own.dropLast().allSatisfy { $0["finish_reason"] == .null })
      for key in ["tokens", "token_logprobs", "top_logprobs", "text_offset"] {
        #expect(
          own.flatMap { $0["logprobs"]?[key]?.items ?? [] } == choice["logprobs"]?[key]?.items)
      }
    }
  }

  @Test func aStopTextEndsBeforeItself() async throws {
    let json = try await served.post(
      "/v1/completions",
      #"{"prompt": "Once upon a time", "temperature": 0, "stop": " king", "max_tokens": 30}"#)
    let choice = try #require(json["choices"]?[0])
    #expect(choice["text"] == .string(" there was a") && choice["finish_reason"] == .string("stop"))
  }

  @Test func everySettingOfTheCatalogueIsAField() async throws {
    for parameter in SettingCatalogue.parameters {
      guard let neutral = parameter.neutral, neutral != .null, !neutral.isEmpty else { continue }
      let body =
        #"{"prompt": "a", "max_tokens": 1, "\#(parameter.key)": \#(JSONValue(neutral).text)}"#
      let json = try await served.post("/v1/completions", body)
      let isSame = parameter.key == "max_new_tokens"
      #expect(json["status"] == .integer(isSame ? 400 : 200), "\(parameter.key): \(json.text)")
    }
  }

  @Test(arguments: [
    (#"{"prompt": "x", "top_p": 7}"#, "top_p"), (#"{"prompt": "x", "topp": 1}"#, "topp"),
    (#"{"prompt": "x", "tools": [{}]}"#, "tools"), (#"{"prompt": "x", "suffix": "y"}"#, "suffix"),
    (#"{"prompt": "x", "n": 0}"#, "n"), (#"{"prompt": "x", "n": 2000}"#, "n"),
    (#"{"prompt": "x", "logprobs": 1000}"#, "logprobs"), (#"{"prompt": {}}"#, "prompt"),
    (#"{"prompt": ["x", 1]}"#, "prompt"), (#"{"prompt": []}"#, "prompt"),
    (#"{"prompt": [1, 99999]}"#, "prompt"), (#"{"prompt": [[1], []]}"#, "prompt[1]"),
    (#"{"prompt": "x", "max_tokens": 1, "max_new_tokens": 1}"#, "max_new_tokens"),
    (#"{"prompt": "x", "num_beams": 4, "top_k": 5}"#, "top_k"),
    (#"{"prompt": "x", "best_of": 1, "n": 2}"#, "best_of"),
    (#"{"prompt": "x", "stream": 1}"#, "stream"), (#"{"prompt": "x", "seed": -1}"#, "seed"),
    (#"{"prompt": "x", "stop": 4}"#, "stop"),
    (#"{"prompt": "x", "logit_bias": {"a": 1}}"#, "logit_bias"),
    (#"{"prompt": "x", "model": 4}"#, "model"),
  ])
  func whatCannotBeIsRefusedByName(body: String, field: String) async throws {
    let json = try await served.post("/v1/completions", body)
    #expect(json["status"] == .integer(400))
    #expect(json["error"]?["param"] == .string(field), "\(json.text)")
    #expect(json["error"]?["type"] == .string("invalid_request_error"))
  }

  @Test(arguments: [
    (#""strategy": "sample", "temperature": 0"#, "or the strategy greedy"),
    (#""num_beams": 2, "do_sample": true"#, "choose the strategy beam-sample"),
    (#""num_beams": 2, "penalty_alpha": 0.6, "top_k": 4"#, ""), (#""min_new_tokens": 99"#, ""),
    (#""strategy": "beam""#, ""), (#""prompt_lookup": 2, "num_beams": 2"#, ""),
    (#""select": "mbr""#, ""), (#""guidance_scale": 2"#, ""), (#""top_k": 5, "mirostat": 2"#, ""),
  ])
  func errorsSpeakOfFieldsNotOfFlags(fields: String, sentence: String) async throws {
    let json = try await served.post("/v1/completions", #"{"prompt": "x", \#(fields)}"#)
    guard let message = json["error"]?["message"]?.string else {
      #expect(sentence.isEmpty && json["status"] == .integer(200))
      return
    }
    #expect(message.contains(sentence) && !message.contains("--"), "\(message)")
  }

  @Test func whatOpenAIHasAndSaysNothingIsIgnored() async throws {
    let json = try await served.post(
      "/v1/completions",
      #"""
      {"prompt": "x", "user": "me", "suffix": null, "tools": [], "store": true, "stop": null,
       "best_of": null, "metadata": {"a": "b"}, "temperature": 0, "top_p": 0.5}
      """#)
    #expect(json["status"] == .integer(200))
  }

  @Test func constraintsHoldAndFilesAreNotRead() async throws {
    let json = try await served.post(
      "/v1/completions",
      #"{"prompt": "x", "seed": 1, "max_tokens": 60, "json_schema": {"type": "integer", "maximum": 99}}"#
    )
    let text = json["choices"]?[0]?["text"]?.string
    #expect(text.flatMap { Int($0) } != nil, "\(json.text)")
    let choice = try await served.post(
      "/v1/completions", #"{"prompt": "x", "choice": ["yes", "no"], "max_tokens": 9}"#)
    #expect(["yes", "no"].contains(choice["choices"]?[0]?["text"]?.string))
    for field in ["json_schema", "grammar", "grammar_file"] {
      let file = try await served.post(
        "/v1/completions", #"{"prompt": "x", "\#(field)": "/etc/passwd"}"#)
      #expect(file["status"] == .integer(400) && file["error"]?["param"] == .string(field))
    }
    let bad = try await served.post("/v1/completions", #"{"prompt": "x", "regex": "("}"#)
    #expect(bad["status"] == .integer(400))
    let lenient = try await served.post(
      "/v1/completions",
      #"""
      {"prompt": "x", "max_tokens": 1, "schema_lenient": true,
       "json_schema": {"type": "string", "contentEncoding": "base64", "format": "idn-email"}}
      """#)
    #expect(lenient["status"] == .integer(200))
  }

  @Test func aPromptThatLeavesNoRoomIsRefused() async throws {
    let ids = [Int](repeating: 5, count: served.model.contextLength)
    let full = try await served.post("/v1/completions", #"{"prompt": \#(ids)}"#)
    #expect(full["error"]?["code"] == .string("context_length_exceeded"))
    // Scoring needs none.
    let scored = try await served.post(
      "/v1/completions", #"{"prompt": \#(ids), "max_tokens": 0, "echo": true, "logprobs": 0}"#)
    let logprobs = scored["choices"]?[0]?["logprobs"]?["token_logprobs"]
    #expect(logprobs?.items.count == ids.count)
    let long = try await served.post("/v1/completions", #"{"prompt": \#(ids + [5])}"#)
    #expect(long["status"] == .integer(400))
  }

  @Test func moreThanTheMemoryHoldsIsRefusedAtOnce() async throws {
    let json = try await served.post(
      "/v1/completions", #"{"prompt": "x", "n": 129, "best_of": 128}"#)
    #expect(json["status"] == .integer(400))
  }
}
