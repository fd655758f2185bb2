package import JSON
import LanguageModeling
import Models
import Sweeps

/// The adapters that the trials of a sweep name, loaded once each.
struct AdapterLibrary: Sendable {
  /// An adapter that was loaded.
  private struct Entry: Sendable {
    /// Its path, from where the program runs.
    var path: String
    /// The SHA-256 of its files.
    var digest: String
  }

  /// By the path as the sweep file spells it.
  private var entries: [String: Entry] = [:]

  /// The paths of all adapters, from where the program runs, in the order of the sweep file.
  private(set) var paths: [String] = []

  /// The digests of all adapters, in the order of their paths as spelled.
  var digests: [String] {
    entries.sorted { $0.key < $1.key }.map(\.value.digest)
  }

  /// Loads all adapters that a sweep names into `model`.
  ///
  /// - Parameter folder: what relative paths are relative to.
  init(
    _ specification: SweepSpecification, folder: SweepFolder, into model: inout Model
  ) throws(InferenceError) {
    for path in try specification.adapterPaths() where entries[path] == nil {
      let resolved = folder.resolvedModel(path)
      try model.load(adapterAt: resolved, named: path)
      let files = try InferenceError.loading { () throws(LoadError) in
        try AdapterLoader.locate(resolved)
      }
      do {
        entries[path] = Entry(path: resolved, digest: try FileDigest.digest(of: files))
      } catch {
        throw .sweep(error)
      }
      paths.append(resolved)
    }
  }

  /// No adapters.
  init() {}

  /// The digest of an adapter that was loaded.
  func digest(of path: String) -> String? { entries[path]?.digest }
}

extension SweepSpecification {
  /// The adapters that any trial may name, each once, as the file spells them.
  fileprivate func adapterPaths() throws(InferenceError) -> [String] {
    let name = GenerationCatalogue.adapter
    var values = defaults.filter { $0.key == name }.map(\.value)
    for parameter in spaces.flatMap(\.parameters) where parameter.name == name {
      switch parameter.distribution {
      case .values(let list), .categorical(let list, _): values += list
      default: break
      }
    }
    for case .array(let list) in values where list.contains(.string(AdapterChoice.none)) {
      throw .invalidAdapters(
        "\(file): \(name) \(JSONValue.array(list).text) adds none to others; none is the base model and stands alone"
      )
    }
    var paths: [String] = []
    for path in values.flatMap(AdapterChoice.paths(in:)) where !paths.contains(path) {
      paths.append(path)
    }
    return paths
  }
}

/// What a value of `lora` means.
package enum AdapterChoice {
  /// The word for the base model.
  package static let none = "none"

  /// The paths of a value: a text, or a list of texts whose adapters add up. What is no path is left to the interpreter
  /// to refuse.
  package static func paths(in value: JSONValue) -> [String] {
    switch value {
    case .string(none): []
    case .string(let path): [path]
    case .array(let values): values.compactMap(\.string)
    default: []
    }
  }
}
