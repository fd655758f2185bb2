import Foundation

/// A Markdown file with sections that a program writes, each between `<!-- NAME: begin -->` and `<!-- NAME: end -->`.
package struct MarkdownFile {
  package let path: String
  private var text: String

  package init(path: String) throws {
    self.path = path
    text = try String(contentsOfFile: path, encoding: .utf8)
  }

  /// What is between the markers of a section.
  ///
  /// - Throws: ``Failure`` where the file has no such section.
  package func range(ofSection name: String) throws -> Range<String.Index> {
    let begin = "<!-- \(name): begin -->"
    let end = "<!-- \(name): end -->"
    guard let first = text.range(of: begin),
      let last = text.range(of: end, range: first.upperBound..<text.endIndex)
    else { throw Failure("\(path) lacks “\(begin)” and, after it, “\(end)”") }
    return first.upperBound..<last.lowerBound
  }

  /// Puts `content` between the markers of a section.
  package mutating func replaceSection(_ name: String, with content: String) throws {
    text.replaceSubrange(try range(ofSection: name), with: "\n\n\(content)\n")
  }

  /// Writes the file, whole or not at all.
  package func write() throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }
}

/// Why a table can't be made, in a sentence.
package struct Failure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
