/// Scalars of valid UTF-8.
enum UTF8Scalars {
  /// The scalar that begins at `text[index]`, and its length in bytes.
  @inline(__always)
  static func scalar<Text: RandomAccessCollection>(
    at index: Int, in text: Text
  ) -> (scalar: Unicode.Scalar, length: Int) where Text.Element == UInt8, Text.Index == Int {
    let first = UInt32(text[index])
    func next(_ offset: Int) -> UInt32 {
      index + offset < text.endIndex ? UInt32(text[index + offset] & 0x3F) : 0
    }
    let value: UInt32
    let length: Int
    if first < 0x80 {
      (value, length) = (first, 1)
    } else if first < 0xE0 {
      (value, length) = ((first & 0x1F) << 6 | next(1), 2)
    } else if first < 0xF0 {
      (value, length) = ((first & 0x0F) << 12 | next(1) << 6 | next(2), 3)
    } else {
      (value, length) = ((first & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4)
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }

  /// The length in bytes of the scalar that begins with `byte`.
  static func length(of byte: UInt8) -> Int {
    byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
  }

  /// Where the scalar before `index` begins; `index` is greater than 0.
  @inline(__always)
  static func start<Text: RandomAccessCollection>(
    before index: Int, in text: Text
  ) -> Int where Text.Element == UInt8, Text.Index == Int {
    var start = index - 1
    while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }
}
