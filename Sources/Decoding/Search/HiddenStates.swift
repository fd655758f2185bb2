/// The model's last hidden states of a request's tokens, for searches that compare them. Kept where the strategy says
/// that it reads them (``DecodingStrategy/readsHiddenStates``), and empty elsewhere.
public struct HiddenStates: Sendable {
  /// The number of elements of one.
  public internal(set) var size = 0

  /// Those of the prompt's tokens, in pieces: each row-major, `[tokens, size]`. Requests whose prompts begin alike share
  /// the memory.
  public internal(set) var prompt: [[Float]] = []

  /// That of the last token of each live hypothesis, `[live.count, size]`; empty while the prompt alone is alive.
  public internal(set) var live: [Float] = []
}
