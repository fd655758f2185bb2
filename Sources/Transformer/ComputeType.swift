/// What a model's weights are multiplied in.
public enum ComputeType: String, CaseIterable, Hashable, Sendable {
  /// ``int8`` for a checkpoint with quantised matrices, else ``float32``.
  case auto
  /// Weights brought to float32 exactly, activations and sums in float32.
  case float32
  /// Products of integers: weights as they are quantised (floats are rounded to 8 bits), activations rounded to 8 bits
  /// in blocks of 32. Sums of integers are exact; blocks are added up in float32, in one fixed order.
  case int8
}
