/// A GGUF file's key-value pairs, in file order.
public struct GGUFMetadata: Sendable {
  /// One pair, and where its value stands.
  struct Entry: Sendable {
    let key: String
    let value: GGUFValue
    let offset: Int
  }

  /// The file, for messages.
  public let path: String
  private var entries: [Entry] = []
  private var positions: [String: Int] = [:]

  init(path: String) { self.path = path }

  /// Adds a pair; `false` if the key is there already.
  mutating func insert(_ entry: Entry) -> Bool {
    guard positions.updateValue(entries.count, forKey: entry.key) == nil else { return false }
    entries.append(entry)
    return true
  }

  /// The keys, in file order.
  public var keys: [String] { entries.map(\.key) }

  /// The value of that key, or `nil`.
  public subscript(key: String) -> GGUFValue? { entry(key)?.value }

  func entry(_ key: String) -> Entry? { positions[key].map { entries[$0] } }
}

extension GGUFMetadata: RandomAccessCollection {
  /// The position of the first pair: 0.
  public var startIndex: Int { 0 }
  /// The number of pairs.
  public var endIndex: Int { entries.count }
  /// The pair at that position in the file.
  public subscript(position: Int) -> (key: String, value: GGUFValue) {
    (entries[position].key, entries[position].value)
  }
}
