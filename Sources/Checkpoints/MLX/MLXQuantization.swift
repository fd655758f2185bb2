/// How mlx quantised a model's matrices: what `quantization` of its `config.json` says.
///
/// Only mlx's affine mode is read, with 4 and 8 bits: w = scale · q + bias, one scale and bias for a group of elements
/// of a row.
public struct MLXQuantization: Hashable, Sendable {
  /// How one matrix is quantised.
  public struct Format: Hashable, Sendable {
    /// Elements of a row that share a scale and a bias: 32, 64 or 128.
    public let groupSize: Int
    /// Bits of an element: 4 or 8.
    public let bits: Int

    /// A format; `nil` for one that isn't read.
    public init?(groupSize: Int, bits: Int) {
      guard [32, 64, 128].contains(groupSize), bits == 4 || bits == 8 else { return nil }
      self.groupSize = groupSize
      self.bits = bits
    }
  }

  /// The format of matrices that have none of their own.
  public let format: Format
  /// Formats by the name of the module, `model.layers.0.mlp.down_proj`.
  public let formats: [String: Format]

  /// A format for all matrices, and other ones for some.
  public init(_ format: Format, formats: [String: Format] = [:]) {
    self.format = format
    self.formats = formats
  }

  /// The format of a module's matrix.
  func format(of module: String) -> Format { formats[module] ?? format }
}
