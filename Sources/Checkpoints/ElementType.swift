/// How a tensor's elements are stored: a plain float, or one of ggml's block formats.
///
/// Block layouts and their meaning follow ggml (`ggml-common.h`, `ggml-quants.c`), whose numbers GGUF files carry.
public enum ElementType: String, Hashable, Sendable, CaseIterable {
  /// 32-bit IEEE floats.
  case float32 = "F32"
  /// 16-bit IEEE floats.
  case float16 = "F16"
  /// The upper 16 bits of 32-bit floats.
  case bfloat16 = "BF16"
  /// 4 bits a weight, a scale per 32.
  case q4_0 = "Q4_0"
  /// 4 bits a weight, a scale and a minimum per 32.
  case q4_1 = "Q4_1"
  /// 5 bits a weight, a scale per 32.
  case q5_0 = "Q5_0"
  /// 5 bits a weight, a scale and a minimum per 32.
  case q5_1 = "Q5_1"
  /// 8 bits a weight, a scale per 32.
  case q8_0 = "Q8_0"
  /// 2 bits a weight; 4-bit scales and minima per 16, in blocks of 256.
  case q2_K = "Q2_K"
  /// 3 bits a weight; 6-bit scales per 16, in blocks of 256.
  case q3_K = "Q3_K"
  /// 4 bits a weight; 6-bit scales and minima per 32, in blocks of 256.
  case q4_K = "Q4_K"
  /// 5 bits a weight; 6-bit scales and minima per 32, in blocks of 256.
  case q5_K = "Q5_K"
  /// 6 bits a weight; 8-bit scales per 16, in blocks of 256.
  case q6_K = "Q6_K"
  /// 4 bits a weight that choose from 16 uneven levels; a scale per 32.
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
