/// Finds what was meant by a name that doesn't exist.
package enum NearestName {
  /// The one of `names` that is closest to `name`, if it is close enough to be meant: at most a third of its characters
  /// differ. Case and the difference between - and _ don't count. Of several, the first.
  package static func nearest(to name: String, in names: some Sequence<String>) -> String? {
    let folded = name.lowercased().map { $0 == "-" ? "_" : $0 }
    let scored = names.map { (name: $0, distance: EditDistance.distance(folded, Array($0))) }
    guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, best.name.count / 3) ? best.name : nil
  }
}
