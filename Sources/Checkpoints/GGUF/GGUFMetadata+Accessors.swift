/// Typed values. Each accessor has a form that throws where the key is missing, and one that returns `nil` then; both
/// throw a ``CheckpointError`` that names the file, the key and the value's offset where the value has another type.
extension GGUFMetadata {
  /// The text of a string value. Throws if it isn't UTF-8.
  public func string(_ key: String) throws(CheckpointError) -> String {
    try required(key, try stringIfPresent(key))
  }

  /// The text of a string value, or `nil` if there is no such key.
  public func stringIfPresent(_ key: String) throws(CheckpointError) -> String? {
    guard let entry = entry(key) else { return nil }
    guard case .string(let string) = entry.value else { throw mismatch(entry, "a string") }
    guard let text = string.text else { throw invalid(entry, "is not valid UTF-8") }
    return text
  }

  /// A value of any integer type. Throws if it doesn't fit into an `Int`.
  public func integer(_ key: String) throws(CheckpointError) -> Int {
    try required(key, try integerIfPresent(key))
  }

  /// A value of any integer type, or `nil` if there is no such key.
  public func integerIfPresent(_ key: String) throws(CheckpointError) -> Int? {
    guard let entry = entry(key) else { return nil }
    if let integer = entry.value.integer { return integer }
    if case .uint64(let value) = entry.value { throw invalid(entry, "\(value) is too large") }
    throw mismatch(entry, "an integer")
  }

  /// A value of any number type, rounded to `Float`.
  public func float(_ key: String) throws(CheckpointError) -> Float {
    try required(key, try floatIfPresent(key))
  }

  /// A value of any number type, rounded to `Float`, or `nil` if there is no such key.
  public func floatIfPresent(_ key: String) throws(CheckpointError) -> Float? {
    guard let entry = entry(key) else { return nil }
    guard let float = entry.value.float else { throw mismatch(entry, "a number") }
    return float
  }

  /// A boolean value.
  public func bool(_ key: String) throws(CheckpointError) -> Bool {
    try required(key, try boolIfPresent(key))
  }

  /// A boolean value, or `nil` if there is no such key.
  public func boolIfPresent(_ key: String) throws(CheckpointError) -> Bool? {
    guard let entry = entry(key) else { return nil }
    guard case .bool(let value) = entry.value else { throw mismatch(entry, "a boolean") }
    return value
  }

  /// The elements of an array of strings. Throws at the first that isn't UTF-8; where that may be, use
  /// ``forEachStringBytes(_:_:)``.
  ///
  /// Each call builds the strings anew.
  public func strings(_ key: String) throws(CheckpointError) -> [String] {
    try required(key, try stringsIfPresent(key))
  }

  /// The elements of an array of strings, or `nil` if there is no such key.
  public func stringsIfPresent(_ key: String) throws(CheckpointError) -> [String]? {
    guard let (entry, array) = try array(key, of: "strings", [.string]) else { return nil }
    var result: [String] = []
    result.reserveCapacity(array.count)
    try array.forEachStringBytes { (index, bytes) throws(CheckpointError) in
      guard let text = String(validUTF8: bytes) else {
        throw self.invalid(entry, "element \(index) is not valid UTF-8")
      }
      result.append(text)
    }
    return result
  }

  /// Calls `body` with the index and the bytes of each element of an array of strings, in order; the buffer is valid
  /// inside `body` only. Throws if there is no such key.
  public func forEachStringBytes(
    _ key: String, _ body: (Int, UnsafeRawBufferPointer) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let found = try required(key, try array(key, of: "strings", [.string]))
    try found.array.forEachStringBytes(body)
  }

  /// The same for text alone: throws at the first element that isn't UTF-8.
  package func forEachTextBytes(
    _ key: String, _ body: (Int, UnsafeRawBufferPointer) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let (entry, array) = try required(key, try array(key, of: "strings", [.string]))
    try array.forEachStringBytes { (index, bytes) throws(CheckpointError) in
      guard bytes.allSatisfy({ $0 < 0x80 }) || String(validUTF8: bytes) != nil else {
        throw self.invalid(entry, "element \(index) is not valid UTF-8")
      }
      try body(index, bytes)
    }
  }

  /// The elements of an array of any integer type. Throws if one doesn't fit into an `Int`.
  public func integers(_ key: String) throws(CheckpointError) -> [Int] {
    try required(key, try integersIfPresent(key))
  }

  /// The elements of an array of any integer type, or `nil` if there is no such key.
  public func integersIfPresent(_ key: String) throws(CheckpointError) -> [Int]? {
    let types: [GGUFValueType] = [
      .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64,
    ]
    guard let (entry, array) = try array(key, of: "integers", types) else { return nil }
    var result: [Int] = []
    result.reserveCapacity(array.count)
    try array.forEach { (index, value) throws(CheckpointError) in
      guard let integer = value.integer else {
        throw self.invalid(entry, "element \(index) is too large")
      }
      result.append(integer)
    }
    return result
  }

  /// The elements of an array of floats or doubles, rounded to `Float`.
  public func floats(_ key: String) throws(CheckpointError) -> [Float] {
    try required(key, try floatsIfPresent(key))
  }

  /// The elements of an array of floats or doubles, rounded to `Float`, or `nil` if there is no such key.
  public func floatsIfPresent(_ key: String) throws(CheckpointError) -> [Float]? {
    guard let (_, array) = try array(key, of: "floats", [.float32, .float64]) else { return nil }
    var result: [Float] = []
    result.reserveCapacity(array.count)
    try array.forEach { (_, value) throws(CheckpointError) in
      if let float = value.float { result.append(float) }
    }
    return result
  }

  private func array(
    _ key: String, of what: String, _ types: [GGUFValueType]
  ) throws(CheckpointError) -> (entry: Entry, array: GGUFArray)? {
    guard let entry = entry(key) else { return nil }
    guard case .array(let array) = entry.value, types.contains(array.elementType) else {
      throw mismatch(entry, "an array of \(what)")
    }
    return (entry, array)
  }

  private func required<Value>(
    _ key: String, _ value: @autoclosure () throws(CheckpointError) -> Value?
  ) throws(CheckpointError) -> Value {
    guard let value = try value() else {
      throw .invalid(
        file: path, field: "metadata key \(quoted(key))", offset: nil, reason: "is missing")
    }
    return value
  }

  private func mismatch(_ entry: Entry, _ wanted: String) -> CheckpointError {
    var found = "\(entry.value.type)"
    if case .array(let array) = entry.value { found = "array of \(array.elementType)" }
    return invalid(entry, "must be \(wanted), not of type \(found)")
  }

  private func invalid(_ entry: Entry, _ reason: String) -> CheckpointError {
    .invalid(
      file: path, field: "metadata key \(quoted(entry.key))", offset: entry.offset, reason: reason)
  }
}
