#if CommandLine
  import Decoding
  import FlyingSocks
  import Synchronization

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// HTTP/1.1 over the sockets of FlyingSocks: what a client can make large or slow is bounded (``HTTPLimits``), and a
  /// client that goes away takes its work along.
  ///
  /// ```swift
  /// let server = try HTTPServer(host: "127.0.0.1", port: 8080, service: endpoint)
  /// try await server.run()  // until stop() is called, and what runs is finished
  /// ```
  public final class HTTPServer: Sendable {
    private let listener: Socket
    private let limits: HTTPLimits
    private let service: any HTTPService
    private let registry = ConnectionRegistry()
    private let budget: BodyBudget
    private let hasStopped = Mutex(false)

    /// Takes a port of this machine. Connections wait until ``run()``.
    ///
    /// - Parameters:
    ///   - host: an address of this machine in numbers, or `localhost`.
    ///   - port: 0 takes any that is free.
    /// - Throws: ``ServingError/cantListen(host:port:reason:)``.
    public init(
      host: String, port: UInt16, limits: HTTPLimits = HTTPLimits(), service: any HTTPService
    ) throws(ServingError) {
      self.limits = limits
      self.service = service
      budget = BodyBudget(limit: max(limits.allBodyBytes, limits.bodyBytes))
      do {
        listener = try Self.listen(host == "localhost" ? "127.0.0.1" : host, port)
      } catch {
        let reason: String
        switch error as? SocketError {
        case .failed(_, _, let message)?: reason = message
        default: reason = "it is no address of this machine in numbers"
        }
        throw .cantListen(host: host, port: Int(port), reason: reason)
      }
    }

    /// The port that it listens on.
    public var port: Int {
      switch try? listener.sockname() {
      case .ip4(_, let port)?, .ip6(_, let port)?: Int(port)
      default: 0
      }
    }

    /// The number of open connections.
    public var connectionCount: Int { registry.count }

    private static func listen(_ host: String, _ port: UInt16) throws -> Socket {
      if let address = try? sockaddr_in.inet(ip4: host, port: port) {
        return try listen(address, domain: AF_INET)
      }
      return try listen(try sockaddr_in6.inet6(ip6: host, port: port), domain: AF_INET6)
    }

    private static func listen(_ address: some SocketAddress, domain: Int32) throws -> Socket {
      let socket = try Socket(domain: domain)
      do {
        try socket.setValue(true, for: .localAddressReuse)
        try socket.bind(to: address)
        try socket.listen()
        return socket
      } catch {
        try? socket.close()
        throw error
      }
    }

    /// Serves until ``stop(immediately:)`` is called and what runs then is finished. Call it once.
    ///
    /// Everything is done on threads of its own, so that clients are answered whatever keeps those of the shared pool.
    ///
    /// - Throws: ``ServingError/failed(_:)`` where the system gives no thread, or refuses to say what sockets do.
    public func run() async throws(ServingError) {
      guard let poller = SocketPoller() else {
        throw .failed("the system gives no thread to wait for sockets with")
      }
      let executor = ThreadPoolExecutor(name: "decode-http", threadCount: Self.threadCount)
      await withTaskExecutorPreference(executor) { await accept(with: poller) }
      poller.stop()
      if case .failed(let code)? = poller.failure {
        throw .failed(String(cString: strerror(code)))
      }
    }

    /// The threads that requests are read and answers written on. More than one, so that a prompt that takes long to be
    /// made ready holds up no other client's text.
    private static let threadCount = 4

    private func accept(with poller: SocketPoller) async {
      let slots = ConnectionSlots(limits.connectionCount)
      try? listener.setFlags(.nonBlocking)
      await withDiscardingTaskGroup { group in
        while !registry.isStopping, poller.failure == nil {
          await slots.take()
          do {
            let socket = try await nextConnection(poller)
            let channel = SocketChannel(socket, poller: poller)
            let connection = HTTPConnection(
              channel, limits: limits, budget: budget, service: service, registry: registry)
            registry.enter(.arriving, socket)
            group.addTask { [registry] in
              await connection.serve()
              registry.close(socket)
              await slots.give()
            }
          } catch {
            await slots.give()
            // Such as too many open files: those that are open close some time.
            if !registry.isStopping { try? await Task.sleep(for: .milliseconds(50)) }
          }
        }
        if poller.failure != nil { stop(immediately: true) }
        try? listener.close()
      }
    }

    private func nextConnection(_ poller: SocketPoller) async throws -> Socket {
      while true {
        do {
          return Socket(file: try listener.accept().file)
        } catch SocketError.blocked {
          try await poller.wait(for: .reading, of: listener.file.rawValue, until: nil)
        }
      }
    }

    /// Ends: takes no more connections, closes those that wait, and lets what runs come to its end.
    ///
    /// - Parameter immediately: whether what runs is cut off.
    public func stop(immediately: Bool = false) {
      let isFirst = hasStopped.withLock { hasStopped in
        defer { hasStopped = true }
        return !hasStopped
      }
      registry.stop(immediately ? [.waiting, .arriving, .serving] : [.waiting])
      guard isFirst else { return }
      // Wakes the one who waits for connections.
      _ = shutdown(listener.file.rawValue, Int32(SHUT_RDWR))
      guard !immediately else { return }
      let (registry, grace) = (registry, limits.graceSeconds)
      Task {
        try? await Task.sleep(for: .seconds(grace))
        registry.stop([.waiting, .arriving])
      }
    }
  }

  /// Room for connections.
  private actor ConnectionSlots {
    private var free: Int
    private var waiter: CheckedContinuation<Void, Never>?

    init(_ count: Int) {
      free = max(1, count)
    }

    /// Waits for room; one caller at a time.
    func take() async {
      if free == 0 { await withCheckedContinuation { waiter = $0 } }
      free -= 1
    }

    func give() {
      free += 1
      waiter?.resume()
      waiter = nil
    }
  }
#endif
