/// Why a sweep can't be planned, run, merged or reported. Each reads as one sentence that says where and what to do.
public enum SweepError: Error, Hashable, Sendable {
  /// The sweep file or its flags ask for something wrong; `field` is the path in the file, such as
  /// `parameters.top_p.min`.
  case invalidSpecification(file: String, field: String, reason: String)
  /// The data can't be used; `line` counts from 1.
  case invalidData(file: String, line: Int?, reason: String)
  /// Journals don't fit together, or to what is asked now.
  case mismatch(path: String, reason: String)
  /// A file can't be read or written.
  case file(path: String, reason: String)
  /// More trials failed than are allowed.
  case tooManyFailures(count: Int, limit: Int)
  /// The model or the executor can't go on.
  case execution(String)
}

extension SweepError: CustomStringConvertible {
  /// The sentence.
  public var description: String {
    switch self {
    case .invalidSpecification(let file, let field, let reason): "\(file): \(field) \(reason)"
    case .invalidData(let file, let line, let reason):
      file + (line.map { ", line \($0)" } ?? "") + ": \(reason)"
    case .mismatch(let path, let reason), .file(let path, let reason): "\(path): \(reason)"
    case .tooManyFailures(let count, let limit):
      "\(count) samples failed and \(limit) are allowed (--max-failures); see failures.jsonl"
    case .execution(let reason): reason
    }
  }
}
