/// A token's index in a model's vocabulary, `0 ..< vocabularyCount`.
///
/// Plain `Int32`, the width that every tokenizer and checkpoint uses, so that rows of ids pass to C and to files as
/// they are.
public typealias TokenID = Int32
