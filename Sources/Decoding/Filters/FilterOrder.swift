/// The order in which filters run, and with it their edge semantics.
public enum FilterOrder: Hashable, Sendable {
  /// temperature, top-k, top-p; ties at the top-k threshold are all kept. (transformers' `_get_logits_processor`.)
  case huggingFace
  /// top-k, top-p, temperature; exactly *k* survive top-k. (llama.cpp's default sampler chain.)
  case llamaCpp
  /// top-p, top-k, temperature; exactly *k* survive top-k, and top-p 0 is off. (mlx-lm's
  /// `make_sampler`: the temperature comes last, so the filters see the model's own probabilities.)
  case mlx
  /// That order, with Hugging Face's edge semantics. A filter that isn't named doesn't run.
  case list([FilterName])

  /// The order that a name (`huggingface`, `llama.cpp`, `mlx`) or a list (`top-k;temperature`) spells.
  ///
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` for an unknown name and for one that comes twice.
  public init(parsing text: String) throws(DecodingError) {
    switch text {
    case "huggingface": self = .huggingFace
    case "llama.cpp": self = .llamaCpp
    case "mlx": self = .mlx
    default:
      var filters: [FilterName] = []
      for part in text.split(separator: ";", omittingEmptySubsequences: false) {
        guard let filter = FilterName(rawValue: String(part)) else {
          throw .invalidParameter(
            "filter order",
            reason: "“\(part)” is neither an order (huggingface, llama.cpp, mlx) nor a filter ("
              + FilterName.allCases.map(\.rawValue).joined(separator: ", ") + ")")
        }
        guard !filters.contains(filter) else {
          throw .invalidParameter("filter order", reason: "“\(part)” stands there twice")
        }
        filters.append(filter)
      }
      self = .list(filters)
    }
  }

  /// The filters, first to last.
  public var names: [FilterName] {
    switch self {
    case .huggingFace: [.temperature, .topK, .topP]
    case .llamaCpp: [.topK, .topP, .temperature]
    case .mlx: [.topP, .topK, .temperature]
    case .list(let names): names
    }
  }

  /// The filters that `settings` turn on, in this order.
  ///
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` for a setting outside its range.
  public func filters(_ settings: FilterSettings) throws(DecodingError) -> [any Filter] {
    var filters: [any Filter] = []
    for name in names {
      switch name {
      case .temperature:
        guard let value = settings.temperature, value != 1 else { continue }
        filters.append(try Temperature(value))
      case .topK:
        guard let count = settings.topK, count != 0 else { continue }
        filters.append(try TopK(count, ties: cutsTies ? .cut : .kept))
      case .topP:
        guard let mass = settings.topP, mass != 1, !(mass == 0 && self == .mlx) else { continue }
        filters.append(try TopP(mass))
      }
    }
    return filters
  }

  private var cutsTies: Bool {
    self == .llamaCpp || self == .mlx
  }
}
