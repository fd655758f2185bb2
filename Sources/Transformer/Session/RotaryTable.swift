import Kernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension RotaryEmbedding {
  /// The angle per position of each pair, in float32 as transformers 4.51.3 computes it (`modeling_rope_utils`), for
  /// sequences of up to `contextLength` tokens.
  func inverseFrequencies(contextLength: Int) -> [Float] {
    let base = powers(of: theta)
    switch scaling {
    case .none:
      return base
    case .linear(let factor):
      return base.map { $0 / Float(factor) }
    case .factors(let factors):
      return zip(base, factors).map { $0 / $1 }
    case .dynamic(let factor, let original):
      guard contextLength > original else { return base }
      let stretch = factor * Double(contextLength) / Double(original) - (factor - 1)
      return powers(of: theta * pow(stretch, Double(dimension) / Double(max(dimension - 2, 1))))
    case .longRope(let short, let long, let original, _):
      let factors = contextLength > original ? long : short
      return factors.enumerated().map { pair, factor in
        1 / (factor * Float(pow(theta, Double(Float(2 * pair) / Float(dimension)))))
      }
    case .llama3(let factor, let low, let high, let original):
      return base.map { frequency in
        let wavelength = 2 * Float.pi / frequency
        if wavelength > Float(Double(original) / low) { return frequency / Float(factor) }
        if wavelength < Float(Double(original) / high) { return frequency }
        let smooth = (Float(original) / wavelength - Float(low)) / Float(high - low)
        return (1 - smooth) * frequency / Float(factor) + smooth * frequency
      }
    case .yarn(let factor, let original, let betaFast, let betaSlow, _):
      let low = max(yarnDimension(rotations: betaFast, original).rounded(.down), 0)
      let high = min(
        yarnDimension(rotations: betaSlow, original).rounded(.up), Double(dimension - 1))
      let width = low == high ? 0.001 : high - low
      return base.enumerated().map { pair, frequency in
        let ramp = min(max((Float(pair) - Float(low)) / Float(width), 0), 1)
        return frequency / Float(factor) * ramp + frequency * (1 - ramp)
      }
    }
  }

  private func powers(of theta: Double) -> [Float] {
    (0..<dimension / 2).map { pair in
      1 / Float(pow(theta, Double(Float(2 * pair) / Float(dimension))))
    }
  }

  /// The factor on cosines and sines of YaRN and LongRoPE; 1 elsewhere.
  var attentionFactor: Float {
    switch scaling {
    case .yarn(let factor, _, _, _, let attentionFactor):
      Float(attentionFactor ?? (factor <= 1 ? 1 : 0.1 * log(factor) + 1))
    case .longRope(_, _, _, let attentionFactor): Float(attentionFactor)
    case .none, .linear, .llama3, .dynamic, .factors: 1
    }
  }

  /// The pair whose wavelength makes that many rotations over the original context (YaRN, section 3.2).
  private func yarnDimension(rotations: Double, _ original: Int) -> Double {
    Double(dimension) * log(Double(original) / (rotations * 2 * .pi)) / (2 * log(theta))
  }
}

/// Cosines and sines of every position up to the longest seen so far.
struct RotaryTable {
  private let frequencies: [Float]  // [dimension / 2]
  private let factor: Float
  private var cosineBuffer: AlignedBuffer<Float>  // [capacity, dimension / 2]
  private var sineBuffer: AlignedBuffer<Float>  // [capacity, dimension / 2]
  private var capacity = 0
  private var filled = 0

  /// A table for sequences of up to `contextLength` tokens.
  init(_ rotary: RotaryEmbedding, contextLength: Int) throws(KernelError) {
    frequencies = rotary.inverseFrequencies(contextLength: contextLength)
    factor = rotary.attentionFactor
    cosineBuffer = try AlignedBuffer(count: 0)
    sineBuffer = try AlignedBuffer(count: 0)
  }

  /// Makes positions `0 ..< count` available. Room at least doubles, so that this seldom allocates.
  mutating func extend(to count: Int) throws(KernelError) {
    if count > capacity { try grow(to: max(count, 2 * capacity, 256)) }
    let pairs = frequencies.count
    while filled < count {
      for pair in 0..<pairs {
        // The product is rounded to float32 first, as the reference does.
        let angle = Double(Float(filled) * frequencies[pair])
        cosineBuffer.pointer[filled * pairs + pair] = Float(cos(angle)) * factor
        sineBuffer.pointer[filled * pairs + pair] = Float(sin(angle)) * factor
      }
      filled += 1
    }
  }

  func cosines(at position: Int) -> UnsafePointer<Float> {
    UnsafePointer(cosineBuffer.pointer + position * frequencies.count)
  }

  func sines(at position: Int) -> UnsafePointer<Float> {
    UnsafePointer(sineBuffer.pointer + position * frequencies.count)
  }

  private mutating func grow(to newCapacity: Int) throws(KernelError) {
    let pairs = frequencies.count
    let cosines = try AlignedBuffer<Float>(count: newCapacity * pairs)
    let sines = try AlignedBuffer<Float>(count: newCapacity * pairs)
    cosines.pointer.update(from: cosineBuffer.pointer, count: filled * pairs)
    sines.pointer.update(from: sineBuffer.pointer, count: filled * pairs)
    (cosineBuffer, sineBuffer, capacity) = (cosines, sines, newCapacity)
  }
}
