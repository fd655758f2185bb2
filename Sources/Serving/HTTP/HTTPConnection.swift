#if CommandLine
  import FlyingSocks

  /// One client: reads its requests one after another, and sends the answers.
  struct HTTPConnection: Sendable {
    private let channel: SocketChannel
    private let limits: HTTPLimits
    private let budget: BodyBudget
    private let service: any HTTPService
    private let registry: ConnectionRegistry

    init(
      _ channel: SocketChannel, limits: HTTPLimits, budget: BodyBudget,
      service: any HTTPService, registry: ConnectionRegistry
    ) {
      self.channel = channel
      self.limits = limits
      self.budget = budget
      self.service = service
      self.registry = registry
    }

    /// Serves the client until one side ends.
    func serve() async {
      var reader = RequestReader(channel, limits: limits)
      // What is thrown is a connection that broke, which needs no answer.
      while (try? await serveNext(&reader)) == true {}
    }

    /// Serves one request.
    ///
    /// - Returns: whether another may follow.
    private func serveNext(_ reader: inout RequestReader) async throws -> Bool {
      guard registry.enter(.waiting, channel.socket), try await reader.begin() else { return false }
      registry.enter(.arriving, channel.socket)
      let start = ContinuousClock.now
      let deadline = start + .seconds(limits.idleSeconds)
      var head: HTTPRequestHead?
      var taken = 0
      defer { budget.release(taken) }
      let request: HTTPRequest
      do {
        let first = try await reader.head(until: deadline)
        head = first
        if let refusal = service.refusal(of: first) {
          service.note(first, refusal.status, seconds: 0)
          return try await refuse(refusal, to: first, &reader)
        }
        if first.waitsForPermission, reader.isEmpty {
          if case .length(let count) = first.framing, count > limits.bodyBytes {
            throw HTTPFault.bodyTooLarge(limit: limits.bodyBytes)
          }
          try await write("HTTP/1.1 100 Continue\r\n\r\n")
        }
        request = HTTPRequest(
          head: first,
          body: try await reader.body(
            first.framing, until: deadline, budget: budget, taken: &taken))
      } catch let fault as HTTPFault {
        let response = service.response(to: fault)
        if let head { service.note(head, response.status, seconds: 0) }
        return try await refuse(response, to: head, &reader)
      }
      registry.enter(.serving, channel.socket)
      return try await answer(request, since: start, &reader)
    }

    /// Sends a refusal before the body is read. The connection ends, for what follows is that body; where there is none it
    /// may go on.
    private func refuse(
      _ response: HTTPResponse, to head: HTTPRequestHead?, _ reader: inout RequestReader
    ) async throws -> Bool {
      let isWhole = head.map { $0.framing == .length(0) } ?? false
      let goesOn = isWhole && head?.keepsConnection == true && !registry.isStopping
      try await send(response, to: head, keepsConnection: goesOn)
      guard !goesOn else { return true }
      channel.endWriting()
      await reader.drain(until: .now + .seconds(min(10, limits.idleSeconds)))
      return false
    }

    /// Answers a request while it watches whether the client is still there.
    private func answer(
      _ request: HTTPRequest, since start: ContinuousClock.Instant, _ reader: inout RequestReader
    ) async throws -> Bool {
      enum Outcome: Sendable {
        case answered(goesOn: Bool)
        /// More bytes came; none: the client is gone.
        case heard([UInt8])
        case nothing
      }
      let connection = self
      let isQuiet = reader.isEmpty
      return try await withThrowingTaskGroup(of: Outcome.self) { group in
        defer { group.cancelAll() }
        group.addTask {
          let response = await connection.service.response(to: request)
          defer {
            connection.service.note(
              request.head, response.status, seconds: (.now - start) / .seconds(1))
          }
          try Task.checkCancellation()
          let goesOn = request.head.keepsConnection && !connection.registry.isStopping
          try await connection.send(response, to: request.head, keepsConnection: goesOn)
          return .answered(goesOn: goesOn && !connection.registry.isStopping)
        }
        // A client that has sent its next request is there, and its bytes are left alone.
        if isQuiet {
          group.addTask {
            do {
              return .heard(try await connection.channel.read(until: nil))
            } catch {
              return .nothing
            }
          }
        }
        var goesOn = false
        while let outcome = try await group.next() {
          switch outcome {
          case .answered(let answer):
            goesOn = answer
            group.cancelAll()
          case .heard(let bytes):
            guard !bytes.isEmpty else { throw SocketError.disconnected }
            reader.append(bytes)
          case .nothing: break
          }
        }
        return goesOn
      }
    }

    /// Sends an answer.
    ///
    /// - Parameter head: what it answers; `nil`: nothing that could be read.
    private func send(
      _ response: HTTPResponse, to head: HTTPRequestHead?, keepsConnection: Bool
    ) async throws {
      var own = [("Connection", keepsConnection ? "keep-alive" : "close")]
      let hasBody = head?.method != "HEAD"
      switch response.body {
      case .bytes(let bytes):
        own.append(("Content-Length", "\(bytes.count)"))
        let first = Array(response.head(own).utf8)
        try await channel.write(
          hasBody ? first + bytes : first, patience: .seconds(limits.idleSeconds))
      case .stream(let write):
        // A client of HTTP/1.0 knows no chunks; the end of the connection is the end of the body.
        let isChunked = head?.isVersion11 ?? true
        own.append(isChunked ? ("Transfer-Encoding", "chunked") : ("Connection", "close"))
        try await self.write(response.head(isChunked ? own : Array(own.dropFirst())))
        guard hasBody else { return }
        let connection = self
        try await write(
          HTTPBodyWriter { piece in
            let size = String(piece.utf8.count, radix: 16)
            try await connection.write(isChunked ? "\(size)\r\n\(piece)\r\n" : piece)
          })
        if isChunked { try await self.write("0\r\n\r\n") }
      }
    }

    private func write(_ text: String) async throws {
      try await channel.write(Array(text.utf8), patience: .seconds(limits.idleSeconds))
    }
  }
#endif
