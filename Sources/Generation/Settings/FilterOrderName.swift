/// The spellings that `filter_order` takes.
enum FilterOrderName {
  /// The named orders.
  static let named = ["huggingface", "llama.cpp", "mlx"]
  /// The filters that a list may name.
  static let filters = ["temperature", "top-k", "top-p"]

  /// The filters that `text` runs, in order, or `nil` if it isn't an order: unknown or repeated names, or none.
  static func filters(of text: String) -> [String]? {
    switch text {
    case "huggingface": return filters
    case "llama.cpp": return ["top-k", "top-p", "temperature"]
    case "mlx": return ["top-p", "top-k", "temperature"]
    default: break
    }
    let names = text.split(separator: ";", omittingEmptySubsequences: false).map { name in
      String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    guard names.allSatisfy(filters.contains), Set(names).count == names.count else { return nil }
    return names
  }
}
