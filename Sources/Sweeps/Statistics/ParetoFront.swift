/// The points that no other point beats in everything.
public enum ParetoFront {
  /// The indices of the points that aren't dominated, in their order. One point dominates another when it is at least
  /// as great in both coordinates and greater in one. A point with an undefined coordinate is never on the front; equal
  /// points are on it together.
  ///
  /// - Complexity: O(n log n).
  public static func indices(of points: [(x: Double, y: Double)]) -> [Int] {
    let order = points.indices.filter { !points[$0].x.isNaN && !points[$0].y.isNaN }
      .sorted { (points[$0].x, points[$0].y) > (points[$1].x, points[$1].y) }
    var front: [Int] = []
    var greatest = -Double.infinity
    var last: (x: Double, y: Double)?
    for index in order {
      let point = points[index]
      if point.y > greatest || last.map({ $0 == point }) ?? true {
        front.append(index)
        greatest = point.y
        last = point
      }
    }
    return front.sorted()
  }
}
