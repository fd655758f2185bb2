import ArgumentParser
import Constraints
import Foundation
import JSON
import LanguageModeling

/// `SpeedTables constraints`: compiles constraints and computes masks on request, for `Benchmarks/constraints`, which runs
/// other engines beside it.
///
/// A request is a line of JSON, and so is its answer. The first line is the vocabulary, `{"vocabulary": ["6162", null, …]}`,
/// each token's bytes in hexadecimal. Then:
///
/// - `{"schema": "…"}`, `{"grammar": "…"}` or `{"regex": "…"}`, with `"whitespace"` for a schema: compiles.
///   `{"compile": seconds}` or `{"error": "…"}`.
/// - `{"walk": [ids], "masks": true}`: the mask before each token, and after the last. `{"masks": ["…"], "seconds": [...],
///   "steps": [...], "complete": [...]}`; masks in hexadecimal, 64 tokens to 16 digits; fewer where a token is not allowed.
/// - `{"text": "…"}`, in hexadecimal: what may follow it, `{"next": [bytes], "complete": true}`; nothing where no text
///   begins so.
struct ConstraintsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "constraints", abstract: "Answers Benchmarks/constraints, line by line.")

  func run() throws {
    guard let first = readLine() else { return }
    let vocabulary = try Self.vocabulary(JSONValue(parsing: Array(first.utf8)))
    Self.write(.object([]))
    var bench = ConstraintBench(vocabulary: vocabulary)
    while let line = readLine() {
      Self.write(try bench.answer(JSONValue(parsing: Array(line.utf8))))
    }
  }

  /// A line at once, which `print` would hold back in a pipe.
  private static func write(_ answer: JSONValue) {
    FileHandle.standardOutput.write(Data((answer.text + "\n").utf8))
  }

  private static func vocabulary(_ request: JSONValue) throws -> TokenVocabulary {
    guard case .array(let tokens)? = request["vocabulary"] else {
      throw Failure("the first line should hold a vocabulary")
    }
    return TokenVocabulary(texts: tokens.map { $0.string.map(bytes(ofHexadecimal:)) })
  }

  fileprivate static func bytes(ofHexadecimal text: String) -> [UInt8] {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }
}

/// The constraint at hand, over one vocabulary.
private struct ConstraintBench {
  let vocabulary: TokenVocabulary
  var tokens: TokenLanguage?

  mutating func answer(_ request: JSONValue) throws -> JSONValue {
    do {
      if case .array(let walk)? = request["walk"], let tokens {
        let ids = walk.compactMap { $0.double.map { TokenID($0) } }
        return try self.walk(ids, through: tokens, showingMasks: request["masks"] == .bool(true))
      }
      if let text = request["text"]?.string, let tokens {
        var matcher = tokens.language.matcher()
        guard try matcher.advance(by: ConstraintsCommand.bytes(ofHexadecimal: text)) else {
          return .object([])
        }
        return .object([
          JSONMember("next", .array(try matcher.nextBytes().map { .integer(Int($0)) })),
          JSONMember("complete", .bool(matcher.isComplete)),
        ])
      }
      let start = ContinuousClock.now
      let language = try self.language(request)
      tokens = try TokenLanguage(language, vocabulary: vocabulary)
      return .object([JSONMember("compile", .number(start.secondsToNow))])
    } catch let error as ConstraintError {
      tokens = nil
      return .object([JSONMember("error", .string(error.description))])
    }
  }

  private func language(_ request: JSONValue) throws -> FormalLanguage {
    if let text = request["grammar"]?.string { return try FormalLanguage(grammar: text) }
    if let text = request["regex"]?.string { return try FormalLanguage(regularExpression: text) }
    let whitespace = request["whitespace"]?.string.flatMap { JSONWhitespace(rawValue: $0) }
    return try JSONSchema(parsing: request["schema"]?.string ?? "")
      .language(whitespace: whitespace ?? .oneLine)
  }

  private func walk(
    _ ids: [TokenID], through tokens: TokenLanguage, showingMasks: Bool
  ) throws -> JSONValue {
    var matcher = tokens.matcher()
    var masks: [JSONValue] = []
    var seconds: [JSONValue] = []
    var steps: [JSONValue] = []
    var complete: [JSONValue] = []
    for place in 0...ids.count {
      let start = ContinuousClock.now
      let mask = try matcher.mask()
      seconds.append(.number(start.secondsToNow))
      complete.append(.bool(matcher.isComplete))
      if showingMasks { masks.append(.string(mask.words.map(Self.hexadecimal).joined())) }
      guard place < ids.count else { break }
      let step = ContinuousClock.now
      guard try matcher.advance(by: ids[place]) else { break }
      steps.append(.number(step.secondsToNow))
    }
    return .object([
      JSONMember("masks", .array(masks)), JSONMember("seconds", .array(seconds)),
      JSONMember("steps", .array(steps)), JSONMember("complete", .array(complete)),
    ])
  }

  private static func hexadecimal(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension ContinuousClock.Instant {
  fileprivate var secondsToNow: Double {
    let elapsed = duration(to: .now).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }
}
