/// The order of the tensors in a file to be written, and its header.
struct SafetensorsLayout {
  /// In the order of the file, with the number of their bytes.
  let tensors: [(tensor: SafetensorsTensor, byteCount: Int)]

  init(_ unordered: [SafetensorsTensor], path: String) throws(CheckpointError) {
    var sized: [(tensor: SafetensorsTensor, byteCount: Int)] = []
    var names: Set<String> = [SafetensorsHeader.metadataKey]
    var total = 0
    for tensor in unordered {
      func invalid(_ reason: String) -> CheckpointError {
        .invalid(
          file: path, field: "tensor \(quoted(tensor.name))", offset: nil, reason: reason)
      }
      guard names.insert(tensor.name).inserted else {
        throw invalid("its name is there twice or is reserved")
      }
      guard Self.rank(tensor.elementType) != nil else {
        throw invalid("\(tensor.elementType.rawValue) can't be written; F32, F16 and BF16 can")
      }
      guard let byteCount = tensor.elementType.byteCount(shape: tensor.shape) else {
        throw invalid("shape \(tensor.shape) overflows")
      }
      let (sum, overflow) = total.addingReportingOverflow(byteCount)
      guard !overflow else { throw invalid("the file would be too large") }
      total = sum
      sized.append((tensor, byteCount))
    }
    tensors = sized.sorted { left, right in
      let ranks = (
        Self.rank(left.tensor.elementType) ?? 0, Self.rank(right.tensor.elementType) ?? 0
      )
      if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
      return left.tensor.name.utf8.lexicographicallyPrecedes(right.tensor.name.utf8)
    }
  }

  /// The reference writer's order of types, or `nil` for those that aren't written.
  private static func rank(_ type: ElementType) -> Int? {
    switch type {
    case .float32: 0
    case .bfloat16: 1
    case .float16: 2
    default: nil
    }
  }

  /// The length, the JSON text and its padding.
  func header(metadata: [String: String]) -> [UInt8] {
    var json = "{"
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(jsonString($0.key)):\(jsonString($0.value))" }
      json += "\(jsonString(SafetensorsHeader.metadataKey)):{\(pairs.joined(separator: ","))}"
    }
    var offset = 0
    for (tensor, byteCount) in tensors {
      if json.utf8.count > 1 { json += "," }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      json += "\(jsonString(tensor.name)):{\"dtype\":\"\(tensor.elementType.rawValue)\","
      json += "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(offset + byteCount)]}"
      offset += byteCount
    }
    json += "}"
    while !json.utf8.count.isMultiple(of: 8) { json += " " }
    let length = UInt64(json.utf8.count)
    return withUnsafeBytes(of: length.littleEndian) { Array($0) } + json.utf8
  }
}

/// JSON text of a string: what must be escaped is, and nothing else, as serde_json does it.
private func jsonString(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\u{08}": result += "\\b"
    case "\u{09}": result += "\\t"
    case "\u{0A}": result += "\\n"
    case "\u{0C}": result += "\\f"
    case "\u{0D}": result += "\\r"
    case "\u{00}"..<"\u{20}":
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
