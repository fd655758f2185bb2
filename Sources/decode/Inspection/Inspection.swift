import Checkpoints
import JSON
import Models

/// What a model, adapter or vocabulary file holds.
struct Inspection {
  /// The path as given.
  var path: String
  /// The format, such as `GGUF v3`.
  var format: String
  /// The architecture as the files spell it.
  var architecture: String?
  /// The vocabulary: its kind as the files spell it, and the number of its tokens.
  var tokenizer: (kind: String, count: Int?)?
  /// What an adapter changes.
  var adapter: AdapterSummary?
  /// What the files say beyond the tensors, in file order where there is one. Long lists are cut to their length.
  var metadata: [JSONMember] = []
  /// The tensors, in file order.
  var tensors: [TensorDescription] = []

  /// Elements in all tensors. (Readers check sizes against the file, so that sums can't overflow.)
  var parameterCount: Int { tensors.reduce(0) { $0 + $1.elementCount } }
  /// Bytes in all tensors.
  var byteCount: Int { tensors.reduce(0) { $0 + $1.byteCount } }

  /// The tensors by element type, in order of first appearance.
  var types: [(name: String, tensors: Int, parameters: Int, bytes: Int)] {
    var types: [(name: String, tensors: Int, parameters: Int, bytes: Int)] = []
    for tensor in tensors {
      let index = types.firstIndex { $0.name == tensor.typeName } ?? types.endIndex
      if index == types.endIndex { types.append((tensor.typeName, 0, 0, 0)) }
      types[index].tensors += 1
      types[index].parameters += tensor.elementCount
      types[index].bytes += tensor.byteCount
    }
    return types
  }
}

extension TensorDescription {
  /// The number of elements.
  var elementCount: Int { shape.reduce(1, *) }
}
