/// The model that the package ships: a folder `storyteller` in Hugging Face layout. The folder `adapters` beside it
/// holds LoRA adapters for it, in PEFT's layout.
public enum EmbeddedModel {
  /// The name of the model's folder.
  static let folder = "storyteller"
  /// What SwiftPM names this target's resource bundle, after the package and the target.
  static let bundle = "decode_Vocab"
  /// The files without which no model can be loaded.
  package static let requiredFiles = ["config.json", "model.safetensors", "tokenizer.model"]

  /// Finds the model's folder.
  ///
  /// The search starts from the folder of the running executable, of the image that holds this code (a test bundle or
  /// a dynamic library) and, inside a test bundle, of the bundle. From each it tries the resource bundle that SwiftPM
  /// builds, then a plain `storyteller` folder, then `../share/decode/storyteller`. The first place that holds all of
  /// the model's files is taken.
  ///
  /// `Bundle.module` isn't used: it stops the process where it finds nothing.
  ///
  /// - Returns: an absolute path.
  /// - Throws: ``EmbeddedModelError`` with every place that was tried and what it lacks.
  public static func locate() throws(EmbeddedModelError) -> String {
    try locate(images: ProcessImages.paths())
  }

  /// The search of ``locate()`` from the images (executables, libraries, bundles) at `images`.
  package static func locate(images: [String]) throws(EmbeddedModelError) -> String {
    var lacking: [EmbeddedModelError.Place] = []
    for path in candidates(images: images) {
      let missing = requiredFiles.filter { !FileStatus.isReadableFile("\(path)/\($0)") }
      if missing.isEmpty { return path }
      lacking.append(
        EmbeddedModelError.Place(
          path: path, missingFiles: FileStatus.isDirectory(path) ? missing : nil))
    }
    throw EmbeddedModelError(places: lacking)
  }

  /// The folders to try, in order, each once.
  package static func candidates(images: [String]) -> [String] {
    var paths: [String] = []
    for start in images.flatMap(searchFolders(ofImage:)) {
      // The three spellings are those of SwiftPM on Linux, SwiftPM on macOS, and Xcode.
      for place in [
        "\(bundle).resources/\(folder)", "\(bundle).bundle/\(folder)",
        "\(bundle).bundle/Contents/Resources/\(folder)", folder,
      ] {
        paths.append(start == "/" ? "/\(place)" : "\(start)/\(place)")
      }
      paths.append("\(parent(of: start))/share/decode/\(folder)".replacingDoubleSlash())
    }
    var seen: Set<String> = []
    return paths.filter { seen.insert($0).inserted }
  }

  /// The folder of an image and, for an image inside `X.xctest`, the folder that holds the bundle.
  private static func searchFolders(ofImage path: String) -> [String] {
    var folders = [parent(of: path)]
    var enclosing = parent(of: path)
    while enclosing != "/", enclosing != "." {
      let container = parent(of: enclosing)
      if enclosing.hasSuffix(".xctest") { folders.append(container) }
      enclosing = container
    }
    return folders
  }

  /// The path without its last component: `/` for the root's children, `.` for a bare name.
  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

extension String {
  /// A path whose parent was the root starts with two slashes; one is meant.
  fileprivate func replacingDoubleSlash() -> String {
    hasPrefix("//") ? String(dropFirst()) : self
  }
}
