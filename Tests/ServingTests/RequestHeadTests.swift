import Foundation
import Serving
import TestSupport
import Testing

@Suite struct RequestHeadTests {
  private func head(_ text: String) throws -> HTTPRequestHead {
    try HTTPRequestHead(parsing: Array(text.utf8))
  }

  @Test func aHeadIsRead() throws {
    let head = try head(
      "POST /v1/completions?a=b HTTP/1.1\r\nHost: x\r\nContent-Type:\tapplication/json \r\n\r\n")
    #expect(head.method == "POST" && head.path == "/v1/completions" && head.query == "a=b")
    #expect(head.isVersion11 && head["content-type"] == "application/json" && head["x"] == nil)
    #expect(try self.head("GET http://host:80/health HTTP/1.0\n\n").path == "/health")
  }

  @Test(arguments: [
    "", "GET", "GET /", "GET / HTTP/1.1 x", " GET / HTTP/1.1", "G(T / HTTP/1.1", "GET x HTTP/1.1",
    "GET / HTTP/2", "GET / SMTP/1.1", "GET /\u{0}a HTTP/1.1", "GET / HTTP/1.1\r\nno colon",
    "GET / HTTP/1.1\r\na : b", "GET / HTTP/1.1\r\na: b\r\n folded",
    "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2",
    "GET / HTTP/1.1\r\nContent-Length: -1", "GET / HTTP/1.1\r\nContent-Length: +1",
    "GET / HTTP/1.1\r\nContent-Length: ",
    "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
    "GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked",
    "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "GET / HTTP/1.1\r\na: b\rc",
  ])
  func whatCouldBeReadInTwoWaysIsRefused(text: String) {
    #expect(throws: HTTPFault.self) { try head(text + "\r\n\r\n") }
  }

  @Test func tooManyHeadersAreRefused() throws {
    let lines = (0..<200).map { "a\($0): b\r\n" }.joined()
    #expect(throws: HTTPFault.headTooLarge) { try head("GET / HTTP/1.1\r\n\(lines)\r\n") }
  }

  @Test func damagedHeadsNeverDoMoreThanThrow() {
    let text = "POST /v1/models/a%20b?x HTTP/1.1\r\nContent-Length: 12\r\nConnection: close\r\n\r\n"
    var random = SplitMix64(seed: 3)
    for _ in 0..<20_000 {
      var bytes = Array(text.utf8)
      for _ in 0...(random.next() % 4) {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      _ = try? HTTPRequestHead(parsing: bytes)
    }
  }
}
