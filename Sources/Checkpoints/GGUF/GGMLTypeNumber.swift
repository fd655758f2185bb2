extension ElementType {
  /// The type that GGUF files number so (`enum ggml_type` in ggml's `ggml.h`), or `nil` for one that isn't read.
  init?(ggmlNumber: UInt32) {
    switch ggmlNumber {
    case 0: self = .float32
    case 1: self = .float16
    case 2: self = .q4_0
    case 3: self = .q4_1
    case 6: self = .q5_0
    case 7: self = .q5_1
    case 8: self = .q8_0
    case 10: self = .q2_K
    case 11: self = .q3_K
    case 12: self = .q4_K
    case 13: self = .q5_K
    case 14: self = .q6_K
    case 20: self = .iq4_NL
    case 30: self = .bfloat16
    default: return nil
    }
  }
}

/// The names of the ggml type numbers that ``ElementType`` lacks, for messages (ggml's `ggml.h`; removed types keep
/// their numbers).
func unreadGGMLTypeName(_ number: UInt32) -> String {
  let name: String? =
    switch number {
    case 4: "Q4_2"
    case 5: "Q4_3"
    case 9: "Q8_1"
    case 15: "Q8_K"
    case 16: "IQ2_XXS"
    case 17: "IQ2_XS"
    case 18: "IQ3_XXS"
    case 19: "IQ1_S"
    case 21: "IQ3_S"
    case 22: "IQ2_S"
    case 23: "IQ4_XS"
    case 24: "I8"
    case 25: "I16"
    case 26: "I32"
    case 27: "I64"
    case 28: "F64"
    case 29: "IQ1_M"
    case 31: "Q4_0_4_4"
    case 32: "Q4_0_4_8"
    case 33: "Q4_0_8_8"
    case 34: "TQ1_0"
    case 35: "TQ2_0"
    case 36: "IQ4_NL_4_4"
    case 37: "IQ4_NL_4_8"
    case 38: "IQ4_NL_8_8"
    case 39: "MXFP4"
    case 40: "NVFP4"
    default: nil
    }
  return name.map { "element type \($0) (ggml type \(number))" }
    ?? "ggml type \(Int32(bitPattern: number)), which this reader does not know,"
}
