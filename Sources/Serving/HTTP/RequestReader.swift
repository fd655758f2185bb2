#if CommandLine
  import FlyingSocks

  /// Takes the requests of one connection out of its bytes, within limits.
  struct RequestReader {
    private let channel: SocketChannel
    private let limits: HTTPLimits
    /// Bytes that have come and belong to what follows.
    private var buffer: [UInt8] = []

    init(_ channel: SocketChannel, limits: HTTPLimits) {
      self.channel = channel
      self.limits = limits
    }

    /// Whether nothing of the next request is here.
    var isEmpty: Bool { buffer.isEmpty }

    /// Adds bytes that came while the last request was answered.
    mutating func append(_ bytes: [UInt8]) { buffer += bytes }

    /// Waits for the first byte of a request.
    ///
    /// - Returns: whether there is one; else the other side has ended, or nothing came for too long.
    mutating func begin() async throws -> Bool {
      if !buffer.isEmpty { return true }
      do {
        buffer = try await channel.read(until: .now + .seconds(limits.idleSeconds))
      } catch SocketPoller.Fault.timedOut {
        return false
      }
      return !buffer.isEmpty
    }

    /// Reads a head.
    ///
    /// - Throws: ``HTTPFault``, and what the channel throws.
    mutating func head(until deadline: ContinuousClock.Instant) async throws -> HTTPRequestHead {
      var searched = 0
      while true {
        // Empty lines may stand before a request.
        if searched == 0 {
          let start = buffer.firstIndex { $0 != 0x0D && $0 != 0x0A } ?? buffer.endIndex
          buffer.removeFirst(start)
        }
        if let end = Self.endOfHead(buffer, from: searched) {
          guard end <= limits.headBytes else { throw HTTPFault.headTooLarge }
          let head = try HTTPRequestHead(parsing: buffer[..<end])
          buffer.removeFirst(end)
          return head
        }
        guard buffer.count <= limits.headBytes else { throw HTTPFault.headTooLarge }
        searched = max(0, buffer.count - 3)
        try await more(until: deadline)
      }
    }

    /// Reads a body, taking room for it from `budget`.
    ///
    /// - Parameter taken: the bytes of room that were taken, also where this throws.
    /// - Throws: ``HTTPFault``, and what the channel throws.
    mutating func body(
      _ framing: HTTPRequestHead.Framing, until deadline: ContinuousClock.Instant,
      budget: BodyBudget, taken: inout Int
    ) async throws -> [UInt8] {
      switch framing {
      case .length(let count):
        guard count <= limits.bodyBytes else {
          throw HTTPFault.bodyTooLarge(limit: limits.bodyBytes)
        }
        try take(count, of: budget, &taken)
        return try await bytes(count, until: deadline)
      case .chunked:
        var body: [UInt8] = []
        while true {
          let count = try Self.chunkSize(try await line(until: deadline))
          guard count > 0 else { break }
          guard count <= limits.bodyBytes - body.count else {
            throw HTTPFault.bodyTooLarge(limit: limits.bodyBytes)
          }
          try take(count, of: budget, &taken)
          body += try await bytes(count, until: deadline)
          guard try await line(until: deadline).isEmpty else {
            throw HTTPFault.malformed("a chunk is longer than it says")
          }
        }
        // What trails is dropped.
        var count = 0
        while case let trailer = try await line(until: deadline), !trailer.isEmpty {
          count += trailer.count
          guard count <= limits.headBytes else { throw HTTPFault.headTooLarge }
        }
        return body
      }
    }

    /// Reads and drops what a refused client still sends, so that it sees the refusal instead of a broken connection.
    mutating func drain(until deadline: ContinuousClock.Instant) async {
      buffer = []
      while let bytes = try? await channel.read(until: deadline), !bytes.isEmpty,
        deadline > .now
      {}
    }

    private func take(
      _ count: Int, of budget: BodyBudget, _ taken: inout Int
    ) throws(HTTPFault) {
      guard budget.take(count) else { throw .noRoomForBody }
      taken += count
    }

    private mutating func more(until deadline: ContinuousClock.Instant) async throws {
      let bytes: [UInt8]
      do { bytes = try await channel.read(until: deadline) } catch SocketPoller.Fault.timedOut {
        throw HTTPFault.timedOut(seconds: limits.idleSeconds)
      }
      guard !bytes.isEmpty else { throw SocketError.disconnected }
      buffer += bytes
      // Bytes that are always there must not outrun the clock.
      guard deadline > .now else { throw HTTPFault.timedOut(seconds: limits.idleSeconds) }
    }

    private mutating func bytes(
      _ count: Int, until deadline: ContinuousClock.Instant
    ) async throws -> [UInt8] {
      while buffer.count < count { try await more(until: deadline) }
      defer { buffer.removeFirst(count) }
      return Array(buffer[..<count])
    }

    /// The next line, without its end.
    private mutating func line(until deadline: ContinuousClock.Instant) async throws -> [UInt8] {
      while true {
        if let end = buffer.firstIndex(of: 0x0A) {
          defer { buffer.removeFirst(end + 1) }
          let line = buffer[..<end]
          return Array(line.last == 0x0D ? line.dropLast() : line)
        }
        guard buffer.count <= limits.headBytes else { throw HTTPFault.headTooLarge }
        try await more(until: deadline)
      }
    }

    /// The number before a chunk; what stands after it says nothing that is needed.
    private static func chunkSize(_ line: [UInt8]) throws(HTTPFault) -> Int {
      let digits = line.prefix { $0 != UInt8(ascii: ";") }.filter { $0 != 0x20 && $0 != 0x09 }
      guard !digits.isEmpty,
        digits.allSatisfy({
          (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
        })
      else { throw .malformed("a chunk has no size") }
      return Int(String(decoding: digits, as: UTF8.self), radix: 16) ?? .max
    }

    /// The index after the empty line that ends a head.
    private static func endOfHead(_ bytes: [UInt8], from start: Int) -> Int? {
      var index = start
      while index < bytes.count {
        if bytes[index] == 0x0A {
          let isShort = index + 1 < bytes.count && bytes[index + 1] == 0x0A
          let isLong =
            index + 2 < bytes.count && bytes[index + 1] == 0x0D && bytes[index + 2] == 0x0A
          if isShort { return index + 2 }
          if isLong { return index + 3 }
        }
        index += 1
      }
      return nil
    }
  }
#endif
