import Decoding
import Foundation
import Inference
import Serving
import Synchronization
import Testing

/// Clients of all kinds against a server on the loopback, byte by byte.
@Suite(.serialized) struct HTTPServerTests {
  /// Starts servers, whatever other tests keep the threads of the shared pool.
  private let starter = ThreadPoolExecutor(name: "tests", threadCount: 1)

  /// Runs `body` against a server, and ends that.
  private func serving(
    _ limits: HTTPLimits = HTTPLimits(), requestLimit: Int = 64,
    _ body: @escaping @Sendable (_ port: Int, _ server: HTTPServer, _ engine: Engine) throws -> Void
  ) async throws {
    let served = try Served(requestLimit: requestLimit)
    let server = try HTTPServer(
      host: "127.0.0.1", port: 0, limits: limits, service: served.endpoint)
    let running = Task(executorPreference: starter) { try await server.run() }
    let engine = served.endpoint.engine
    let result: Result<Void, any Error> = await onThread { try body(server.port, server, engine) }
    server.stop()
    try await running.value
    #expect(server.connectionCount == 0)
    try result.get()
  }

  /// Waits for blocking work without holding up the tasks of the server.
  private func onThread(
    _ body: @escaping @Sendable () throws -> Void
  ) async -> Result<Void, any Error> {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: Result { try body() }) }
    }
  }

  private static func post(_ body: String, _ headers: String = "") -> String {
    "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n"
      + body
  }

  private static let short = post(
    #"{"prompt": "The king", "temperature": 0, "max_tokens": 4}"#)
  private static let long = post(
    #"{"prompt": "x", "max_tokens": 500, "ignore_eos": true, "stream": true}"#)

  private static func wait(_ seconds: Double = 15, until condition: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while !condition() {
      if ContinuousClock.now > end { return false }
      usleep(20_000)
    }
    return true
  }

  private static func refuses(_ port: Int) -> Bool {
    do {
      _ = try RawClient(port: port)
      return false
    } catch { return true }
  }

  @Test func aConnectionServesManyRequests() async throws {
    try await serving { port, _, _ in
      let client = try RawClient(port: port)
      for _ in 0..<3 {
        client.send("GET /health HTTP/1.1\r\n\r\n")
        #expect(client.read(until: "\"ok\"}").hasPrefix("HTTP/1.1 200 OK\r\n"))
      }
      // Two at once, and the first in pieces.
      client.send("GET /hea")
      client.send("lth HTTP/1.1\r\n\r\nGET /v1/models HTTP/1.1\r\nConnection: close\r\n\r\n")
      let text = client.read()
      #expect(text.contains("\"ok\"}HTTP/1.1 200 OK\r\n") && text.contains("storyteller"))
    }
  }

  /// The system gives a new connection the number of one that has just ended.
  @Test func connectionsThatFollowEachOtherQuicklyAreAllServed() async throws {
    try await serving { port, server, _ in
      let answered = Mutex(0)
      let threads = DispatchGroup()
      for _ in 0..<8 {
        threads.enter()
        Thread.detachNewThread {
          for _ in 0..<100 {
            guard let client = try? RawClient(port: port) else { continue }
            client.send("GET /health HTTP/1.1\r\n\r\n")
            if client.read(until: "\"ok\"}").hasPrefix("HTTP/1.1 200 OK\r\n") {
              answered.withLock { $0 += 1 }
            }
          }
          threads.leave()
        }
      }
      threads.wait()
      #expect(answered.withLock { $0 } == 800)
      #expect(Self.wait { server.connectionCount == 0 })
    }
  }

  @Test func bodiesComeWholeInPiecesAndInChunks() async throws {
    try await serving { port, _, _ in
      let client = try RawClient(port: port)
      client.send(Self.short)
      let whole = client.read(until: "total_tokens")
      #expect(whole.contains(" there was a") || whole.contains("\"text\""))
      let body = #"{"prompt": "The king", "temperature": 0, "max_tokens": 4}"#
      let chunks = body.map { "1;x=y\r\n\($0)\r\n" }.joined()
      client.send(
        "POST /v1/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)0\r\na: b\r\n\r\n"
      )
      let chunked = client.read(until: "total_tokens")
      func text(_ answer: String) -> Substring? {
        answer.range(of: "\"choices\"").map { answer[$0.lowerBound...] }
      }
      #expect(text(whole) != nil && text(whole) == text(chunked))
      client.send(
        "POST /tokenize HTTP/1.1\r\nContent-Length: 15\r\nExpect: 100-continue\r\n\r\n")
      #expect(client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
      client.send(#"{"prompt": "ab"}"#.replacingOccurrences(of: " ", with: ""))
      #expect(client.read(until: "]}").contains("200 OK"))
    }
  }

  @Test(arguments: [
    ("nonsense\r\n\r\n", 400), ("GET / HTTP/3\r\n\r\n", 505),
    ("GET /nowhere HTTP/1.1\r\n\r\n", 404),
    ("POST /tokenize HTTP/1.1\r\nContent-Length: 9999999999999999999999\r\n\r\n", 413),
    ("POST /tokenize HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    ("POST /tokenize HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    ("POST /tokenize HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n", 413),
    ("POST /tokenize HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400),
  ])
  func whatIsNoRequestIsAnswered(text: String, status: Int) async throws {
    try await serving { port, _, _ in
      let client = try RawClient(port: port)
      client.send(text.replacingOccurrences(of: "\r\n\r\n", with: "\r\nConnection: close\r\n\r\n"))
      let answer = client.read(until: "}}")
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
      #expect(answer.contains(#""error": {"message": "#))
    }
  }

  @Test func headsAndBodiesAreBounded() async throws {
    var limits = HTTPLimits()
    limits.bodyBytes = 1000
    limits.allBodyBytes = 1500
    try await serving(limits) { port, _, _ in
      let endless = try RawClient(port: port)
      endless.send("GET /health HTTP/1.1\r\nx: " + String(repeating: "a", count: 40_000))
      #expect(endless.read(until: "}}").hasPrefix("HTTP/1.1 431 "))
      // One that is too large sees why, though it sends on.
      let large = try RawClient(port: port)
      large.send("POST /tokenize HTTP/1.1\r\nContent-Length: 30000000\r\n\r\n")
      #expect(large.send(String(repeating: "a", count: 30_000_000)))
      #expect(large.read(until: "}}").hasPrefix("HTTP/1.1 413 "))
      // Two that have half of their bodies sent take all the room.
      let first = try RawClient(port: port)
      first.send("POST /tokenize HTTP/1.1\r\nContent-Length: 900\r\n\r\n{")
      usleep(100_000)
      let second = try RawClient(port: port)
      second.send("POST /tokenize HTTP/1.1\r\nContent-Length: 900\r\n\r\n{")
      let answer = second.read(until: "}}")
      #expect(answer.hasPrefix("HTTP/1.1 429 ") && answer.contains("Retry-After: 1\r\n"))
    }
  }

  @Test func whatDoesNotArriveInTimeIsRefused() async throws {
    var limits = HTTPLimits()
    limits.idleSeconds = 1
    try await serving(limits) { port, server, _ in
      let silent = try RawClient(port: port)
      let head = try RawClient(port: port)
      head.send("GET /health HT")
      let body = try RawClient(port: port)
      body.send("POST /tokenize HTTP/1.1\r\nContent-Length: 900\r\n\r\n{")
      #expect(silent.isOver)
      #expect(head.read().hasPrefix("HTTP/1.1 408 "))
      #expect(body.read().hasPrefix("HTTP/1.1 408 "))
      #expect(Self.wait { server.connectionCount == 0 })
    }
  }

  @Test func aClientThatGoesAwayEndsItsWork() async throws {
    try await serving { port, server, engine in
      for isStream in [true, false] {
        let before = engine.counts.cancelled
        do {
          let client = try RawClient(port: port)
          client.send(
            Self.post(
              #"{"prompt": "x", "n": 4, "max_tokens": 500, "ignore_eos": true, "stream": \#(isStream)}"#
            ))
          if isStream { _ = client.read(until: "\"text\"") }
          #expect(Self.wait { engine.counts.unfinished == 1 })
        }
        #expect(Self.wait { engine.counts.cancelled == before + 1 })
        #expect(Self.wait { server.connectionCount == 0 })
      }
      #expect(engine.counts.completed == 0)
    }
  }

  @Test func aSlowReaderHoldsUpNobodyElse() async throws {
    try await serving { port, _, engine in
      let slow = try RawClient(port: port)
      slow.send(Self.long)
      let client = try RawClient(port: port)
      for _ in 0..<3 {
        client.send(Self.short)
        #expect(client.read(until: "total_tokens").contains("200 OK"))
      }
      let text = slow.read(until: "[DONE]")
      #expect(text.hasSuffix("data: [DONE]\n\n\r\n0\r\n\r\n") || text.contains("[DONE]"))
      #expect(engine.counts.completed == 4)
    }
  }

  @Test func aFullQueueIsToldAndTheServerGoesOn() async throws {
    try await serving(requestLimit: 1) { port, _, engine in
      let first = try RawClient(port: port)
      first.send(Self.long)
      _ = first.read(until: "\"text\"")
      let second = try RawClient(port: port)
      second.send(Self.short)
      #expect(second.read(until: "}}").hasPrefix("HTTP/1.1 429 "))
      _ = first.read(until: "[DONE]")
      #expect(Self.wait { engine.counts.unfinished == 0 })
      second.send(Self.short)
      #expect(second.read(until: "total_tokens").hasPrefix("HTTP/1.1 200 "))
    }
  }

  @Test func stoppingFinishesWhatRuns() async throws {
    try await serving { port, server, engine in
      let idle = try RawClient(port: port)
      idle.send("GET /health HTTP/1.1\r\n\r\n")
      _ = idle.read(until: "\"ok\"}")
      let running = try RawClient(port: port)
      running.send(Self.long)
      _ = running.read(until: "\"text\"")
      server.stop()
      #expect(idle.isOver)
      #expect(running.read().contains("data: [DONE]\n\n"))
      #expect(Self.wait { server.connectionCount == 0 })
      #expect(engine.counts.completed == 1 && Self.refuses(port))
    }
  }

  @Test func stoppingAtOnceCutsOff() async throws {
    try await serving { port, server, engine in
      let running = try RawClient(port: port)
      running.send(Self.long)
      _ = running.read(until: "\"text\"")
      server.stop(immediately: true)
      #expect(!running.read().contains("[DONE]"))
      #expect(Self.wait { engine.counts.cancelled == 1 })
    }
  }

  @Test func aPortThatIsTakenIsAnError() async throws {
    try await serving { port, _, _ in
      let served = try Served()
      for host in ["127.0.0.1", "localhost"] {
        #expect(throws: ServingError.self) {
          _ = try HTTPServer(host: host, port: UInt16(port), service: served.endpoint)
        }
      }
      #expect(throws: ServingError.self) {
        _ = try HTTPServer(host: "nowhere", port: 0, service: served.endpoint)
      }
    }
  }
}
