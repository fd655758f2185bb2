import Kernels
import LanguageModeling

/// A mix of adapters as a session runs it: for each module its updates in the order of the mix, with their weights.
///
/// Several adapters add up as in PEFT 0.21.2 with several active ones (`LoraLayer.forward`): one after the other, each
/// on what those before it left. A plain update adds w s B A x; DoRA then rescales all that is there but the bias, so
/// that the order counts where a DoRA adapter isn't alone.
final class ActiveMix {
  /// What is done to one module.
  struct Module {
    /// The low-rank updates, if any.
    let updates: LowRankUpdates?
    /// Added to a projection's output first: what changes its bias.
    let shift: FloatBlock?
    /// Takes the module's place.
    let replacement: Linear?
    /// Takes the place of a norm.
    let norm: NormWeights?
  }

  /// By `ModelModule.index`.
  private let modules: [Module?]
  private let experts: [ModelModule: Module]
  /// What the updates point into.
  private let owners: [BoundAdapter]
  private let vectors: [FloatBlock]

  subscript(module: ModelModule) -> Module? {
    module.index.map { modules[$0] } ?? experts[module]
  }

  /// - Throws: `ModelError.unknownAdapter(_:)`; `ModelError.invalidOption(_:)` for a weight that is no number, or
  ///   adapters that can't be mixed.
  init(_ mix: AdapterMix, of model: TransformerModel) throws(ModelError) {
    var adapters: [(part: AdapterMix.Part, adapter: BoundAdapter)] = []
    for part in mix.parts {
      guard let adapter = model.adapters[part.name] else { throw .unknownAdapter(part.name) }
      guard part.weight.isFinite else {
        throw .invalidOption("the weight of adapter “\(part.name)” is \(part.weight)")
      }
      adapters.append((part, adapter))
    }
    var modules = [Module?](
      repeating: nil, count: ModelModule.count(layers: model.configuration.layerCount))
    var experts: [ModelModule: Module] = [:]
    var vectors: [FloatBlock] = []
    for module in model.configuration.modules {
      let parts = adapters.compactMap { entry in
        entry.adapter.modules[module].map { (entry.part, $0) }
      }
      guard !parts.isEmpty else { continue }
      let combined = try Self.combine(parts, module: module, of: model, vectors: &vectors)
      if let index = module.index { modules[index] = combined } else { experts[module] = combined }
    }
    self.modules = modules
    self.experts = experts
    self.vectors = vectors
    owners = adapters.map(\.adapter)
  }

  private static func combine(
    _ parts: [(part: AdapterMix.Part, bound: BoundModule)], module: ModelModule,
    of model: TransformerModel, vectors: inout [FloatBlock]
  ) throws(ModelError) -> Module {
    let name = model.configuration.name(of: module)
    let base = model.weights.linear(module)
    try refuseConflicts(parts, module: name)
    let bias = parts.lazy.compactMap(\.bound.bias).first ?? base?.bias
    if let bias { vectors.append(bias) }
    var updates: [LowRankUpdate] = []
    for (part, bound) in parts {
      guard let lowRank = bound.lowRank else { continue }
      let scale = Float(lowRank.factor(weight: part.weight))
      guard scale.isFinite else {
        throw .invalidOption(
          "adapter “\(part.name)” at weight \(part.weight) has the scale \(lowRank.factor(weight: part.weight)), beyond float32"
        )
      }
      var gain: FloatBlock?
      if let magnitudes = lowRank.magnitudes {
        let values = magnitudes.gains(weight: Double(part.weight))
        guard values.allSatisfy(\.isFinite) else {
          throw .invalidOption(
            "adapter “\(part.name)” at weight \(part.weight) leaves a weight of \(name) without length"
          )
        }
        let block = FloatBlock(values)
        vectors.append(block)
        gain = block
      }
      updates.append(
        LowRankUpdate(
          down: lowRank.down.pointer, up: lowRank.up.pointer, upBias: lowRank.upBias?.pointer,
          gain: gain?.pointer, bias: bias?.pointer, rank: lowRank.rank,
          scale: scale))
    }
    do {
      return Module(
        updates: updates.isEmpty ? nil : try LowRankUpdates(updates),
        shift: parts.lazy.compactMap(\.bound.biasShift).first,
        replacement: parts.lazy.compactMap(\.bound.replacement).first,
        norm: parts.lazy.compactMap(\.bound.norm).first)
    } catch {
      throw ModelError(error)
    }
  }

  /// What takes a weight's place can't be added up, and leaves nothing for others to update.
  private static func refuseConflicts(
    _ parts: [(part: AdapterMix.Part, bound: BoundModule)], module name: String
  ) throws(ModelError) {
    guard parts.count > 1 else { return }
    for (index, (part, bound)) in parts.enumerated() {
      guard let other = parts.first(where: { $0.part != part })?.part ?? parts.last?.part else {
        continue
      }
      if bound.replacement != nil || bound.norm != nil {
        throw .invalidOption(
          "adapters “\(part.name)” and “\(other.name)” can't be mixed: both change \(name), and “\(part.name)” replaces it"
        )
      }
      if !bound.replacedRows.isEmpty,
        parts.enumerated().contains(where: { place, entry in
          place != index
            && (entry.bound.replacedRows.isEmpty
              || !entry.bound.replacedRows.isDisjoint(with: bound.replacedRows))
        })
      {
        throw .invalidOption(
          "adapters “\(part.name)” and “\(other.name)” can't be mixed: both change \(name), and “\(part.name)” replaces rows of it"
        )
      }
      if bound.bias != nil, parts.filter({ $0.bound.bias != nil }).count > 1 {
        throw .invalidOption(
          "adapters “\(part.name)” and “\(other.name)” can't be mixed: both replace the bias of \(name)"
        )
      }
    }
  }
}
