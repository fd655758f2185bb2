import ArgumentParser
import Inference
import Serving

/// Where a server listens, whom it answers, and what bounds it.
struct ServeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The address to listen on, in numbers, or localhost.", valueName: "address"))
  var host = "127.0.0.1"

  @Option(help: ArgumentHelp("The port to listen on; 0 takes a free one.", valueName: "n"))
  var port: UInt16 = 8080

  @Option(
    help: ArgumentHelp(
      "A file that holds the key that requests must bring; needed where --host isn't the loopback.",
      valueName: "file"), completion: .file())
  var apiKeyFile: String?

  @Option(
    help: ArgumentHelp(
      "Answers pages of this origin too, or of any with *. (default: no page of the web)",
      valueName: "origin"))
  var corsOrigin: String?

  @Option(
    help: ArgumentHelp(
      "The name under which the model goes. (default: the model as given)", valueName: "name"))
  var servedModelName: String?

  @Option(
    help: ArgumentHelp("Maximum number of sequences that a step advances.", valueName: "n"))
  var parallel = 16

  @Option(
    help: ArgumentHelp(
      "Maximum number of prompts under way or waiting; more get status 429.", valueName: "n"))
  var queue = 1024

  @Option(help: ArgumentHelp("Maximum number of connections.", valueName: "n"))
  var maxConnections = HTTPLimits().connectionCount

  @Option(help: ArgumentHelp("Maximum size of a request's body, in MiB.", valueName: "n"))
  var maxBody = HTTPLimits().bodyBytes >> 20

  @Option(
    help: ArgumentHelp(
      "Seconds that a connection may be idle, or a request take to arrive.", valueName: "n"))
  var idleTimeout = HTTPLimits().idleSeconds

  /// Refuses what can't be a number of its kind, and a door that is open to others without a key.
  func validate() throws {
    let numbers = [
      ("--parallel", parallel, 1...4096), ("--queue", queue, 1...1_000_000),
      ("--max-connections", maxConnections, 1...65536), ("--max-body", maxBody, 1...1024),
      ("--idle-timeout", idleTimeout, 1...86400),
    ]
    for (flag, value, range) in numbers where !range.contains(value) {
      throw ValidationError(
        "\(flag): \(value) is out of range; give \(range.lowerBound) to \(range.upperBound)")
    }
    guard isLoopback || apiKeyFile != nil else {
      throw ValidationError(
        "--host: \(host) can be reached from other machines; give --api-key-file, so that only"
          + " those with the key are answered")
    }
  }

  /// Whether only this machine can reach the server.
  private var isLoopback: Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }

  /// The key that requests must bring.
  func apiKey() throws(CommandFailure) -> String? {
    guard let apiKeyFile else { return nil }
    let bytes = try FileIO.readFile(apiKeyFile)
    let key = String(validating: bytes, as: UTF8.self)?
      .split(whereSeparator: \.isWhitespace).map(String.init)
    guard let key, key.count == 1 else {
      throw .failure("\(apiKeyFile): must hold one key and nothing else")
    }
    return key[0]
  }

  /// What bounds connections.
  var httpLimits: HTTPLimits {
    var limits = HTTPLimits()
    limits.connectionCount = maxConnections
    limits.bodyBytes = maxBody << 20
    limits.allBodyBytes = max(limits.allBodyBytes, limits.bodyBytes * 4)
    limits.idleSeconds = idleTimeout
    return limits
  }
}
