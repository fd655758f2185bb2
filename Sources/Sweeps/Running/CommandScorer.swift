import JSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A user's program that scores continuations. It is started once, reads a JSON object a line, and answers each with a
/// line: a number, an object with a number under `score`, or null where there is none.
///
/// It runs in a process group of its own, so that a signal to the sweep's group leaves it to finish its answer; it ends
/// with the end of its input, and is ended where the sweep stops and it doesn't.
public final class CommandScorer: SampleScorer {
  /// What the numbers are called.
  public let name: String
  private let command: [String]
  private let process: pid_t
  /// Both directions: a socket, because a write to one whose reader is gone fails instead of killing this process.
  private let socket: CInt
  private var received: [UInt8] = []
  private let stopRequest: @Sendable () -> StopRequest?

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - name: what its numbers are called.
  ///   - command: the program, found along PATH, and its arguments.
  ///   - stopRequest: whether the sweep is asked to stop. At once, an answer isn't waited for; in either case a program
  ///     that doesn't end with its input is ended.
  /// - Throws: ``SweepError/execution(_:)`` where it can't be started.
  public init(
    name: String, command: [String], stopRequest: @escaping @Sendable () -> StopRequest? = { nil }
  ) throws(SweepError) {
    guard let program = command.first else {
      throw .execution("there is no program to score \(name)")
    }
    var ends: [CInt] = [-1, -1]
    #if canImport(Glibc)
      let kind = CInt(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw .execution("\(program): can't be started: \(String(cString: strerror(errno)))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var process = pid_t()
    let code = Self.spawn(command, standardStreams: ends[1], &process)
    close(ends[1])
    guard code == 0 else {
      close(ends[0])
      throw .execution(
        "\(program): can't be started to score \(name): \(String(cString: strerror(code)))")
    }
    #if canImport(Darwin)
      var on: CInt = 1
      setsockopt(ends[0], SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<CInt>.size))
    #endif
    self.name = name
    self.command = command
    self.process = process
    socket = ends[0]
    self.stopRequest = stopRequest
  }

  deinit {
    // An end of its input is how the program learns that there is no more.
    close(socket)
    var waits = 0
    while true {
      var status: CInt = 0
      let ended = waitpid(process, &status, WNOHANG)
      if ended > 0 || ended < 0 && errno != EINTR { return }
      // The terminal's Ctrl-C doesn't reach it.
      if stopRequest() != nil {
        waits += 1
        if waits == Self.patience { kill(-process, SIGTERM) }
        if waits == 2 * Self.patience { kill(-process, SIGKILL) }
      }
      usleep(10_000)
    }
  }

  /// The hundredths of a second that a stopped sweep gives the program for each step of ending.
  private static let patience = 100

  /// Asks the program.
  ///
  /// - Throws: ``SweepError/execution(_:)`` where it has ended or answers nonsense.
  public func score(_ output: SampleOutput, on task: SampleTask) throws(SweepError) -> Double? {
    let question = JSONValue.object([
      JSONMember("trial", .string(task.trial.id)), JSONMember("prompt", .string(task.prompt.id)),
      JSONMember("sample", .integer(task.sample)),
      JSONMember("prompt_text", .string(task.prompt.text)),
      JSONMember("references", .array(task.prompt.references.map(JSONValue.string))),
      JSONMember("text", .string(output.text)),
      JSONMember("tokens", .array(output.tokens.map { .integer(Int($0)) })),
      JSONMember("settings", .object(task.trial.settings)),
    ])
    try send(Array((question.text + "\n").utf8))
    let line = try receiveLine()
    let answer: JSONValue
    do { answer = try JSONValue(parsing: line, dialect: .python) } catch {
      throw refusal("answered “\(String(decoding: line.prefix(80), as: UTF8.self))”, not JSON")
    }
    let score = answer.members == nil ? answer : answer["score"] ?? .bool(false)
    if score == .null { return nil }
    guard let number = score.double else {
      throw refusal(
        "answered \(String(answer.text.prefix(80))); write a number, {\"score\": number} or null on a line"
      )
    }
    return number.isFinite ? number : nil
  }

  private func send(_ bytes: [UInt8]) throws(SweepError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      #if canImport(Glibc)
        let flags = CInt(MSG_NOSIGNAL)
        let count = rest.withUnsafeBytes {
          Glibc.send(socket, $0.baseAddress, $0.count, flags)
        }
      #else
        let count = rest.withUnsafeBytes { Darwin.send(socket, $0.baseAddress, $0.count, 0) }
      #endif
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw refusal("has ended") }
      rest = rest.dropFirst(count)
    }
  }

  private func receiveLine() throws(SweepError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 1 << 12)
    while true {
      if let end = received.firstIndex(of: 0x0A) {
        let line = Array(received[..<end])
        received.removeSubrange(...end)
        return line
      }
      var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      let ready = poll(&descriptor, 1, 100)
      if ready < 0 && errno == EINTR { continue }
      if ready == 0 {
        // A program that thinks for long isn't waited for after Ctrl-C.
        if stopRequest() == .atOnce { throw refusal("was not waited for") }
        continue
      }
      let count = buffer.withUnsafeMutableBytes { read(socket, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw refusal("has ended without an answer") }
      received += buffer[..<count]
    }
  }

  private func refusal(_ reason: String) -> SweepError {
    .execution("\(command.joined(separator: " ")), which scores \(name), \(reason)")
  }

  /// Starts a program, found along PATH, with a descriptor as its standard input and output.
  private static func spawn(
    _ command: [String], standardStreams descriptor: CInt, _ process: inout pid_t
  ) -> CInt {
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(
      &attributes, CShort(POSIX_SPAWN_SETPGROUP) | CShort(POSIX_SPAWN_SETSIGDEF))
    // What is ignored here is not to be ignored there.
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGXFSZ)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, descriptor, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, descriptor, STDOUT_FILENO)
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    return posix_spawnp(&process, command[0], &actions, &attributes, &arguments, environ)
  }
}
