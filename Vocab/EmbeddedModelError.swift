/// The embedded model was not found.
public struct EmbeddedModelError: Error, Hashable, Sendable {
  /// A folder that was tried.
  public struct Place: Hashable, Sendable {
    /// The folder's path.
    public let path: String
    /// The files it lacks, or `nil` where there is no such folder.
    public let missingFiles: [String]?
  }

  /// Every folder that was tried, in order.
  public let places: [Place]
}

extension EmbeddedModelError: CustomStringConvertible {
  /// One sentence, a line for each place, and what to do.
  public var description: String {
    let lines = places.map { place in
      guard let missing = place.missingFiles else { return "  \(place.path): no such folder" }
      return "  \(place.path): lacks \(missing.joined(separator: ", "))"
    }
    return
      (["the embedded model was not found; looked in:"] + lines + [
        "name a model with --model, or put the folder 'storyteller' in one of these places"
      ]).joined(separator: "\n")
  }
}
