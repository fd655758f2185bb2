internal import Checkpoints
internal import Transformer

/// What `trainable_token_indices` and `target_parameters` ask for.
extension PEFTAdapterPlan {
  /// The rows of the embedding, and of the output head, that were trained for some tokens (`TrainableTokensWrapper` of
  /// PEFT 0.21.2). The tensor is called a delta and holds the new rows themselves.
  ///
  /// A head that is the embedding's own tensor gets the same rows, unless it is named with tokens of its own.
  mutating func addNewRows() throws(LoadError) {
    let key = "trainable_token_indices"
    var tokens: [ModelModule: [Int]] = [:]
    for (end, list) in configuration.newRows {
      let named = tree.modules.first { name, _ in name == end || name.hasSuffix(".\(end)") }?.module
      guard let module = named ?? nil, module == .embedding || module == .outputHead else {
        throw configuration.file.invalid(
          key, "“\(end)” is neither the embedding nor the output head of this model")
      }
      tokens[module] = list
    }
    if base.tiesEmbeddings, let embedding = tokens[.embedding], let head = tokens[.outputHead] {
      if embedding == head {
        // One tensor in the file stands for both.
        tokens[.outputHead] = nil
      } else if configuration.ensuresWeightTying {
        throw configuration.file.invalid(
          key, "gives tied modules different tokens, which “ensure_weight_tying” forbids")
      }
    }
    for module in [ModelModule.embedding, .outputHead] {
      guard let list = tokens[module] else { continue }
      let rows = try newRows(of: module, tokens: list)
      try setRows(rows, of: module)
      if module == .embedding, base.tiesEmbeddings, tokens[.outputHead] == nil {
        try setRows(rows, of: .outputHead)
      }
    }
  }

  private mutating func setRows(_ rows: ReplacedRows, of module: ModelModule) throws(LoadError) {
    guard byModule[module]?.lowRank == nil, byModule[module]?.weight == nil else {
      throw configuration.file.unsupported(
        "trainable_token_indices",
        "new rows of \(base.name(of: module)), which “target_modules” or “modules_to_save” changes too,"
      )
    }
    change(module) { $0.rows = rows }
  }

  private mutating func newRows(
    of module: ModelModule, tokens: [Int]
  ) throws(LoadError) -> ReplacedRows {
    let prefix = "\(base.name(of: module)).token_adapter."
    let values = try tensor("\(prefix)trainable_tokens_delta")
    guard values.shape.count == 2, values.shape[0] == tokens.count else {
      throw .invalid(
        file: reader.file.path, field: "tensor '\(values.name)'",
        reason: "its shape is \(values.shape), and adapter_config.json names \(tokens.count) tokens"
      )
    }
    return ReplacedRows(tokens: tokens, values: values)
  }

  /// The parameters that are updated by name: for a matrix W the same W + s B A as for a module.
  ///
  /// As in PEFT 0.21.2 (`ParamWrapper`), patterns of rank and alpha are matched with the parameter's name, and the
  /// tensors are called by the module's. An embedding's factors are those of the matrix, not of a look-up.
  mutating func addParameters() throws(LoadError) {
    let key = "target_parameters"
    guard !configuration.parameters.isEmpty else { return }
    var count = 0
    for (name, module) in tree.modules {
      guard let module else { continue }
      for end in configuration.parameters {
        for part in ["weight", "bias"] where part == "weight" || base.hasBias(module) {
          let parameter = "\(name).\(part)"
          guard parameter == end || parameter.hasSuffix(".\(end)") else { continue }
          guard part == "weight", module.kind != .norm, byModule[module]?.lowRank == nil else {
            throw configuration.file.unsupported(
              key, "an update of “\(parameter)”, which is no matrix or is updated otherwise too,")
          }
          let factors = try parameterFactors(of: module, name: name, parameter: parameter)
          change(module) { $0.lowRank = factors }
          count += 1
        }
      }
    }
    guard count > 0 else {
      throw configuration.file.invalid(
        key, "names no parameter of this model: the adapter was made for another model")
    }
  }

  private mutating func parameterFactors(
    of module: ModelModule, name: String, parameter: String
  ) throws(LoadError) -> LowRankFactors {
    let right = try tensor("\(name).lora_A.weight")
    let left = try tensor("\(name).lora_B.weight")
    let rank = configuration.rank(of: parameter)
    try checkRank(rank, of: right, parameter)
    let scale = configuration.scale(alpha: configuration.alpha(of: parameter), rank: rank)
    guard module.kind == .embedding else {
      return LowRankFactors(down: right, up: left, scale: scale)
    }
    // W + s B A by rows: B is looked up, and A maps what was found.
    return LowRankFactors(
      down: left, up: try right.transposed(), scale: scale, downIsTransposed: true)
  }
}

extension TensorView {
  /// A copy of a matrix of floats with rows and columns exchanged.
  ///
  /// - Throws: ``LoadError`` for what is no matrix, or is quantised.
  func transposed() throws(LoadError) -> TensorView {
    guard shape.count == 2, elementType.blockElements == 1 else {
      throw .invalid(
        file: file.path, field: "tensor '\(name)'",
        reason: "its shape is \(shape) and its type \(elementType.rawValue), "
          + "where a matrix of floats is called for")
    }
    let (rows, columns, size) = (shape[0], shape[1], elementType.blockBytes)
    var copy = [UInt8](repeating: 0, count: byteCount)
    withUnsafeBytes { bytes in
      for row in 0..<rows {
        for column in 0..<columns {
          let (source, target) = ((row * columns + column) * size, (column * rows + row) * size)
          for byte in 0..<size { copy[target + byte] = bytes[source + byte] }
        }
      }
    }
    return TensorView(
      name: name, elementType: elementType, shape: [columns, rows], offset: 0,
      byteCount: copy.count,
      file: copy.withUnsafeBytes { MappedFile(copying: $0, path: file.path) })
  }
}
