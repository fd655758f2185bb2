extension JSONValue {
  /// What the beginning of a JSON text says so far: for values that are shown while they are written.
  ///
  /// ```swift
  /// JSONValue(partial: Array(#"{"title": "Brea"#.utf8))          // {"title": "Brea"}
  /// JSONValue(partial: Array(#"{"title": "Bread", "serv"#.utf8)) // {"title": "Bread"}
  /// JSONValue(partial: Array("[1, 2, 3".utf8))                   // [1, 2]
  /// ```
  ///
  /// A string counts from its first character on; a number, `true`, `false` and `null` count when something follows them; a
  /// key counts with its value. Lists and objects are closed where the text stops.
  ///
  /// - Returns: `nil` where the text says nothing yet, or no JSON text begins so.
  /// - Complexity: O(length).
  public init?(partial bytes: [UInt8]) {
    var reader = PartialReader(bytes)
    guard let text = reader.completed(), let value = try? JSONValue(parsing: text) else {
      return nil
    }
    self = value
  }
}

/// Finds how much of a text stands for itself, and what closes it.
private struct PartialReader {
  private enum Expected {
    case value, valueOrEnd, key, keyOrEnd, colon, commaOrEnd, end
  }

  private let bytes: [UInt8]
  private var place = 0
  private var expected = Expected.value
  /// The brackets that are still to come, the outermost first.
  private var closers: [UInt8] = []
  /// Up to where the text is whole but for the brackets that are open: none was opened or closed since.
  private var cut = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The text with its end put to it; `nil` where it says nothing yet. What is no JSON may come out as no JSON.
  mutating func completed() -> [UInt8]? {
    while place < bytes.count {
      let byte = bytes[place]
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: place += 1
      case UInt8(ascii: "\""):
        let isKey = expected == .key || expected == .keyOrEnd
        if let partial = string(isKey: isKey) { return partial }
        guard place <= bytes.count else { return closed() }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        place += 1
        closers.append(byte == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        expected = byte == UInt8(ascii: "{") ? .keyOrEnd : .valueOrEnd
        cut = place
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard closers.popLast() == byte else { return nil }
        place += 1
        finishValue()
      case UInt8(ascii: ","):
        place += 1
        expected = closers.last == UInt8(ascii: "}") ? .key : .value
      case UInt8(ascii: ":"):
        place += 1
        expected = .value
      default:
        while place < bytes.count, !Self.isDelimiter(bytes[place]) { place += 1 }
        // What ends with the text may go on.
        guard place < bytes.count else { return closed() }
        finishValue()
      }
    }
    return closed()
  }

  private static func isDelimiter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"),
      UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""):
      true
    default: false
    }
  }

  private mutating func finishValue() {
    expected = closers.isEmpty ? .end : .commaOrEnd
    cut = place
  }

  private func closed() -> [UInt8]? {
    cut == 0 ? nil : bytes[..<cut] + closers.reversed()
  }

  /// Steps over a string. Where the text stops within one that is a value: the text, closed.
  private mutating func string(isKey: Bool) -> [UInt8]? {
    place += 1
    // The end of the last character that is whole.
    var whole = place
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "\""):
        place += 1
        if isKey { expected = .colon } else { finishValue() }
        return nil
      case UInt8(ascii: "\\"): place += escapeLength()
      case 0xC2...0xDF: place += 2
      case 0xE0...0xEF: place += 3
      case 0xF0...0xF4: place += 4
      default: place += 1
      }
      if place <= bytes.count { whole = place }
    }
    place = bytes.count + 1
    return isKey ? nil : bytes[..<whole] + [UInt8(ascii: "\"")] + closers.reversed()
  }

  /// The length of the escape at hand; a surrogate counts with the other of its pair.
  private func escapeLength() -> Int {
    guard place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "u") else { return 2 }
    guard place + 6 <= bytes.count,
      let unit = UInt16(
        String(decoding: bytes[(place + 2)..<(place + 6)], as: UTF8.self), radix: 16)
    else { return 6 }
    return 0xD800...0xDBFF ~= unit ? 12 : 6
  }
}
