/// Rows in columns, two spaces apart.
struct TextTable {
  /// The rows; all of the same length.
  var rows: [[String]]
  /// The columns that hold numbers.
  var rightAligned: Set<Int> = []

  /// The table, each row with its newline.
  var text: String {
    let rows = rows.map { row in row.map { $0.printable() } }
    let widths = (0..<(rows.first?.count ?? 0)).map { column in
      rows.reduce(0) { max($0, $1[column].count) }
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        if column > 0 { line += "  " }
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += rightAligned.contains(column) ? padding + cell : cell + padding
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
