/// How a tensor's elements are stored: a plain float, or one of ggml's block formats.
///
/// Block layouts and their meaning follow ggml (`ggml-common.h`, `ggml-quants.c`), whose numbers GGUF files carry.
public enum ElementType: String, Hashable, Sendable, CaseIterable {
  /// 32-bit floats.
  case float32 = "F32"
  /// 16-bit floats of IEEE 754.
  case float16 = "F16"
  /// The upper halves of 32-bit floats.
  case bfloat16 = "BF16"
  /// Blocks of 32: 4 bits and a scale.
  case q4_0 = "Q4_0"
  /// Blocks of 32: 4 bits, a scale and a minimum.
  case q4_1 = "Q4_1"
  /// Blocks of 32: 5 bits and a scale.
  case q5_0 = "Q5_0"
  /// Blocks of 32: 5 bits, a scale and a minimum.
  case q5_1 = "Q5_1"
  /// Blocks of 32: 8 bits and a scale.
  case q8_0 = "Q8_0"
  /// Blocks of 256: 2 bits, with scales and minima for 16 elements each.
  case q2_K = "Q2_K"
  /// Blocks of 256: 3 bits, with scales for 16 elements each.
  case q3_K = "Q3_K"
  /// Blocks of 256: 4 bits, with scales and minima for 32 elements each.
  case q4_K = "Q4_K"
  /// Blocks of 256: 5 bits, with scales and minima for 32 elements each.
  case q5_K = "Q5_K"
  /// Blocks of 256: 6 bits, with scales for 16 elements each.
  case q6_K = "Q6_K"
  /// Blocks of 32: 4 bits that choose one of 16 uneven levels, and a scale.
  case iq4_NL = "IQ4_NL"

  /// Elements in one block: 1 for plain floats, 32 or 256 for quantised formats.
  public var blockElements: Int {
    switch self {
    case .float32, .float16, .bfloat16: 1
    case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .iq4_NL: 32
    case .q2_K, .q3_K, .q4_K, .q5_K, .q6_K: 256
    }
  }

  /// Bytes in one block.
  public var blockBytes: Int {
    switch self {
    case .float32: 4
    case .float16, .bfloat16: 2
    case .q4_0, .iq4_NL: 18
    case .q4_1: 20
    case .q5_0: 22
    case .q5_1: 24
    case .q8_0: 34
    case .q2_K: 84
    case .q3_K: 110
    case .q4_K: 144
    case .q5_K: 176
    case .q6_K: 210
    }
  }

  /// The address of a block is a multiple of this, so that its floats can be loaded: 4 or 2 bytes.
  public var alignment: Int { self == .float32 ? 4 : 2 }

  /// The bytes of a tensor of that shape, outermost extent first, or `nil` where the number overflows, an extent is
  /// negative, or rows (the last extent) are no whole number of blocks.
  public func byteCount(shape: [Int]) -> Int? {
    guard shape.allSatisfy({ $0 >= 0 }), (shape.last ?? 1).isMultiple(of: blockElements) else {
      return nil
    }
    // A zero extent must not hide that the others overflow: consumers multiply them too.
    var elements = 1
    for extent in shape {
      let (product, overflow) = elements.multipliedReportingOverflow(by: max(extent, 1))
      if overflow { return nil }
      elements = product
    }
    if shape.contains(0) { return 0 }
    let (bytes, overflow) = (elements / blockElements).multipliedReportingOverflow(by: blockBytes)
    return overflow ? nil : bytes
  }
}
