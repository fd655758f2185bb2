/// The filters, and the orders in which projects run them. A new filter is a line in one of the lists.
public enum FilterCatalogue {
  /// transformers' `_get_logits_processor`; what it doesn't have stands after what it is most like, or at the end.
  static let huggingFace: [FilterEntry] = [
    Temperature.entry, DynamicTemperature.entry, TopK.entry, MinK.entry, TopP.entry, PLess.entry,
    MinP.entry, TopH.entry, Typical.entry, EpsilonCutoff.entry, EtaCutoff.entry, TopNSigma.entry,
    XTC.entry,
  ]

  /// llama.cpp's default sampler chain.
  static let llamaCpp: [FilterEntry] = [
    TopNSigma.entry, TopK.entry, Typical.entry, TopP.entry, MinP.entry, XTC.entry,
    Temperature.entry, DynamicTemperature.entry,
  ]

  /// mlx-lm's `make_sampler`.
  static let mlx: [FilterEntry] = [
    TopP.entry, MinP.entry, XTC.entry, TopK.entry, Temperature.entry,
  ]

  /// Filters that no order moves.
  static let last: [FilterEntry] = [Mirostat.entry, AdaptiveP.entry]

  /// All filters that a list may name.
  public static var ordered: [FilterEntry] { huggingFace }

  /// All filters.
  public static let entries: [FilterEntry] = huggingFace + last

  /// The settings of version 1 of the JSON formats, which keep their order there.
  private static let firstReported: [FilterEntry] = [
    Temperature.entry, TopK.entry, TopP.entry, MinP.entry, Typical.entry, EpsilonCutoff.entry,
    EtaCutoff.entry, TopNSigma.entry, TopH.entry, XTC.entry, DynamicTemperature.entry,
  ]

  /// The parameters of all filters, and the order's, in the order of reports.
  public static let parameters: [AnyParameter] =
    (firstReported + huggingFace.filter { !firstReported.contains($0) }).flatMap(\.parameters)
    + [FilterOrder.parameter.erased] + last.flatMap(\.parameters)

  /// What stays beside a filter that takes the place of all others.
  public static let beforeAlone = Temperature.entry

  /// The command line's settings for sampling where no temperature and no filter is set: llama.cpp's.
  public static let usual: [(parameter: AnyParameter, value: ParameterValue)] = [
    (Temperature.divisor.erased, .number(0.8)), (TopK.count.erased, .integer(40)),
    (TopP.mass.erased, .number(0.95)), (MinP.ratio.erased, .number(0.05)),
  ]

  /// The filter that a list names. Hyphens may be written as underscores.
  static func entry(spelled text: String) -> FilterEntry? {
    let name = String(text.map { $0 == "_" ? "-" : $0 })
    return ordered.first { $0.name == name || $0.aliases.contains(name) }
  }

  /// The filter that has a parameter.
  public static func entry(owning parameter: AnyParameter) -> FilterEntry? {
    entries.first { $0.parameters.contains(parameter) }
  }
}
