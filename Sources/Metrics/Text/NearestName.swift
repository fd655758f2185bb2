/// Finds what was meant by a name that doesn't exist.
package enum NearestName {
  /// The one of `names` that is closest to `name`, if it is close enough to be meant: at most a third of its characters
  /// differ. Case and the difference between - and _ don't count. Of several, the first.
  package static func nearest(to name: String, in names: some Sequence<String>) -> String? {
    let folded = name.lowercased().map { $0 == "-" ? "_" : $0 }
    let scored = names.map { (name: $0, distance: editDistance(folded, Array($0))) }
    guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, best.name.count / 3) ? best.name : nil
  }

  /// Levenshtein's distance.
  ///
  /// - Complexity: O(*nm*) time, O(*m*) memory.
  package static func editDistance(_ left: [Character], _ right: [Character]) -> Int {
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
