/// What a template may use before it is refused.
///
/// A template comes with a model file and runs on the first prompt, so it is held to bounds that no
/// honest one comes near: the largest published templates take some thousand steps on a conversation.
enum TemplateLimits {
  /// Unicode scalars of source.
  static let sourceLength = 1 << 20

  /// Levels of brackets, blocks and signs in each other.
  static let nesting = 64

  /// Levels of the syntax tree; a chain such as `a + b + c` is one level for each operator.
  static let syntaxDepth = 120

  /// Levels of evaluation, through expressions, statements and macro calls together: so many fit on a stack of 512 KB,
  /// which is what a secondary thread has on macOS.
  static let evaluationDepth = 140

  /// Levels of lists in lists, mappings in mappings.
  static let valueDepth = 100

  /// Expressions, statements and turns of loops in one rendering.
  static let steps = 1_000_000

  /// Scalars read or written in one rendering, an element of a list counting as eight. It bounds both the time and,
  /// at four bytes a scalar, the memory of a rendering.
  static let work = 1 << 26

  /// Scalars of one string, the output included.
  static let stringLength = 1 << 24

  /// Elements of a range; the sandbox of Jinja has the same bound.
  static let rangeCount = 100_000

  /// Bytes that one date may take.
  static let dateLength = 4096
}
