internal import Checkpoints
internal import Files

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The directory in which Hugging Face's tools keep what they download: `models--ORG--NAME` for each repository, with
/// `refs/main`, the name of a commit, and `snapshots/COMMIT`, a directory of links to the files.
///
/// The layout and the environment variables are those of huggingface_hub 0.36 (`constants.py`, `file_download.py`).
/// Nothing is fetched: only what is on this machine is found.
struct HubCache {
  /// Where the repositories lie.
  let directory: String

  /// `HF_HUB_CACHE`, else `HUGGINGFACE_HUB_CACHE`, else `hub` in `HF_HOME`, else `huggingface/hub` in `XDG_CACHE_HOME`,
  /// else `~/.cache/huggingface/hub`.
  init(environment: (String) -> String?) {
    func path(_ name: String) -> String? {
      environment(name).flatMap { $0.isEmpty ? nil : HomeDirectory.expanding($0, environment) }
    }
    directory =
      path("HF_HUB_CACHE") ?? path("HUGGINGFACE_HUB_CACHE")
      ?? path("HF_HOME").map { "\($0)/hub" }
      ?? path("XDG_CACHE_HOME").map { "\($0)/huggingface/hub" }
      ?? HomeDirectory.expanding("~/.cache/huggingface/hub", environment)
  }

  /// Whether a text has the form of a repository's name: `ORG/NAME`, both of letters, digits, `-`, `_` and `.`. What ends
  /// like a model's file is meant as one.
  static func isName(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let ends = [".gguf", ".safetensors", ".bin", ".json", ".model", ".pt", ".pth"]
    return parts.count == 2 && !ends.contains(where: text.hasSuffix)
      && parts.allSatisfy { part in
        !part.isEmpty && part.utf8.count <= 96 && !part.hasPrefix(".") && !part.hasPrefix("-")
          && !part.contains("..") && !part.contains("--")
          && part.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
              || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
              || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(byte)
          }
      }
  }

  /// Whether a repository of that name is here, whole or not.
  func holds(_ name: String) -> Bool { FileKind(path: repository(name)) == .directory }

  private func repository(_ name: String) -> String {
    "\(directory)/models--" + name.split(separator: "/").joined(separator: "--")
  }

  /// The directory of a repository's files, as of its main branch when it was last fetched; `nil` where the cache has
  /// no such repository.
  ///
  /// - Throws: ``LoadError`` where the repository is there without a commit that can be used.
  func snapshot(of name: String) throws(LoadError) -> String? {
    guard holds(name) else { return nil }
    let repository = repository(name)
    let snapshots = "\(repository)/snapshots"
    let reference = "\(repository)/refs/main"
    guard FileKind.isTaken(reference) else {
      let commits = FileKind.names(inDirectory: snapshots)
      throw .notAModel(
        path: name,
        reason: commits.isEmpty
          ? "is in the hub's cache (\(repository)) without a file; \(Self.advice(name))"
          : "is in the hub's cache, not as of its main branch; give the directory itself: "
            + "\(snapshots)/\(commits[0])")
    }
    let commit = try self.commit(in: reference)
    let snapshot = "\(snapshots)/\(commit)"
    guard FileKind(path: snapshot) == .directory else {
      throw .notAModel(
        path: name,
        reason: "\(snapshot), which \(reference) names, is missing; \(Self.advice(name))")
    }
    return snapshot
  }

  /// What to do where a repository isn't there.
  static func advice(_ name: String) -> String { "to download it: hf download \(name)" }

  /// The commit that a reference names: the only text in its file.
  private func commit(in reference: String) throws(LoadError) -> String {
    let file = try LoadError.wrapping { () throws(CheckpointError) in
      try MappedFile(path: reference)
    }
    let commit = file.withUnsafeBytes { bytes in
      String(decoding: bytes.prefix(200).filter { $0 > 0x20 }, as: UTF8.self)
    }
    let isPlain =
      !commit.isEmpty && commit.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard isPlain, commit.utf8.count <= 64 else {
      throw .invalid(file: reference, field: "the commit", reason: "must be a commit's name")
    }
    return commit
  }
}

/// The home directory, in paths that no shell has expanded.
public enum HomeDirectory {
  /// `path` with `~` and `~/` at its beginning replaced by the home directory: `HOME`, else the account's own.
  ///
  /// A shell does this for what is written on its command line, and not for the values of variables.
  public static func expanding(_ path: String) -> String {
    expanding(path, ModelLoader.processEnvironment)
  }

  static func expanding(_ path: String, _ environment: (String) -> String?) -> String {
    guard path == "~" || path.hasPrefix("~/") else { return path }
    let home = environment("HOME").flatMap { $0.isEmpty ? nil : $0 } ?? accountHome
    return home.map { $0 + path.dropFirst() } ?? path
  }

  private static var accountHome: String? {
    guard let entry = getpwuid(getuid()), let directory = entry.pointee.pw_dir else { return nil }
    return String(cString: directory)
  }
}
