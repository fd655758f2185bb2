import Kernels

extension TransformerConfiguration {
  /// Why no model can have this shape, in a sentence; `nil` for one that can. What the tensors must be is checked where
  /// they are found.
  var problem: String? {
    let extents = [
      ("the vocabulary", vocabularyCount), ("the hidden size", hiddenSize),
      ("the number of layers", layerCount), ("the number of heads", headCount),
      ("the number of key and value heads", keyValueHeadCount),
      ("the head's dimension", headDimension), ("the intermediate size", intermediateSize),
      ("the context", contextLength),
    ]
    // Every product of two extents, and every count of them in C, then has room to spare.
    for (name, extent) in extents where !(1...Int(Int32.max / 2)).contains(extent) {
      return "\(name) is \(extent), which no model has"
    }
    let widest = Attention.maximumHeadDimension
    if !headDimension.isMultiple(of: 2) || headDimension > widest {
      return "the head's dimension is \(headDimension); it must be even and at most \(widest)"
    }
    if !headCount.isMultiple(of: keyValueHeadCount) {
      return "\(headCount) heads can't share \(keyValueHeadCount) key and value heads evenly"
    }
    if let slidingWindow, slidingWindow < 1 { return "the sliding window is \(slidingWindow)" }
    if !normEpsilon.isFinite || normEpsilon < 0 { return "the norm's epsilon is \(normEpsilon)" }
    if let experts = block.experts {
      if !(1...Int(Int16.max)).contains(experts.count)
        || !(1...experts.count).contains(experts.perToken)
      {
        return "\(experts.perToken) of \(experts.count) experts can't be chosen"
      }
      if !block.isGated || block.isParallel {
        return "experts go with a gate and one after the other"
      }
    }
    let scales = [
      block.attentionScale ?? 1, block.residualScale, block.embeddingScale, block.logitScale,
      block.attentionSoftCap, block.logitSoftCap,
    ]
    if let scale = scales.first(where: { !$0.isFinite }) { return "a multiplier is \(scale)" }
    return rotaryEmbedding.problem(headDimension: headDimension)
      ?? block.windowedRotaryEmbedding?.problem(headDimension: headDimension)
  }
}

extension RotaryEmbedding {
  fileprivate func problem(headDimension: Int) -> String? {
    guard dimension.isMultiple(of: 2), (2...headDimension).contains(dimension) else {
      return "\(dimension) elements of a head of \(headDimension) can't be turned in pairs"
    }
    guard theta.isFinite, theta > 0 else { return "the rotary base is \(theta)" }
    if let problem = scaling.problem { return problem }
    let factors: [[Float]] =
      switch scaling {
      case .factors(let factors): [factors]
      case .longRope(let short, let long, _, _): [short, long]
      default: []
      }
    if let wrong = factors.first(where: { $0.count != dimension / 2 }) {
      return "\(wrong.count) frequency factors don't fit \(dimension / 2) pairs"
    }
    return nil
  }
}

extension RotaryEmbedding.Scaling {
  fileprivate var problem: String? {
    switch self {
    case .yarn(let factor, let original, _, _, _), .dynamic(let factor, let original):
      if !factor.isFinite || !(0...1e9).contains(factor) {
        return "the scaling factor is \(factor)"
      }
      if !(1...Int(Int32.max / 2)).contains(original) {
        return "the original context is \(original)"
      }
      return nil
    case .none, .linear, .llama3, .longRope, .factors: return nil
    }
  }
}
