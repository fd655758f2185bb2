/// Which modules a key of `adapter_config.json` names (`check_target_module_exists` of PEFT 0.21.2).
enum ModuleSelection: Hashable, Sendable {
  /// These, by full name or by the end of it after a dot.
  case names([String])
  /// Those whose whole name matches.
  case pattern(ModulePattern)
  /// Every projection but the output head.
  case allLinear

  /// Whether a module is named. ``allLinear`` says yes to every name; the caller knows the kinds.
  func contains(_ name: String) -> Bool {
    switch self {
    case .names(let names): names.contains { name == $0 || name.hasSuffix(".\($0)") }
    case .pattern(let pattern): pattern.matchesWhole(name)
    case .allLinear: true
    }
  }
}

/// A value for the modules whose name ends with a match of an expression (`get_pattern_key` of PEFT 0.21.2); the first
/// that matches counts.
struct ModuleValues<Value: Sendable>: Sendable {
  private var entries: [(pattern: ModulePattern, value: Value)] = []

  /// Adds a value after the others.
  mutating func append(_ key: String, _ value: Value) throws(ModulePatternError) {
    // Parsed by itself too: a lone parenthesis must not find its partner outside.
    _ = try ModulePattern(key)
    entries.append((try ModulePattern("(.*\\.)?(\(key))$"), value))
  }

  /// The value for a module, or `nil`.
  subscript(name: String) -> Value? {
    entries.first { $0.pattern.matchesStart(name) }?.value
  }

  /// Whether there is none.
  var isEmpty: Bool { entries.isEmpty }
}
