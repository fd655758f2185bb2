/// The parameters of the filters that have a place in a ``FilterOrder``. `nil` is off, and so is the neutral value that
/// is named with each.
public struct FilterSettings: Hashable, Sendable {
  /// The ``Temperature``; 1 is off.
  public var temperature: Double?
  /// How far ``DynamicTemperature`` goes to both sides of the temperature; 0 is off.
  public var dynamicTemperatureRange: Double?
  /// The exponent of ``DynamicTemperature``; 1 unless given.
  public var dynamicTemperatureExponent: Double?
  /// The count of ``TopK``; 0 is off.
  public var topK: Int?
  /// The mass of ``TopP``; 1 is off.
  public var topP: Double?
  /// The ratio of ``MinP``; 0 is off.
  public var minP: Double?
  /// The share of ``TopH``.
  public var topH: Double?
  /// The mass of ``Typical``; 1 is off.
  public var typicalP: Double?
  /// The probability of ``EpsilonCutoff``; 0 is off.
  public var epsilonCutoff: Double?
  /// The epsilon of ``EtaCutoff``; 0 is off.
  public var etaCutoff: Double?
  /// The number of deviations of ``TopNSigma``; 0 and below is off, as in llama.cpp.
  public var topNSigma: Double?
  /// How often ``XTC`` acts; 0 is off.
  public var xtcProbability: Double?
  /// The threshold of ``XTC``, 0.1 unless given; above 0.5 it never acts, which is off.
  public var xtcThreshold: Double?

  /// Settings with every filter off unless given.
  public init(
    temperature: Double? = nil, topK: Int? = nil, topP: Double? = nil, minP: Double? = nil,
    typicalP: Double? = nil, epsilonCutoff: Double? = nil, etaCutoff: Double? = nil,
    topNSigma: Double? = nil, topH: Double? = nil, xtcProbability: Double? = nil,
    xtcThreshold: Double? = nil, dynamicTemperatureRange: Double? = nil,
    dynamicTemperatureExponent: Double? = nil
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.typicalP = typicalP
    self.epsilonCutoff = epsilonCutoff
    self.etaCutoff = etaCutoff
    self.topNSigma = topNSigma
    self.topH = topH
    self.xtcProbability = xtcProbability
    self.xtcThreshold = xtcThreshold
    self.dynamicTemperatureRange = dynamicTemperatureRange
    self.dynamicTemperatureExponent = dynamicTemperatureExponent
  }

  /// Which parameters do nothing without which others.
  public static let dependencies: [ParameterDependency] = [
    ParameterDependency([.xtcThreshold], needs: [.xtcProbability]),
    ParameterDependency([.dynamicTemperatureExponent], needs: [.dynamicTemperatureRange]),
  ]

  /// Refuses settings that could have no effect: a parameter of a filter that is off.
  ///
  /// - Throws: ``DecodingError/conflict(_:)`` with a sentence that says what to write instead.
  public func refuseIdle() throws(DecodingError) {
    for dependency in Self.dependencies {
      try dependency.check { name in
        switch name {
        case .xtcProbability: (xtcProbability ?? 0) != 0
        case .xtcThreshold: (xtcThreshold ?? 0.1) != 0.1
        case .dynamicTemperatureRange: (dynamicTemperatureRange ?? 0) != 0
        case .dynamicTemperatureExponent: (dynamicTemperatureExponent ?? 1) != 1
        default: false
        }
      }
    }
  }
}

/// Names a filter in a ``FilterOrder``. The raw values are the command line's spelling.
public enum FilterName: String, Hashable, Sendable, CaseIterable {
  /// ``Temperature``.
  case temperature
  /// ``DynamicTemperature``.
  case dynamicTemperature = "dynatemp"
  /// ``TopK``.
  case topK = "top-k"
  /// ``TopP``.
  case topP = "top-p"
  /// ``MinP``.
  case minP = "min-p"
  /// ``TopH``.
  case topH = "top-h"
  /// ``Typical``.
  case typical
  /// ``EpsilonCutoff``.
  case epsilon
  /// ``EtaCutoff``.
  case eta
  /// ``TopNSigma``.
  case topNSigma = "top-n-sigma"
  /// ``XTC``.
  case xtc
}
