/// The requests of a decoder, by their numbers, which count up from 0. Those that are over are removed as soon as all
/// before them are, so that a decoder can go on for ever.
struct RequestTable {
  private var states: [RequestState] = []
  /// The number of the first that is kept.
  private var start = 0

  /// The numbers of the requests that are kept.
  var indices: Range<Int> { start..<start + states.count }

  /// The requests that are kept, in the order of their numbers.
  var all: [RequestState] { states }

  subscript(index: Int) -> RequestState { states[index - start] }

  /// Takes a request in.
  ///
  /// - Returns: its number.
  mutating func append(_ state: RequestState) -> Int {
    states.append(state)
    return indices.upperBound - 1
  }

  /// Removes requests that are over.
  mutating func removeFinished() {
    let count = states.prefix { $0.phase == .over }.count
    states.removeFirst(count)
    start += count
  }
}
