/// A checkpoint as a forward pass sees it: names, and a typed view for each.
///
/// Names are Swift strings: two that differ in Unicode normalisation alone are the same name, and readers refuse a
/// file that has both.
public protocol TensorSource: Sendable {
  /// The file or directory, for messages.
  var path: String { get }
  /// Every tensor's name, in file order.
  var tensorNames: [String] { get }
  /// The tensor of that name; `nil` if there is none, or if its element type is none of ``ElementType``.
  func tensor(named name: String) -> TensorView?
  /// What the checkpoint says of each tensor, in file order, those of other element types included.
  var tensorDescriptions: [TensorDescription] { get }
}

extension TensorSource {
  /// The descriptions of the tensors that can be viewed.
  public var tensorDescriptions: [TensorDescription] {
    tensorNames.compactMap { tensor(named: $0).map(TensorDescription.init) }
  }

  /// The tensor of that name.
  ///
  /// - Throws: ``CheckpointError`` that says whether the tensor is missing or of an element type that isn't
  ///   supported.
  public func requiredTensor(named name: String) throws(CheckpointError) -> TensorView {
    if let view = tensor(named: name) { return view }
    let field = "tensor \(quoted(name))"
    if let found = tensorDescriptions.first(where: { $0.name == name }) {
      throw .unsupported(
        file: path, field: field, offset: nil, what: "element type \(found.typeName)")
    }
    throw .invalid(file: path, field: field, offset: nil, reason: "is missing")
  }
}

extension TensorDescription {
  /// The description of a tensor that can be viewed.
  public init(_ view: TensorView) {
    self.init(
      name: view.name, typeName: view.elementType.rawValue, elementType: view.elementType,
      shape: view.shape, byteCount: view.byteCount)
  }
}
