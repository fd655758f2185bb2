/// Checks SentencePiece's compiled normalisation rules: a darts-clone double array from byte strings to offsets into a
/// list of NUL-terminated replacements.
///
/// The library walks the array without looking at its bounds and keeps the rules that match at one place in a buffer
/// of 32, so both are made certain here. Layout of a unit (32 bits, after darts-clone): bits 0-7 label, bit 8 has a
/// leaf, bit 9 the offset is in units of 256, bits 10-31 offset, or bit 31 set and the value below it in a leaf.
enum PrecompiledCharsmap {
  /// The library's room for the rules that match at one place.
  static let mostMatches = 32
  /// The longest replacement in bytes. Compatibility decompositions have at most 33.
  static let longestReplacement = 1024

  /// Throws unless the library can use the rules for any text. Linear time.
  ///
  /// - Returns: the length of the longest replacement in bytes.
  static func check(
    _ blob: [UInt8], file: String, field: String = "normalizer_spec.precompiled_charsmap"
  ) throws(TokenizationError) -> Int {
    func invalid(_ reason: String) -> TokenizationError {
      .invalid(file: file, field: field, reason: reason)
    }
    guard blob.count > 4 else { throw invalid("cut off") }
    let trieSize = Int(word(blob, 0))
    guard trieSize % 4 == 0, trieSize >= 1024, trieSize < blob.count - 4 else {
      throw invalid("a trie of \(trieSize) bytes in a field of \(blob.count)")
    }
    let units = (0..<(trieSize / 4)).map { word(blob, 4 + 4 * $0) }
    let replacements = blob[(4 + trieSize)...]
    guard replacements.last == 0 else { throw invalid("the last replacement isn't terminated") }
    let lengths = terminatedLengths(replacements)
    guard lengths.allSatisfy({ $0 <= longestReplacement }) else {
      throw invalid("a replacement of more than \(longestReplacement) bytes")
    }

    for (index, unit) in units.enumerated() where index == 0 || unit >> 31 == 0 {
      let base = index ^ offset(unit)
      // A node's children lie in the aligned block of 256 around its base.
      guard base | 0xFF < units.count else {
        throw invalid("unit \(index) points outside the trie")
      }
      if unit & 0x100 != 0 {
        guard Int(units[base] & 0x7FFF_FFFF) < replacements.count else {
          throw invalid("unit \(index) points outside the replacements")
        }
      }
    }
    guard try mostMatches(units, invalid) <= mostMatches else {
      throw invalid("more than \(mostMatches) rules match at one place")
    }
    return lengths.max() ?? 0
  }

  /// The units and the replacements of rules that have been checked.
  static func parts(of blob: [UInt8]) -> (units: [UInt32], replacements: [UInt8]) {
    let trieSize = Int(word(blob, 0))
    return ((0..<(trieSize / 4)).map { word(blob, 4 + 4 * $0) }, Array(blob[(4 + trieSize)...]))
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
      | UInt32(bytes[offset + 3]) << 24
  }

  /// What a unit's own index is combined with to find the base of its children.
  static func offset(_ unit: UInt32) -> Int {
    Int((unit >> 10) << ((unit & (1 << 9)) >> 6))
  }

  /// For each offset, the bytes up to the next NUL.
  private static func terminatedLengths(_ bytes: ArraySlice<UInt8>) -> [Int] {
    var lengths = [Int](repeating: 0, count: bytes.count)
    var length = 0
    for (index, byte) in bytes.enumerated().reversed() {
      length = byte == 0 ? 0 : length + 1
      lengths[index] = length
    }
    return lengths
  }

  /// The most rules on one path from the root. Bases are the graph's nodes; each unit is one edge, from the base that
  /// it is a child of to its own.
  private static func mostMatches(
    _ units: [UInt32], _ invalid: (String) -> TokenizationError
  ) throws(TokenizationError) -> Int {
    func parent(_ unit: Int) -> Int { unit ^ Int(units[unit] & 0xFF) }
    // A parent past the last unit, in a trie that doesn't end with a whole block, is no base and never reached.
    let edges = units.indices.filter {
      $0 > 0 && units[$0] >> 31 == 0 && parent($0) < units.count
    }
    var starts = [Int](repeating: 0, count: units.count + 1)
    for unit in edges { starts[parent(unit) + 1] += 1 }
    for index in units.indices { starts[index + 1] += starts[index] }
    var next = starts
    var children = [Int](repeating: 0, count: edges.count)
    for unit in edges {
      children[next[parent(unit)]] = unit
      next[parent(unit)] += 1
    }

    // Depth first without recursion: 0 unseen, 1 open, 2 done.
    var state = [UInt8](repeating: 0, count: units.count)
    var most = [Int](repeating: 0, count: units.count)
    var cursor = starts
    let root = offset(units[0])
    var path = [root]
    state[root] = 1
    while let base = path.last {
      if cursor[base] < starts[base + 1] {
        let unit = children[cursor[base]]
        let child = unit ^ offset(units[unit])
        switch state[child] {
        case 0:
          state[child] = 1
          path.append(child)
          continue
        case 1: throw invalid("the trie has a cycle at unit \(unit)")
        default:
          most[base] = max(most[base], most[child] + (units[unit] & 0x100 != 0 ? 1 : 0))
          cursor[base] += 1
        }
      } else {
        state[base] = 2
        path.removeLast()
      }
    }
    return most[root]
  }
}
