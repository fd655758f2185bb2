import Metrics

/// A drawing in SVG, put together piece by piece. Colours come from the classes of the page's style sheet, so that one
/// drawing serves light and dark screens and paper.
struct SVG {
  /// The extent, in units that are about a pixel.
  let width: Double
  let height: Double
  /// What the drawing shows, for those who can't see it.
  let label: String
  private var body = ""

  init(width: Double, height: Double, label: String) {
    self.width = width
    self.height = height
    self.label = label
  }

  /// Where a text stands about its point.
  enum Anchor: String {
    case start, middle, end
  }

  mutating func line(
    _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), _ style: String
  ) {
    body +=
      "<line x1=\"\(Self.number(from.x))\" y1=\"\(Self.number(from.y))\" x2=\"\(Self.number(to.x))\""
      + " y2=\"\(Self.number(to.y))\" class=\"\(style)\"/>"
  }

  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, _ style: String, title: String? = nil
  ) {
    body +=
      "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\""
      + " height=\"\(Self.number(height))\" class=\"\(style)\"" + Self.end("rect", title)
  }

  mutating func circle(
    _ centre: (x: Double, y: Double), radius: Double, _ style: String, title: String? = nil
  ) {
    body +=
      "<circle cx=\"\(Self.number(centre.x))\" cy=\"\(Self.number(centre.y))\""
      + " r=\"\(Self.number(radius))\" class=\"\(style)\"" + Self.end("circle", title)
  }

  mutating func polyline(
    _ points: [(x: Double, y: Double)], _ style: String, title: String? = nil
  ) {
    let list = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
    body +=
      "<polyline points=\"\(list)\" class=\"\(style)\"" + Self.end("polyline", title)
  }

  /// - Parameter turned: degrees by which the text is turned about its point.
  mutating func text(
    _ text: String, at place: (x: Double, y: Double), _ style: String = "label",
    anchor: Anchor = .start, turned: Double? = nil
  ) {
    let (x, y) = (Self.number(place.x), Self.number(place.y))
    body +=
      "<text x=\"\(x)\" y=\"\(y)\" class=\"\(style)\" text-anchor=\"\(anchor.rawValue)\""
      + (turned.map { " transform=\"rotate(\(Self.number($0)) \(x) \(y))\"" } ?? "")
      + ">\(Self.escaped(text))</text>"
  }

  /// The drawing, to stand within a page.
  var markup: String {
    // As wide as its place, and not much larger than drawn.
    "<svg viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" role=\"img\""
      + " style=\"max-width:\(Self.number(1.3 * width))px\""
      + " aria-label=\"\(Self.escaped(label))\" xmlns=\"http://www.w3.org/2000/svg\">\(body)</svg>"
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// A coordinate, to a tenth.
  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let text = FixedPoint.text(value, places: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func end(_ element: String, _ title: String?) -> String {
    title.map { "><title>\(escaped($0))</title></\(element)>" } ?? "/>"
  }
}
