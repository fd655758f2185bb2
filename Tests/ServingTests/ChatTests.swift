import Inference
import JSON
import Serving
import Testing

/// The embedded model has no chat template; conversations are tried over a real one in `Clients`.
@Suite struct ChatTests {
  private let served: Served

  init() throws { served = try Served() }

  @Test(arguments: [
    (#"{}"#, "messages"), (#"{"messages": []}"#, "messages"),
    (#"{"messages": ["x"]}"#, "messages[0]"),
    (#"{"messages": [{"content": "x"}]}"#, "messages[0].role"),
    (#"{"messages": [{"role": "user", "content": 4}]}"#, "messages[0].content"),
    (
      #"{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}"#,
      "messages[0].content[0]"
    ),
    (#"{"messages": [{"role": "user", "contents": "x"}]}"#, "messages[0].contents"),
    (
      #"{"messages": [{"role": "assistant", "tool_calls": [{}]}]}"#, "messages[0].tool_calls"
    ),
    (
      #"{"messages": [{"role": "user", "content": "x"}], "top_logprobs": 2}"#, "top_logprobs"
    ),
    (
      #"{"messages": [{"role": "user", "content": "x"}], "response_format": {"type": "xml"}}"#,
      "response_format.type"
    ),
    (
      #"{"messages": [{"role": "user", "content": "x"}], "response_format": {"type": "json_schema"}}"#,
      "response_format.json_schema.schema"
    ),
  ])
  func whatIsNoConversationIsRefusedByName(body: String, field: String) async throws {
    let json = try await served.post("/v1/chat/completions", body)
    #expect(json["status"] == .integer(400))
    #expect(json["error"]?["param"] == .string(field), "\(json.text)")
  }

  @Test func aModelWithoutATemplateSaysSo() async throws {
    let json = try await served.post(
      "/v1/chat/completions", #"{"messages": [{"role": "user", "content": "Hello"}]}"#)
    #expect(json["status"] == .integer(400))
    #expect(json["error"]?["message"]?.string?.contains("has no chat template") == true)
  }
}
