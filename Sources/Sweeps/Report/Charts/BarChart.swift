/// Shares as bars, one below the other.
struct BarChart {
  let label: String
  let bars: [(name: String, share: Double, note: String)]

  private static let row = 30.0
  private static let left = 150.0
  private static let width = 620.0

  var markup: String {
    var svg = SVG(
      width: Self.width, height: Double(bars.count) * Self.row + 8, label: label)
    let room = Self.width - Self.left - 160
    for (index, bar) in bars.enumerated() {
      let y = Double(index) * Self.row + 4
      svg.text(bar.name, at: (Self.left - 10, y + 17), "label", anchor: .end)
      svg.rectangle(x: Self.left, y: y + 4, width: room, height: 18, "track")
      svg.rectangle(
        x: Self.left, y: y + 4, width: room * min(max(bar.share, 0), 1), height: 18, "bar")
      svg.text(bar.note, at: (Self.left + room + 8, y + 17), "tick")
    }
    return svg.markup
  }
}
