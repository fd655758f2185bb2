extension Array<UInt8> {
  /// The bytes of a text file without the byte-order mark that some editors put first.
  package var withoutByteOrderMark: [UInt8] {
    starts(with: [0xEF, 0xBB, 0xBF]) ? Array(dropFirst(3)) : self
  }
}
