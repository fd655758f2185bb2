/// The order in which filters run, and with it their edge semantics.
///
///     try FilterOrder(parsing: "top_k;temperature").names  // ["top-k", "temperature"]
public enum FilterOrder: Hashable, Sendable {
  /// temperature, dynatemp, top-k, min-k, top-p, p-less, min-p, top-h, typical, epsilon, eta, top-n-sigma, xtc; ties at
  /// the top-k threshold are all kept. (transformers' `_get_logits_processor`.)
  case huggingFace
  /// top-n-sigma, top-k, typical, top-p, min-p, xtc, temperature, dynatemp; exactly *k* survive top-k. (llama.cpp's
  /// default sampler chain.)
  case llamaCpp
  /// top-p, min-p, xtc, top-k, temperature; exactly *k* survive top-k, and top-p 0 is off. (mlx-lm's `make_sampler`:
  /// the temperature comes last, so the filters see the model's own probabilities.)
  case mlx
  /// That order, with Hugging Face's edge semantics. A filter that isn't named doesn't run.
  case list([String])

  /// The order that a name (`huggingface`, `llama.cpp`, `mlx`) or a list (`top-k;temperature`) spells. Filters may be
  /// written as llama.cpp writes them: `top_k`, `typ_p`.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for an unknown name and for one that comes twice.
  public init(parsing text: String) throws(DecodingFailure) {
    switch text {
    case "huggingface": self = .huggingFace
    case "llama.cpp": self = .llamaCpp
    case "mlx": self = .mlx
    default:
      var names: [String] = []
      for part in text.split(separator: ";", omittingEmptySubsequences: false) {
        guard let filter = FilterCatalogue.entry(spelled: String(part)) else {
          throw .invalidParameter(
            "filter order",
            reason: "“\(part)” is neither an order (huggingface, llama.cpp, mlx) nor a filter ("
              + FilterCatalogue.ordered.map(\.name).joined(separator: ", ") + ")")
        }
        guard !names.contains(filter.name) else {
          throw .invalidParameter("filter order", reason: "“\(part)” stands there twice")
        }
        names.append(filter.name)
      }
      self = .list(names)
    }
  }

  /// The filters, first to last.
  public var names: [String] { entries.map(\.name) }

  private var entries: [FilterEntry] {
    switch self {
    case .huggingFace: FilterCatalogue.huggingFace
    case .llamaCpp: FilterCatalogue.llamaCpp
    case .mlx: FilterCatalogue.mlx
    case .list(let names): names.compactMap(FilterCatalogue.entry(spelled:))
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
    case .list(let names): names.joined(separator: ";")
    }
  }
}

extension FilterOrder {
  /// The filters that `parameters` turn on, in this order; after them what no order moves.
  ///
  /// Where dynamic temperature is on and has a place in the order, it stands for the temperature, which is its centre,
  /// as in llama.cpp.
  ///
  /// - Parameter minimumKept: how many candidates each filter of transformers leaves at least (its
  ///   `min_tokens_to_keep`): 1, and under beam sampling one more than there are end-of-sequence tokens.
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for a parameter outside its range.
  public func filters(
    _ parameters: Parameters, minimumKept: Int = 1
  ) throws(DecodingFailure) -> [any Filter] {
    var filters: [any Filter] = []
    for entry in active(parameters) {
      filters.append(
        try entry.make(parameters, FilterRules(edges: edges, minimumKept: minimumKept)))
    }
    return filters
  }

  /// The filters that `parameters` turn on, in this order: those that ``filters(_:minimumKept:)`` makes.
  public func active(_ parameters: Parameters) -> [FilterEntry] {
    let isOn = { (entry: FilterEntry) in entry.isOn(parameters, edges: edges) }
    let last = FilterCatalogue.last.filter(isOn)
    if let alone = last.first(where: { $0.place == .alone }) {
      return [FilterCatalogue.beforeAlone].filter(isOn) + [alone]
    }
    return entries.filter { isOn($0) && !isReplaced($0, parameters) } + last
  }

  /// The filters that `parameters` turn on and that have no place in this order: they don't run.
  public func omittedFilters(_ parameters: Parameters) -> [FilterEntry] {
    FilterCatalogue.ordered.filter {
      $0.isOn(parameters, edges: edges) && !entries.contains($0) && !isReplaced($0, parameters)
    }
  }

  /// Whether another filter of the order stands for `entry`.
  private func isReplaced(_ entry: FilterEntry, _ parameters: Parameters) -> Bool {
    entries.contains { $0.replaces == entry.name && $0.isOn(parameters, edges: edges) }
  }

  /// `filter_order`
  public static let parameter = Parameter<FilterOrder>(
    "filter_order", .choice, neutral: .huggingFace, spelled: .text("huggingface"),
    "huggingface, llama.cpp, mlx, or a list of "
      + "\(FilterCatalogue.ordered.map(\.name).joined(separator: ", ")) joined by “;”",
    choices: ["huggingface", "llama.cpp", "mlx"],
    help: "The order in which filters run: huggingface, llama.cpp, mlx, or a list such as"
      + " \"top-k;temperature\".",
    flag: ParameterFlag("filter-order", aliases: ["samplers"], valueName: "order")
  ) { value in
    if case .text(let text) = value { try? FilterOrder(parsing: text) } else { nil }
  }
}

extension Parameters {
  /// The order of the filters, and with it their edge semantics (`filter_order`).
  public var filterOrder: FilterOrder {
    get { self[FilterOrder.parameter] }
    set { self[FilterOrder.parameter] = newValue }
  }
}
