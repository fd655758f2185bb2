/// Byte strings in one flat buffer, numbered in order of arrival.
package struct ByteStrings: Sendable {
  /// All of them, one after the other.
  private(set) var storage: [UInt8] = []
  private var ends: [Int] = []

  /// - Parameter minimumCapacity: the number of strings that there will be.
  package init(minimumCapacity: Int = 0) {
    ends.reserveCapacity(minimumCapacity)
  }

  /// The number of strings.
  package var count: Int { ends.count }

  /// Appends a string.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    storage.append(contentsOf: bytes)
    ends.append(storage.count)
  }

  /// Appends a string.
  mutating func append(_ bytes: some Sequence<UInt8>) {
    storage.append(contentsOf: bytes)
    ends.append(storage.count)
  }

  /// Where string `index` lies in ``storage``.
  func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  subscript(index: Int) -> ArraySlice<UInt8> { storage[range(index)] }
}
