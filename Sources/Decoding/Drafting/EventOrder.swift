/// Brings the events of samples that advance at paces of their own into the order of a search that takes all of them a
/// token further at each step, and names the hypotheses as that search would.
///
/// An event is held back until every sample that is alive has come as far.
struct EventOrder {
  private struct Held {
    /// Its place: by length, tokens before results, by slot.
    var place: (length: Int, kind: Int, slot: Int)
    var event: DecodingEvent
  }

  private var held: [Held] = []
  /// The last hypothesis of each slot that was told.
  private var names: [Int: HypothesisID] = [:]
  private var count = 0

  /// Takes in events of a request's tree.
  mutating func hold(_ events: [DecodingEvent], of tree: SearchTree) {
    for event in events {
      switch event {
      case .token(let token):
        let length = tree.length(of: token.hypothesis)
        held.append(Held(place: (length, 0, token.slot), event: event))
      case .finished(_, let hypothesis):
        // A dead end shows at the token that can't come.
        let length = hypothesis.tokens.count + (hypothesis.finishReason == .deadEnd ? 1 : 0)
        held.append(Held(place: (length, 1, hypothesis.slot), event: event))
      case .promptRead, .canvas, .completed, .failed:
        continue
      }
    }
  }

  /// Hands out what concerns hypotheses of at most `length` tokens.
  mutating func release(through length: Int, into events: inout [DecodingEvent]) {
    let due = held.filter { $0.place.length <= length }.sorted { $0.place < $1.place }
    guard !due.isEmpty else { return }
    held.removeAll { $0.place.length <= length }
    for entry in due {
      let last = names[entry.place.slot] ?? .prompt
      switch entry.event {
      case .token(var token):
        count += 1
        token.hypothesis = HypothesisID(rawValue: count)
        token.parent = last
        names[entry.place.slot] = token.hypothesis
        events.append(.token(token))
      case .finished(let request, var hypothesis):
        hypothesis.id = last
        events.append(.finished(request: request, hypothesis))
      case .promptRead, .canvas, .completed, .failed:
        continue
      }
    }
  }
}
