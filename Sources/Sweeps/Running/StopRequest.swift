/// How soon a run is asked to stop. It can go on later either way.
public enum StopRequest: Hashable, Sendable {
  /// After the continuations that are under way.
  case whenDone
  /// Now: what is under way is left.
  case atOnce
}
