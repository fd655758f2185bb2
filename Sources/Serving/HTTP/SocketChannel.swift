#if CommandLine
  import FlyingSocks

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// The bytes of a connection, both ways, with a time for everything.
  struct SocketChannel: Sendable {
    let socket: Socket
    private let poller: SocketPoller

    init(_ socket: Socket, poller: SocketPoller) {
      self.socket = socket
      self.poller = poller
      try? socket.setFlags(.nonBlocking)
      // The pieces of a stream are small, and each is for now.
      enable(Int32(IPPROTO_TCP), TCP_NODELAY)
      #if canImport(Darwin)
        enable(SOL_SOCKET, SO_NOSIGPIPE)
      #endif
    }

    /// The bytes that come next, as soon as there are any; none where the other side has ended.
    ///
    /// - Parameter deadline: when to give up; `nil`: never.
    /// - Throws: `SocketPoller.Fault.timedOut` where nothing came until then.
    func read(until deadline: ContinuousClock.Instant?) async throws -> [UInt8] {
      while true {
        do {
          return try socket.read(atMost: 1 << 16)
        } catch SocketError.blocked {
          try await poller.wait(for: .reading, of: socket.file.rawValue, until: deadline)
        } catch SocketError.disconnected {
          return []
        }
      }
    }

    /// Hands over all of `bytes`.
    ///
    /// - Parameter patience: how long the other side may take none of them.
    func write(_ bytes: [UInt8], patience: Duration) async throws {
      var sent = 0
      while sent < bytes.count {
        let (count, code) = send(bytes[sent...])
        if count > 0 {
          sent += count
        } else if code == EWOULDBLOCK {
          try await poller.wait(for: .writing, of: socket.file.rawValue, until: .now + patience)
        } else if code != EINTR {
          throw SocketError.disconnected
        }
      }
    }

    /// Sends what the system takes at once. A connection that the other side has closed is an error, not a signal.
    private func send(_ bytes: ArraySlice<UInt8>) -> (count: Int, code: Int32) {
      bytes.withUnsafeBytes { bytes in
        #if canImport(Glibc)
          let flags = Int32(MSG_NOSIGNAL)
          let count = Glibc.send(socket.file.rawValue, bytes.baseAddress, bytes.count, flags)
        #else
          let count = Darwin.send(socket.file.rawValue, bytes.baseAddress, bytes.count, 0)
        #endif
        return (count, count < 0 ? errno : 0)
      }
    }

    /// Switches an option of the socket on.
    private func enable(_ level: Int32, _ option: Int32) {
      var one: Int32 = 1
      _ = setsockopt(
        socket.file.rawValue, level, option, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Says that no more bytes follow.
    func endWriting() {
      _ = shutdown(socket.file.rawValue, Int32(SHUT_WR))
    }
  }
#endif
