import Foundation

/// A table in Markdown: the first columns hold names, the others numbers.
package struct MarkdownTable {
  package let header: [String]
  /// The columns that hold names.
  package let nameColumns: Int
  private var rows: [[String]] = []

  package init(_ header: [String], nameColumns: Int = 1) {
    self.header = header
    self.nameColumns = nameColumns
  }

  package mutating func add(_ row: [String]) {
    rows.append(row)
  }

  /// The table, with a newline after each row.
  package var text: String {
    let rule = header.indices.map { $0 < nameColumns ? "---" : "---:" }
    return ([header, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }
}

/// Numbers for reading.
package enum Figure {
  /// With a comma between thousands and `places` decimals; a dash for what could not be measured.
  package static func text(_ value: Double, places: Int = 0) -> String {
    guard value.isFinite, value > 0 else { return "—" }
    let digits = String(format: "%.\(places)f", value).split(separator: ".")
    var whole = ""
    for (index, digit) in digits[0].reversed().enumerated() {
      if index > 0, index % 3 == 0 { whole.append(",") }
      whole.append(digit)
    }
    let fraction = digits.count > 1 ? "." + digits[1] : ""
    return String(whole.reversed()) + fraction
  }

  /// Billions (giga) of something a second, with three digits or more.
  package static func giga(_ rate: Double) -> String {
    let value = rate / 1e9
    return text(value, places: value < 9.95 ? 2 : value < 99.5 ? 1 : 0)
  }

  /// A share of a limit.
  package static func percent(_ value: Double, of limit: Double) -> String {
    limit > 0 && value.isFinite ? "\(Int((100 * value / limit).rounded())) %" : "—"
  }
}
