extension FilterOrder {
  /// The filters that `settings` turn on, in this order.
  ///
  /// Where dynamic temperature is on and has a place in the order, it stands for the temperature, which is its centre,
  /// as in llama.cpp.
  ///
  /// - Parameter minimumKept: how many candidates each filter of transformers leaves at least (its
  ///   `min_tokens_to_keep`): 1, and under beam sampling one more than there are end-of-sequence tokens.
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` for a setting outside its range.
  public func filters(
    _ settings: FilterSettings, minimumKept: Int = 1
  ) throws(DecodingError) -> [any Filter] {
    var filters: [any Filter] = []
    for name in active(settings) {
      if let filter = try filter(name, settings, minimumKept: minimumKept) {
        filters.append(filter)
      }
    }
    return filters
  }

  /// The names of the filters that `settings` turn on, in this order: those that ``filters(_:minimumKept:)`` makes.
  public func active(_ settings: FilterSettings) -> [FilterName] {
    names.filter { settings.isOn($0, edges: edges) && !isTemperatureReplaced($0, settings) }
  }

  /// The filters that `settings` turn on and that have no place in this order: they don't run.
  public func absentees(_ settings: FilterSettings) -> [FilterName] {
    FilterName.allCases.filter {
      settings.isOn($0, edges: edges) && !names.contains($0) && !isTemperatureReplaced($0, settings)
    }
  }

  /// Whether `name` is the temperature and dynamic temperature stands for it.
  private func isTemperatureReplaced(_ name: FilterName, _ settings: FilterSettings) -> Bool {
    name == .temperature && names.contains(.dynamicTemperature)
      && settings.isOn(.dynamicTemperature, edges: edges)
  }

  private func filter(
    _ name: FilterName, _ settings: FilterSettings, minimumKept: Int
  ) throws(DecodingError) -> (any Filter)? {
    switch name {
    case .temperature:
      guard let value = settings.temperature else { return nil }
      return try Temperature(value)
    case .dynamicTemperature:
      guard let range = settings.dynamicTemperatureRange else { return nil }
      return try DynamicTemperature(
        center: settings.temperature ?? 1, range: range,
        exponent: settings.dynamicTemperatureExponent ?? 1)
    case .topK:
      guard let count = settings.topK else { return nil }
      return try TopK(
        count, ties: edges == .huggingFace ? .kept : .cut, minimumKept: minimumKept)
    case .topP:
      guard let mass = settings.topP else { return nil }
      return try TopP(mass, minimumKept: minimumKept)
    case .minP:
      guard let ratio = settings.minP else { return nil }
      return try MinP(ratio, minimumKept: minimumKept, edges: edges)
    case .topH:
      guard let share = settings.topH else { return nil }
      return try TopH(share)
    case .typical:
      guard let mass = settings.typicalP else { return nil }
      return try Typical(mass, minimumKept: minimumKept, edges: edges)
    case .epsilon:
      guard let probability = settings.epsilonCutoff else { return nil }
      return try EpsilonCutoff(probability, minimumKept: minimumKept)
    case .eta:
      guard let epsilon = settings.etaCutoff else { return nil }
      return try EtaCutoff(epsilon, minimumKept: minimumKept)
    case .topNSigma:
      guard let count = settings.topNSigma else { return nil }
      return try TopNSigma(count)
    case .xtc:
      guard let probability = settings.xtcProbability else { return nil }
      return try XTC(
        probability: probability, threshold: settings.xtcThreshold ?? 0.1, edges: edges)
    }
  }
}

extension FilterSettings {
  /// Whether a filter is given a value that isn't its neutral one.
  func isOn(_ name: FilterName, edges: EdgeRules) -> Bool {
    func differs<Value: Equatable>(_ value: Value?, _ neutral: Value) -> Bool {
      value.map { $0 != neutral } ?? false
    }
    return switch name {
    case .temperature: differs(temperature, 1)
    case .dynamicTemperature: differs(dynamicTemperatureRange, 0)
    case .topK: differs(topK, 0)
    case .topP: differs(topP, 1) && !(topP == 0 && edges == .mlx)
    case .minP: differs(minP, 0)
    case .topH: topH != nil
    case .typical: differs(typicalP, 1)
    case .epsilon: differs(epsilonCutoff, 0)
    case .eta: differs(etaCutoff, 0)
    // NaN is on, to be refused.
    case .topNSigma: topNSigma.map { !($0 <= 0) } ?? false
    case .xtc: differs(xtcProbability, 0)
    }
  }
}
