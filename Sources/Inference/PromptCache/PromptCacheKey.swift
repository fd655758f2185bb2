package import JSON
import Kernels
import LanguageModeling
import Models
import Synchronization
import Transformer

/// What keys and values depend on beside the tokens. A cache serves those alone that have the same.
package struct PromptCacheKey: Hashable, Sendable {
  /// The model as its user knew it; it isn't compared.
  package var model: String
  /// The digest of the model's weights and their configuration.
  package var modelDigest: String
  /// The adapters that were applied, as their user knew them; they aren't compared.
  package var adapters: [String]
  /// The digest of the adapters' files and their factors; empty: none were applied.
  package var adapterDigest: String
  /// What weights are multiplied in.
  package var computeType: String
  /// What keys and values are kept in.
  package var cacheType: String
  /// How they lie.
  package var layout: String

  /// What those of a model depend on, with the adapters that it runs with.
  ///
  /// - Throws: ``InferenceError/promptCache(file:reason:)`` where its files can't be read any more.
  /// - Complexity: O(bytes of the model), read once: about what one token costs.
  init(_ model: Model, layout: SnapshotLayout) throws(InferenceError) {
    self.model = model.name
    var digest = ContentDigest()
    for path in model.loaded.weightFiles { try Self.add(path, to: &digest) }
    modelDigest = digest.hexadecimal
    adapters = model.adapter.parts.map(\.name)
    adapterDigest = ""
    if !model.adapter.parts.isEmpty {
      var digest = ContentDigest()
      for part in model.adapter.parts {
        guard let path = model.adapterPaths[part.name] else {
          throw .invalidAdapters("the adapter “\(part.name)” was loaded from no file")
        }
        for file in LoadedModel.adapterFiles(at: path) { try Self.add(file, to: &digest) }
        withUnsafeBytes(of: part.weight.bitPattern.littleEndian) { digest.update($0) }
      }
      adapterDigest = digest.hexadecimal
    }
    computeType = model.loaded.model.computeType.rawValue
    cacheType = model.options.cacheType.rawValue
    self.layout = layout.form
  }

  /// Adds the length of a file and the digests of its pieces, which all threads read.
  private static func add(
    _ path: String, to digest: inout ContentDigest
  ) throws(InferenceError) {
    guard let file = try BinaryFile(ifThere: path) else {
      throw .promptCache(file: path, reason: "is not there any more")
    }
    withUnsafeBytes(of: UInt64(file.count).littleEndian) { digest.update($0) }
    let size = 1 << 20
    let count = (file.count + size - 1) / size
    let isRead = Atomic(true)
    let digests = [UInt64](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      // Each place is written by one call alone.
      nonisolated(unsafe) let places = buffer
      ParallelWork.run(count: count) { index in
        let value = file.digest(at: index * size, count: min(size, file.count - index * size))
        if value == nil { isRead.store(false, ordering: .relaxed) }
        places.initializeElement(at: index, to: value ?? 0)
      }
      initializedCount = count
    }
    guard isRead.load(ordering: .relaxed) else {
      throw .promptCache(file: path, reason: "can't be read")
    }
    for value in digests { withUnsafeBytes(of: value.littleEndian) { digest.update($0) } }
  }

  /// What keeps a cache of this key from serving `wanted`, as the end of a sentence; `nil`: nothing.
  func difference(from wanted: PromptCacheKey) -> String? {
    if modelDigest != wanted.modelDigest { return "another model (\(model))" }
    if adapterDigest != wanted.adapterDigest {
      return adapters.isEmpty
        ? "the model without an adapter"
        : "the model with other adapters (\(adapters.joined(separator: ", ")))"
    }
    if computeType != wanted.computeType {
      return
        "weights that were multiplied in \(computeType), where \(wanted.computeType) is asked for"
    }
    if cacheType != wanted.cacheType {
      return "the cache type \(cacheType), where \(wanted.cacheType) is asked for"
    }
    return layout == wanted.layout ? nil : "another version of this program (\(layout))"
  }

  /// The key as the header of a file has it.
  package var json: JSONValue {
    func member(_ key: String, _ text: String) -> JSONMember { JSONMember(key, .string(text)) }
    return .object([
      member("model", model), member("model_digest", modelDigest),
      JSONMember("adapters", .array(adapters.map(JSONValue.string))),
      member("adapter_digest", adapterDigest), member("compute_type", computeType),
      member("cache_type", cacheType), member("layout", layout),
    ])
  }

  /// Reads a header; `nil`: it is none.
  init?(_ json: JSONValue) {
    func text(_ key: String) -> String? { json[key]?.string }
    guard let model = text("model"), let modelDigest = text("model_digest"),
      case .array(let adapters)? = json["adapters"], let adapterDigest = text("adapter_digest"),
      let computeType = text("compute_type"), let cacheType = text("cache_type"),
      let layout = text("layout")
    else { return nil }
    self.model = model
    self.modelDigest = modelDigest
    self.adapters = adapters.compactMap(\.string)
    self.adapterDigest = adapterDigest
    self.computeType = computeType
    self.cacheType = cacheType
    self.layout = layout
  }
}

extension ContentDigest {
  /// The digest as 16 hexadecimal digits.
  var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
