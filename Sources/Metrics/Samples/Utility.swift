/// How much a text is worth if another one were right: a metric of one text against one reference, in a form that
/// prepares each text once where many are compared with many.
public protocol Utility: Sendable {
  /// What is known of a text before it is compared.
  associatedtype Profile: Sendable

  /// Prepares texts. Only profiles of one call can be compared with each other.
  func profiles(of texts: [String]) -> [Profile]

  /// The worth of `hypothesis` if `reference` is right; higher is better. Need not be symmetric.
  func utility(of hypothesis: Profile, reference: Profile) -> Double
}

extension Utility {
  /// The expected utility of each text under the distribution that all of them are samples of:
  /// u(*h*) = Σ *w*(*r*) · u(*h*, *r*) / Σ *w*(*r*) over all texts *r*, *h* itself among them (Eikema and Aziz 2020).
  ///
  /// Equal texts are compared once, and a text's value doesn't depend on the order of the others.
  ///
  ///     ExactMatch().expectedUtilities(of: ["4", "4", "5"])  // 0.667, 0.667, 0.333
  ///
  /// - Parameter weights: what each text counts as a reference, 0 or above; each 1 if left out.
  /// - Returns: a value for each text; zeros where no text has any weight.
  /// - Complexity: O(*n*²) utilities for *n* different texts, each text prepared once.
  public func expectedUtilities(of texts: [String], weights: [Double]? = nil) -> [Double] {
    var indices: [[Unicode.Scalar]: Int] = [:]
    var distinct: [String] = []
    var weight: [Double] = []
    let places = texts.enumerated().map { place, text in
      let index = indices[text.scalars] ?? distinct.count
      if index == distinct.count {
        indices[text.scalars] = index
        distinct.append(text)
        weight.append(0)
      }
      weight[index] += weights.map { place < $0.count ? $0[place] : 0 } ?? 1
      return index
    }
    let total = weight.sorted().reduce(0, +)
    guard total > 0 else { return texts.map { _ in 0 } }
    let profiles = profiles(of: distinct)
    let values = profiles.map { hypothesis in
      // Sorted, so that rounding can't tell one order of the samples from another.
      zip(profiles, weight).map { $1 * utility(of: hypothesis, reference: $0) }
        .sorted().reduce(0, +) / total
    }
    return places.map { values[$0] }
  }
}
