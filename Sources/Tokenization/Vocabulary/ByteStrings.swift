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
  package mutating func append(_ bytes: some Sequence<UInt8>) {
    storage.append(contentsOf: bytes)
    ends.append(storage.count)
  }

  /// Where string `index` lies in ``storage``.
  func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  subscript(index: Int) -> ArraySlice<UInt8> { storage[range(index)] }

  /// Two equal strings that are not empty, if there are any: their numbers, and what they say.
  package func firstDuplicate() -> (first: Int, second: Int, text: String)? {
    var found: (Int, Int)?
    _ = ByteStringTable(self) { found = found ?? ($0, $1) }
    return found.map { ($0, $1, String(decoding: self[$1], as: UTF8.self)) }
  }
}
