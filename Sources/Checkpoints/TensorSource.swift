/// A checkpoint as a forward pass sees it: names, and a typed view behind each.
public protocol TensorSource: Sendable {
  /// The file or directory, for messages.
  var path: String { get }
  /// Every tensor's name, in file order.
  var tensorNames: [String] { get }
  /// The tensor of that name, or `nil`.
  func tensor(named name: String) -> TensorView?
}
