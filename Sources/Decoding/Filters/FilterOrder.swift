/// The order in which filters run, and with it their edge semantics.
public enum FilterOrder: Hashable, Sendable {
  /// temperature, dynatemp, top-k, top-p, min-p, top-h, typical, epsilon, eta, top-n-sigma, xtc; ties at the top-k
  /// threshold are all kept. (transformers' `_get_logits_processor`; what it doesn't have stands behind.)
  case huggingFace
  /// top-n-sigma, top-k, typical, top-p, min-p, xtc, temperature, dynatemp; exactly *k* survive top-k. (llama.cpp's
  /// default sampler chain.)
  case llamaCpp
  /// top-p, min-p, xtc, top-k, temperature; exactly *k* survive top-k, and top-p 0 is off. (mlx-lm's `make_sampler`:
  /// the temperature comes last, so the filters see the model's own probabilities.)
  case mlx
  /// That order, with Hugging Face's edge semantics. A filter that isn't named doesn't run.
  case list([FilterName])

  /// The order that a name (`huggingface`, `llama.cpp`, `mlx`) or a list (`top-k;temperature`) spells. Filters may be
  /// written as llama.cpp writes them: `top_k`, `typ_p`.
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
        guard let filter = FilterName(spelled: String(part)) else {
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
    case .huggingFace:
      [
        .temperature, .dynamicTemperature, .topK, .topP, .minP, .topH, .typical, .epsilon, .eta,
        .topNSigma, .xtc,
      ]
    case .llamaCpp:
      [.topNSigma, .topK, .typical, .topP, .minP, .xtc, .temperature, .dynamicTemperature]
    case .mlx: [.topP, .minP, .xtc, .topK, .temperature]
    case .list(let names): names
    }
  }

  /// Whose edge semantics the order has.
  public var edges: EdgeRules {
    switch self {
    case .huggingFace, .list: .huggingFace
    case .llamaCpp: .llamaCpp
    case .mlx: .mlx
    }
  }
}

extension FilterOrder: CustomStringConvertible {
  /// The order's spelling, as ``init(parsing:)`` takes it.
  public var description: String {
    switch self {
    case .huggingFace: "huggingface"
    case .llamaCpp: "llama.cpp"
    case .mlx: "mlx"
    case .list(let names): names.map(\.rawValue).joined(separator: ";")
    }
  }
}

extension FilterName {
  /// The filter of this name, with underscores for hyphens as one likes. `typ_p` and `typical_p` are llama.cpp's and
  /// Hugging Face's names for ``typical``.
  public init?(spelled text: String) {
    let name = String(text.map { $0 == "_" ? "-" : $0 })
    self.init(rawValue: ["typ-p", "typical-p"].contains(name) ? FilterName.typical.rawValue : name)
  }
}
