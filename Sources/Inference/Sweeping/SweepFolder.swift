import Models

/// The folder of a sweep file, which its relative paths are relative to.
public struct SweepFolder: Hashable, Sendable {
  /// Its path; empty: the working directory.
  public let path: String

  /// The folder of the file at `path`.
  public init(ofFile path: String) {
    self.path =
      path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ""
  }

  /// The working directory.
  public static let current = SweepFolder(ofFile: "")

  /// A path that is relative to the folder, from where the program runs.
  public func resolved(_ path: String) -> String {
    path.hasPrefix("/") || self.path.isEmpty
      ? path : self.path == "/" ? "/" + path : self.path + "/" + path
  }

  /// A model's or an adapter's path in the same way; one at which nothing lies may be a name in the hub's cache, which
  /// is no path.
  public func resolvedModel(_ path: String) -> String {
    let resolved = resolved(path)
    return ModelLoader.isInHubCache(path, notAt: resolved) ? path : resolved
  }
}
