/// Why a chat template can't be parsed or rendered.
public struct ChatTemplateError: Error, Hashable, Sendable {
  /// The line of the template, from 1.
  public let line: Int
  /// What is wrong there.
  public let reason: String

  /// A problem at a line.
  public init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }
}

extension ChatTemplateError: CustomStringConvertible {
  /// One line: the place and what is wrong.
  public var description: String { "chat template, line \(line): \(reason)" }
}
