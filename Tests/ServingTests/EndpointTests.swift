import Foundation
import Inference
import JSON
import Models
import Serving
import Testing
import Tokenization

@Suite struct EndpointTests {
  @Test func tokensGoThereAndBack() async throws {
    let served = try Served()
    let tokenizer = served.model.loaded.tokenizer
    let text = "Once upon a time"
    let json = try await served.post("/tokenize", #"{"prompt": "\#(text)"}"#)
    let ids = json["tokens"]?.items.compactMap(\.integer) ?? []
    #expect(ids == (try tokenizer.encodePrompt(text).map { Int($0) }))
    #expect(json["count"] == .integer(ids.count))
    let bare = try await served.post(
      "/tokenize",
      #"{"prompt": "\#(text)", "add_special_tokens": false, "return_token_strs": true}"#)
    #expect(bare["tokens"]?.items.compactMap(\.integer) == Array(ids.dropFirst()))
    #expect(bare["token_strs"]?[0] == .string("▁Once"))
    let back = try await served.post("/detokenize", #"{"tokens": \#(Array(ids.dropFirst()))}"#)
    #expect(back["prompt"] == .string(text))
    #expect(
      try await served.post("/detokenize", #"{"tokens": [123456]}"#)["status"] == .integer(400))
    #expect(try await served.post("/detokenize", #"{"tokens": []}"#)["prompt"] == .string(""))
    #expect(try await served.post("/tokenize", "{}")["error"]?["param"] == .string("prompt"))
  }

  @Test func theTokenizerIsDescribed() async throws {
    let (status, text) = try await Served().ask("GET", "/tokenizer_info")
    let json = try JSONValue(parsing: Array(text.utf8))
    #expect(status == 200 && json["eos_token"] == .string("</s>"))
    #expect(json["bos_token"] == .string("<s>") && json["chat_template"] == .null)
  }

  @Test func theModelIsListedAndOthersAreNotThere() async throws {
    var options = EndpointOptions()
    options.modelName = "tales"
    let served = try Served(options)
    let list = try await served.ask("GET", "/v1/models")
    #expect(list.status == 200 && list.body.contains(#""id": "tales""#))
    #expect(try await served.ask("GET", "/v1/models/tales").status == 200)
    #expect(try await served.ask("GET", "/v1/models/gpt-4").status == 404)
    let wrong = try await served.post("/v1/completions", #"{"model": "gpt-4", "prompt": "x"}"#)
    #expect(wrong["status"] == .integer(404))
    #expect(wrong["error"]?["code"] == .string("model_not_found"))
    for name in ["tales", Model.embeddedName] {
      let right = try await served.post(
        "/v1/completions", #"{"model": "\#(name)", "prompt": "x", "max_tokens": 1}"#)
      #expect(right["model"] == .string("tales"))
    }
  }

  @Test func whatIsNowhereIsRefusedBeforeItsBody() async throws {
    let served = try Served()
    #expect(try await served.ask("GET", "/v1/embeddings").status == 404)
    #expect(try await served.ask("GET", "/v1/completions").status == 405)
    #expect(try await served.ask("DELETE", "/health").status == 405)
    #expect(try await served.ask("HEAD", "/health").status == 200)
    #expect(try await served.ask("POST", "/v1/completions", "[]").status == 400)
    #expect(try await served.ask("POST", "/v1/completions", "").status == 400)
  }

  @Test func aKeyIsAskedFor() async throws {
    var options = EndpointOptions()
    options.apiKey = "secret"
    let served = try Served(options)
    for headers in [
      "", "Authorization: secret\r\n", "Authorization: Bearer secre\r\n",
      "Authorization: Bearer secrets\r\n", "Authorization: Basic secret\r\n",
    ] {
      #expect(try await served.ask("GET", "/v1/models", headers: headers).status == 401)
    }
    let key = "Authorization: Bearer secret\r\n"
    #expect(try await served.ask("GET", "/v1/models", headers: key).status == 200)
    // Who watches over servers has none.
    #expect(try await served.ask("GET", "/health").status == 200)
  }

  @Test func pagesOfTheWebAreRefusedUnlessAllowed() async throws {
    let origin = "Origin: https://example.com\r\n"
    let closed = try Served()
    #expect(try await closed.ask("GET", "/health", headers: origin).status == 403)
    #expect(try await closed.ask("OPTIONS", "/health", headers: origin).status == 403)
    var options = EndpointOptions()
    options.corsOrigin = "https://example.com"
    let open = try Served(options)
    #expect(try await open.ask("GET", "/health", headers: origin).status == 200)
    #expect(try await open.ask("OPTIONS", "/v1/completions", headers: origin).status == 204)
    let other = "Origin: https://example.org\r\n"
    #expect(try await open.ask("GET", "/health", headers: other).status == 403)
  }

  @Test func metricsCount() async throws {
    let served = try Served()
    _ = try await served.post(
      "/v1/completions", #"{"prompt": "x", "max_tokens": 3, "seed": 1, "ignore_eos": true}"#)
    let head = try HTTPRequestHead(parsing: Array("GET /nowhere/1 HTTP/1.1\r\n\r\n".utf8))
    served.endpoint.note(head, .notFound, seconds: 0.2)
    let (_, text) = try await served.ask("GET", "/metrics")
    #expect(text.contains("decode_generated_tokens_total 3\n"))
    #expect(text.contains("decode_time_to_first_token_seconds_count 1\n"))
    #expect(text.contains(#"decode_http_requests_total{path="other",status="404"} 1"#))
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      #expect(line.wholeMatch(of: /[a-z_]+(\{[^}]*\})? [0-9.e-]+/) != nil, "\(line)")
    }
  }

  /// To write the file anew: `curl -s 127.0.0.1:8080/openapi.json | python3 -m json.tool --indent 1`.
  @Test func theOpenAPIFileIsWhatTheCodeSays() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Serving/openapi.json").standardized
    let file = try JSONValue(parsing: Array(Data(contentsOf: path)))
    let document = try JSONValue(parsing: Array(OpenAPI.document.text.utf8))
    #expect(file["paths"]?.members?.map(\.key) == document["paths"]?.members?.map(\.key))
    #expect(file == document, "\(path.path) is older than the code")
  }
}
