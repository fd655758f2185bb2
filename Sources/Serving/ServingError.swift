/// Why there is no server.
public enum ServingError: Error, Hashable, Sendable {
  /// The address can't be listened on.
  case cantListen(host: String, port: Int, reason: String)
  /// The system failed, in a sentence.
  case failed(String)
}

extension ServingError: CustomStringConvertible {
  /// Why, and what to do.
  public var description: String {
    switch self {
    case .cantListen(let host, let port, let reason):
      "can't listen on \(host), port \(port): \(reason); choose another --host or --port"
    case .failed(let sentence): sentence
    }
  }
}
