/// A part of the prompts: number `index` of `count`. Every shard runs every trial on its prompts, so that prompts are
/// still read once for all trials.
public struct Shard: Hashable, Sendable, CustomStringConvertible {
  /// Which part, from 1.
  public let index: Int
  /// How many parts there are.
  public let count: Int

  /// The most parts: more than any scheduler runs, and few enough to list those that are missing.
  public static let countLimit = 100_000

  /// Everything.
  public static let whole = Shard(index: 1, count: 1)

  private init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// Reads `I/N`; `nil` unless 1 ≤ I ≤ N ≤ ``countLimit``.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), index >= 1,
      index <= count, count <= Self.countLimit
    else { return nil }
    self.init(index: index, count: count)
  }

  /// Whether the prompt at a place in the data, from 0, belongs to the shard.
  public func contains(promptAt place: Int) -> Bool {
    place % count == index - 1
  }

  /// `I/N`
  public var description: String { "\(index)/\(count)" }

  /// The name of the shard's folder.
  public var folderName: String { "shard-\(index)-of-\(count)" }

  /// The shard whose folder has that name.
  public init?(folderName: String) {
    guard folderName.hasPrefix("shard-") else { return nil }
    self.init(folderName.dropFirst("shard-".count).replacing("-of-", with: "/"))
    guard self.folderName == folderName else { return nil }
  }
}
