/// How often each n-gram of a text occurs, for n from 1 up.
///
/// Comparable with the counts of texts that were counted with the same `NGramTrie`.
struct NGramCounts: Hashable, Sendable {
  /// An n-gram and the number of its occurrences.
  struct Entry: Hashable, Sendable {
    var node: UInt32
    var count: Int
  }

  /// For each n, by node.
  private(set) var orders: [[Entry]] = []
  /// For each n, the number of n-grams, repeated ones included.
  private(set) var totals: [Int] = []

  /// Adds the next n, given the n-grams in ascending order.
  mutating func append(_ nodes: [UInt32]) {
    var entries: [Entry] = []
    for node in nodes {
      if entries.last?.node == node {
        entries[entries.count - 1].count += 1
      } else {
        entries.append(Entry(node: node, count: 1))
      }
    }
    orders.append(entries)
    totals.append(nodes.count)
  }

  /// The number of n-grams that both texts have, each as often as in the one that has fewer of it.
  ///
  /// - Complexity: linear in the numbers of different n-grams.
  func matches(with other: NGramCounts, order: Int) -> Int {
    let left = orders[order - 1]
    let right = other.orders[order - 1]
    var (i, j, sum) = (0, 0, 0)
    while i < left.count, j < right.count {
      if left[i].node < right[j].node {
        i += 1
      } else if left[i].node > right[j].node {
        j += 1
      } else {
        sum += min(left[i].count, right[j].count)
        i += 1
        j += 1
      }
    }
    return sum
  }

  /// Makes each n-gram's count the greater of the two texts'.
  mutating func formMaximum(with other: NGramCounts) {
    for order in orders.indices {
      var merged: [Entry] = []
      var (left, right) = (orders[order][...], other.orders[order][...])
      while let a = left.first, let b = right.first {
        if a.node < b.node {
          merged.append(left.removeFirst())
        } else if a.node > b.node {
          merged.append(right.removeFirst())
        } else {
          merged.append(Entry(node: a.node, count: max(a.count, b.count)))
          left.removeFirst()
          right.removeFirst()
        }
      }
      orders[order] = merged + left + right
    }
  }
}
