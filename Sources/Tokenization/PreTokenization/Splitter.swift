/// Cuts text where a pattern matches: `Split` of Hugging Face's tokenizers, and what it is made of.
struct Splitter: Hashable, Sendable {
  /// What becomes of the matches. The names are those of `tokenizer.json`.
  enum Behavior: String, Hashable, Sendable, CaseIterable {
    /// Matches are left out.
    case removed = "Removed"
    /// Each match is a part of its own.
    case isolated = "Isolated"
    /// A match goes with the part before it.
    case mergedWithPrevious = "MergedWithPrevious"
    /// A match goes with the part after it.
    case mergedWithNext = "MergedWithNext"
    /// Matches that touch are one part.
    case contiguous = "Contiguous"
  }

  var pattern: TextPattern
  var behavior: Behavior
  /// Whether what lies between the matches counts as the match.
  var isInverted = false

  /// Appends the parts of `text[range]`, in order; none is empty.
  func split(
    _ range: Range<Int>, of text: [UInt8], into parts: inout [Range<Int>]
  ) throws(WorkLimit) {
    var segments: [(range: Range<Int>, isMatch: Bool)] = []
    var start = range.lowerBound
    try pattern.forEachMatch(in: text, range: range) { match in
      if start < match.lowerBound { segments.append((start..<match.lowerBound, isInverted)) }
      segments.append((match, !isInverted))
      start = match.upperBound
    }
    if start < range.upperBound { segments.append((start..<range.upperBound, isInverted)) }

    let first = parts.count
    var previousMatches = false
    switch behavior {
    case .removed:
      for segment in segments where !segment.isMatch { parts.append(segment.range) }
    case .isolated:
      for segment in segments { parts.append(segment.range) }
    case .contiguous, .mergedWithPrevious:
      for segment in segments {
        let merges =
          behavior == .contiguous
          ? segment.isMatch == previousMatches : segment.isMatch && !previousMatches
        if merges, parts.count > first {
          parts[parts.count - 1] = parts[parts.count - 1].lowerBound..<segment.range.upperBound
        } else {
          parts.append(segment.range)
        }
        previousMatches = segment.isMatch
      }
    case .mergedWithNext:
      for segment in segments.reversed() {
        if segment.isMatch, !previousMatches, parts.count > first {
          parts[parts.count - 1] = segment.range.lowerBound..<parts[parts.count - 1].upperBound
        } else {
          parts.append(segment.range)
        }
        previousMatches = segment.isMatch
      }
      parts[first...].reverse()
    }
    // An expression may match nothing at a place.
    if parts[first...].contains(where: \.isEmpty) {
      parts[first...].removeAll(where: \.isEmpty)
    }
  }
}
