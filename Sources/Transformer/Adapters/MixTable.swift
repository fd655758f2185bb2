import LanguageModeling

/// The mixes of a session's open sequences, each made once and let go with its last sequence.
struct MixTable {
  /// Names a mix of the table. ``none`` is the base model.
  typealias Index = Int

  /// The base model alone.
  static let none: Index = 0

  private struct Entry {
    let mix: AdapterMix
    let active: ActiveMix
    var sequences: Int
  }

  private var entries: [Entry?] = [nil]
  private var indices: [AdapterMix: Index] = [:]

  /// The mix of that index; `nil` for ``none``.
  subscript(index: Index) -> ActiveMix? { entries[index]?.active }

  /// The index of a mix, for one more sequence.
  mutating func retain(_ mix: AdapterMix, of model: TransformerModel) throws(ModelError) -> Index {
    guard !mix.parts.isEmpty else { return Self.none }
    if let index = indices[mix] {
      entries[index]?.sequences += 1
      return index
    }
    let entry = Entry(mix: mix, active: try ActiveMix(mix, of: model), sequences: 1)
    let free = entries.indices.dropFirst().first { entries[$0] == nil }
    if let free { entries[free] = entry } else { entries.append(entry) }
    let index = free ?? entries.count - 1
    indices[mix] = index
    return index
  }

  /// One more sequence of a mix that has one.
  mutating func retain(_ index: Index) {
    entries[index]?.sequences += 1
  }

  /// One sequence less.
  mutating func release(_ index: Index) {
    guard let entry = entries[index] else { return }
    if entry.sequences > 1 {
      entries[index]?.sequences -= 1
    } else {
      indices[entry.mix] = nil
      entries[index] = nil
    }
  }
}
