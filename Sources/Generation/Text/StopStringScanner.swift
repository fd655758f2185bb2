/// Lets text through up to the first stop string, as it comes in pieces.
///
/// A stop string ends the text where its last byte comes; of several that end with the same byte, the longest counts.
/// That depends on the text alone, never on how it was cut into pieces. Text that may be the beginning of a stop string
/// is held back until it is decided. Strings are compared byte by byte, in UTF-8. Text that isn't shown, as special
/// tokens are spelled, takes part in the comparison and is never given out.
///
/// A value: copying it is forking it.
public struct StopStringScanner: Sendable {
  private let stops: [[UInt8]]
  /// What was taken in and not let through.
  private var held: [UInt8] = []
  /// Which bytes of ``held`` are shown.
  private var isHeldShown: [Bool] = []
  /// Whether a stop string was found. Nothing is let through any more then.
  public private(set) var isStopped = false

  /// A scanner for `stops`. Empty strings among them are not looked for.
  public init(_ stops: [String]) {
    self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }
  }

  /// Takes in text and gives out what has become certain to stand before any stop string.
  ///
  /// - Parameter isShown: whether the text is to be given out.
  /// - Complexity: O(bytes of text · total bytes of stop strings).
  public mutating func append(_ text: String, isShown: Bool = true) -> String {
    guard !isStopped else { return "" }
    guard !stops.isEmpty else { return isShown ? text : "" }
    let start = held.count
    held.append(contentsOf: text.utf8)
    isHeldShown += repeatElement(isShown, count: held.count - start)
    for end in start..<held.count {
      if let length = longestStop(endingAt: end + 1) {
        isStopped = true
        return release(end + 1 - length, keeping: 0)
      }
    }
    let kept = longestBeginning()
    return release(held.count - kept, keeping: kept)
  }

  /// Ends the text and gives out what was held back.
  public mutating func finish() -> String {
    release(held.count, keeping: 0)
  }

  /// Gives out what is shown of the first `count` bytes, and holds back the last `kept`.
  private mutating func release(_ count: Int, keeping kept: Int) -> String {
    let shown = zip(held, isHeldShown).prefix(count).filter(\.1).map(\.0)
    held.removeFirst(held.count - kept)
    isHeldShown.removeFirst(isHeldShown.count - kept)
    return String(decoding: shown, as: UTF8.self)
  }

  private func longestStop(endingAt end: Int) -> Int? {
    var longest: Int?
    for stop in stops
    where stop.count > longest ?? 0 && held[..<end].suffix(stop.count).elementsEqual(stop) {
      longest = stop.count
    }
    return longest
  }

  /// The length of the longest end of the text that begins a stop string.
  private func longestBeginning() -> Int {
    let longest = stops.map { $0.count - 1 }.max() ?? 0
    for length in stride(from: min(longest, held.count), to: 0, by: -1)
    where stops.contains(where: {
      $0.count > length && held.suffix(length).elementsEqual($0.prefix(length))
    }) {
      return length
    }
    return 0
  }
}
