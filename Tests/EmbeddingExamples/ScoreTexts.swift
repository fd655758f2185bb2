import Metrics

/// How near texts are to their references, over the whole corpus: chrF, from 0 to 100.
func corpusChrF(of pairs: [(text: String, reference: String)]) -> Double {
  let chrF = ChrF()
  let parts = pairs.map { chrF.statistics(hypothesis: $0.text, references: [$0.reference]) }
  return chrF.score(.sum(of: parts))
}

/// The share of different pairs of tokens in a text: 2 of 3 for 1 2 1 2.
let distinctPairs = NGramDiversity(of: [[1, 2, 1, 2]], order: 2).share
