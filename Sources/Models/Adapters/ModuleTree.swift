internal import Transformer

/// The modules of a causal language model by the names that `transformers` gives them, those without weights included,
/// for expressions are matched against all of them.
struct ModuleTree {
  /// Every module's name, and what stands there; `nil` for one that only holds others, or has no weights.
  let modules: [(name: String, module: ModelModule?)]

  init(_ configuration: TransformerConfiguration) {
    var modules: [(name: String, module: ModelModule?)] = []
    var seen: Set<String> = []
    for (name, module) in configuration.moduleNames.modules(of: configuration) {
      // The modules that a name passes through stand before it.
      for (index, character) in zip(name.indices, name) where character == "." {
        let parent = String(name[..<index])
        if seen.insert(parent).inserted { modules.append((parent, nil)) }
      }
      modules.append((name, module))
    }
    for layer in 0..<configuration.layerCount {
      modules.append(("\(configuration.moduleNames.layers)\(layer).mlp.act_fn", nil))
    }
    self.modules = modules + [("model.rotary_emb", nil)]
  }
}
