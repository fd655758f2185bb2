import Foundation

/// A Markdown file with sections that a program writes, each between `<!-- NAME: begin -->` and `<!-- NAME: end -->`.
struct MarkdownFile {
  let path: String
  private var text: String

  init(path: String) throws {
    self.path = path
    text = try String(contentsOfFile: path, encoding: .utf8)
  }

  /// Puts `content` between the markers of a section.
  mutating func replaceSection(_ name: String, with content: String) throws {
    let begin = "<!-- \(name): begin -->"
    let end = "<!-- \(name): end -->"
    guard let first = text.range(of: begin),
      let last = text.range(of: end, range: first.upperBound..<text.endIndex)
    else { throw Failure("\(path) has no lines “\(begin)” and “\(end)”, in this order") }
    text.replaceSubrange(first.upperBound..<last.lowerBound, with: "\n\n\(content)\n")
  }

  /// Writes the file, whole or not at all.
  func write() throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }
}

/// Why a table can't be made, in a sentence.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
