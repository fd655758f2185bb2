/// The element types of the safetensors format, by the names that headers use, and the bits of one element.
///
/// The list is the reference implementation's (`Dtype` in `tensor.rs`).
enum SafetensorsType {
  /// The bits of one element, or `nil` for a name that the format lacks.
  static func bits(_ name: String) -> Int? {
    switch name {
    case "F4": 4
    case "F6_E2M3", "F6_E3M2": 6
    case "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ": 8
    case "I16", "U16", "F16", "BF16": 16
    case "I32", "U32", "F32": 32
    case "C64", "F64", "I64", "U64": 64
    default: nil
    }
  }

  /// The type of that name, if its tensors can be viewed.
  static func elementType(_ name: String) -> ElementType? {
    switch name {
    case "F32": .float32
    case "F16": .float16
    case "BF16": .bfloat16
    default: nil
    }
  }

  /// The bytes of a tensor of that many bits an element, or `nil` where they overflow or are no whole number.
  static func byteCount(shape: [Int], bits: Int) -> Int? {
    var total = bits
    for extent in shape {
      let (product, overflow) = total.multipliedReportingOverflow(by: max(extent, 1))
      if overflow { return nil }
      total = product
    }
    if shape.contains(0) { return 0 }
    return total.isMultiple(of: 8) ? total / 8 : nil
  }
}
