import Foundation
import TestSupport
import Testing

/// What a finished process left.
struct ProcessResult: Sendable {
  /// The exit code, or the number of the signal that ended it.
  var code: Int32
  /// Whether a signal ended it.
  var isSignal: Bool
  var output: String
  var errors: String

  /// The lines of the output.
  var lines: [Substring] { output.split(separator: "\n") }

  /// The output as a JSON object.
  func object() throws -> [String: Any] {
    try Self.object(output[...])
  }

  /// A line as a JSON object.
  static func object(_ line: Substring) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
    return try #require(value as? [String: Any])
  }
}

/// Runs the built `decode`, which stands beside the test bundle.
enum DecodeProcess {
  /// The executable's path.
  static let path: String = {
    let folders =
      Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
      + [
        Bundle.main.bundleURL,
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent(),
      ]
    let candidates = folders.map { $0.appendingPathComponent("decode").path }
    return candidates.first(where: FileManager.default.isExecutableFile) ?? candidates.last
      ?? "decode"
  }()

  /// Runs `decode` to its end.
  ///
  /// - Parameters:
  ///   - input: what is piped into it; `nil`: nothing at all, and an end at once.
  ///   - environment: variables that are set beside a bare minimum.
  static func run(
    _ arguments: [String], input: [UInt8]? = nil, environment: [String: String] = [:]
  ) throws -> ProcessResult {
    try run(executable: path, arguments, input: input, environment: environment)
  }

  /// The same from a text of arguments separated by spaces.
  static func run(_ arguments: String, input: String? = nil) throws -> ProcessResult {
    try run(
      arguments.split(separator: " ").map(String.init), input: input.map { Array($0.utf8) })
  }

  /// Runs a line of shell in which `$D` is `decode`.
  static func shell(_ line: String) throws -> ProcessResult {
    try run(executable: "/bin/sh", ["-c", line], input: nil, environment: ["D": path])
  }

  private static func run(
    executable: String, _ arguments: [String], input: [UInt8]?, environment: [String: String]
  ) throws -> ProcessResult {
    let started = try Running(
      executable: executable, arguments, input: input, environment: environment)
    return try started.finish()
  }

  /// A process on its way.
  final class Running {
    let process = Process()
    let directory: TemporaryDirectory

    init(
      executable: String, _ arguments: [String], input: [UInt8]?, environment: [String: String]
    ) throws {
      directory = try TemporaryDirectory()
      let files = try ["out": [UInt8](), "err": [], "in": input ?? []].map { name, bytes in
        (name, try directory.write(bytes, to: name))
      }
      let paths = Dictionary(uniqueKeysWithValues: files)
      process.executableURL = URL(fileURLWithPath: executable)
      process.arguments = arguments
      process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
      process.standardInput = FileHandle(forReadingAtPath: paths["in"] ?? "/dev/null")
      process.standardOutput = FileHandle(forWritingAtPath: paths["out"] ?? "/dev/null")
      process.standardError = FileHandle(forWritingAtPath: paths["err"] ?? "/dev/null")
      try process.run()
    }

    /// What stands in its output so far.
    var output: String {
      String(
        decoding: FileManager.default.contents(atPath: directory.file("out")) ?? Data(),
        as: UTF8.self)
    }

    /// Waits for its end.
    func finish() throws -> ProcessResult {
      process.waitUntilExit()
      let errors = FileManager.default.contents(atPath: directory.file("err")) ?? Data()
      return ProcessResult(
        code: process.terminationStatus, isSignal: process.terminationReason == .uncaughtSignal,
        output: output, errors: String(decoding: errors, as: UTF8.self))
    }
  }
}
