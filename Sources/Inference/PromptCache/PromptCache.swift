import Decoding
import Generation
public import LanguageModeling
import Models
import Synchronization
import Transformer

/// Keys and values of a prompt in a file, so that a prompt which begins alike isn't read again.
///
/// ```swift
/// let cache = try PromptCache("notes.cache", for: model)
/// let scheduler = try Scheduler(model)
/// scheduler.keptTextCount = 1
/// try cache.restore(prompt.tokens, into: scheduler)
/// scheduler.submit(try template.request(for: prompt.tokens, seed: 1))
/// while let events = try scheduler.step() { … }
/// try cache.save(prompt.tokens, from: scheduler)
/// ```
///
/// What is restored changes no result, bit for bit, whatever the number of threads. A file serves the model, adapters,
/// compute type and cache type that it was written under; another one's is refused and left as it is, and so is one that
/// is damaged.
public struct PromptCache: Sendable {
  /// The file.
  public let path: String
  private let key: PromptCacheKey
  private let layout: SnapshotLayout
  private let adapter: AdapterMix

  /// A cache in the file at `path`, which need not be there yet, for a model with the adapters that it runs with.
  ///
  /// - Throws: ``InferenceError/promptCache(file:reason:)`` for a file that is there and is no prompt cache, or damaged in
  ///   its header, or another model's; and where the model's files can't be read any more.
  /// - Complexity: O(bytes of the model), read once: about what one token costs.
  public init(_ path: String, for model: Model) throws(InferenceError) {
    self.path = path
    layout = model.loaded.model.snapshotLayout(model.options.cacheType)
    key = try PromptCacheKey(model, layout: layout)
    adapter = model.adapter
    _ = try file()
  }

  /// The file, checked against the model; `nil` where there is none.
  private func file() throws(InferenceError) -> PromptCacheFile? {
    guard let file = try PromptCacheFile(ifThere: path) else { return nil }
    if let difference = file.key.difference(from: key) {
      throw .promptCache(
        file: path,
        reason: "holds keys and values of \(difference); give another name, or remove it")
    }
    guard file.blockBytes == layout.blockBytes,
      file.byteCount == layout.blockBytes * layout.blockCount(ofLength: file.tokens.count)
    else {
      throw .promptCache(
        file: path, reason: "is damaged: it has other blocks than its tokens need; remove it")
    }
    return file
  }

  /// Reads the keys and values of the longest beginning that `tokens` and the file have in common. A scheduler that runs
  /// nothing takes them in for the requests that are submitted next.
  ///
  /// - Returns: the number of tokens that needn't be read.
  /// - Throws: ``InferenceError/promptCache(file:reason:)`` for a file that is damaged, or another model's.
  /// - Complexity: O(bytes of the keys and values), on all threads of the scheduler's session, at the speed of memory where
  ///   the file is in the page cache.
  @discardableResult
  public func restore(
    _ tokens: [TokenID], into scheduler: Scheduler
  ) throws(InferenceError) -> Int {
    try restore(tokens) { (tokens, fill) throws(DecodingFailure) in
      try scheduler.keep(tokens, adapter: adapter, blocks: fill)
    }
  }

  /// Reads what the file and `tokens` have in common, and hands it to `keep`.
  func restore(
    _ tokens: [TokenID],
    keep: ([TokenID], @Sendable (Int, inout MutableRawSpan) -> Bool) throws(DecodingFailure)
      -> Bool
  ) throws(InferenceError) -> Int {
    guard let file = try file() else { return 0 }
    let common = zip(file.tokens, tokens).prefix { $0 == $1 }.count
    guard common > 0 else { return 0 }
    let isWhole = Atomic(true)
    let isKept = try InferenceError.wrapping { () throws(DecodingFailure) in
      try keep(Array(tokens[..<common])) { index, bytes in
        guard file.read(block: index, into: &bytes) else {
          isWhole.store(false, ordering: .relaxed)
          return false
        }
        return true
      }
    }
    guard isWhole.load(ordering: .relaxed) else {
      throw .promptCache(
        file: path, reason: "is damaged: its keys and values are not what was written; remove it")
    }
    return isKept ? common : 0
  }

  /// Writes the keys and values of `tokens` in the place of what the file holds, unless it holds just them.
  ///
  /// - Parameter scheduler: one that has read the tokens and kept them (``Scheduler/keptTextCount``).
  /// - Returns: whether the file now holds them; `false`: the scheduler doesn't have them all, and the file is as it was.
  /// - Throws: ``InferenceError/promptCache(file:reason:)`` where the file can't be written, or is another model's.
  @discardableResult
  public func save(
    _ tokens: [TokenID], from scheduler: Scheduler
  ) throws(InferenceError) -> Bool {
    if let file = try file(), file.tokens == tokens { return true }
    guard scheduler.keptLength(of: tokens, adapter: adapter) == tokens.count else { return false }
    try PromptCacheFile.write(key, tokens, blockBytes: layout.blockBytes, to: path) {
      (body) throws(InferenceError) in
      do throws(DecodingFailure) {
        try scheduler.withBlocks(of: tokens, adapter: adapter, body)
      } catch {
        throw .decoding(error)
      }
    }
    return true
  }
}
