/// Which known name someone may have meant.
enum NearestName {
  /// The name with the smallest edit distance, if it is close enough to be meant.
  static func nearest(to name: String, among names: [String]) -> String? {
    let folded = Array(name.lowercased().map { $0 == "-" ? "_" : $0 })
    let scored = names.map { (name: $0, distance: distance(folded, Array($0))) }
    guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, best.name.count / 3) ? best.name : nil
  }

  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let substituted = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
      }
    }
    return row[right.count]
  }
}
