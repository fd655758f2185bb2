public import LanguageModeling

/// Decoding by denoising: a block of positions begins as noise and becomes text in a few steps, all of its positions at
/// once; blocks follow each other from left to right.
///
/// At each step the model (a `CanvasSession`) says for every position what its token may be, given the text before the
/// block and what the block holds now. A token is drawn for each position that isn't settled, through the filters, and
/// some of the positions are settled: ``acceptance`` says which and ``schedule-swift.property`` how many. With
/// ``remasking``, what is settled may be taken back. A block whose positions are all settled is text, and the next one
/// begins.
///
/// One position a step, in an order that doesn't depend on what was just drawn (``CanvasAcceptance/random``,
/// ``CanvasAcceptance/margin``, ``CanvasAcceptance/entropy``), draws exactly from the law of a model whose answers agree with
/// each other. Fewer steps than positions settle several at once as if they didn't depend on each other: faster, and less
/// true. A block length of 1 is ordinary decoding, with the same noise and so the same text.
///
/// The noise of a step is that of its round (`CounterNoise.inRound`): the text depends on seed, prompt and sample alone.
///
///     var diffusion = Diffusion(noise: .mask(0), steps: 64)
///     diffusion.blockLength = 32
///     diffusion.acceptance = .confidence
///
/// - Complexity: a pass over the model for each step, over as many tokens as a block has, and a few passes over the
///   vocabulary for each position that isn't settled.
public struct Diffusion: DecodingStrategy {
  /// What stands at the positions that aren't settled.
  public var noise: CanvasNoise
  /// The steps in all, spread over the blocks; 0: one for each token. A block takes at least one and, where nothing is
  /// masked again, at most one for each position. Where ``acceptance`` doesn't follow the schedule, the most steps.
  public var steps: Int
  /// The positions that are denoised together.
  public var blockLength: Int
  /// How many positions are settled after each step.
  public var schedule: DenoisingSchedule
  /// Which positions a step settles.
  public var acceptance: CanvasAcceptance
  /// How much of what is settled a step may take back: this share of the greatest probability σ with which a settled
  /// position can be masked again so that the canvas has as many masks on average as it would have without (ReMDM,
  /// arXiv 2503.00307: σ = η · min(1, (1 − α_s) / α_t)). 0: never, as DDIM with η = 0; 1: as much as can be.
  public var remasking: Double
  /// Temperatures that the logits are divided by before anything else looks at them, from the first step to the last:
  /// after step *i* of *n*, last + (first − last) · (*n* − *i*)/*n* (DiffusionGemma). `nil`: none.
  public var temperatures: TemperatureRange?
  /// When a block ends before its last step; `nil`: it doesn't.
  public var stop: CanvasStop?
  /// What is done to the logits before the draw, in order.
  public var filters: [any Filter]

  /// A strategy that settles the most probable tokens first, never takes one back and draws without filters.
  public init(
    noise: CanvasNoise, steps: Int = 0, blockLength: Int = 32,
    schedule: DenoisingSchedule = .linear,
    acceptance: CanvasAcceptance = .confidence, remasking: Double = 0,
    temperatures: TemperatureRange? = nil, stop: CanvasStop? = nil, filters: [any Filter] = []
  ) {
    self.noise = noise
    self.steps = steps
    self.blockLength = blockLength
    self.schedule = schedule
    self.acceptance = acceptance
    self.remasking = remasking
    self.temperatures = temperatures
    self.stop = stop
    self.filters = filters
  }

  /// Temperatures from the first step to the last.
  public struct TemperatureRange: Hashable, Sendable {
    /// Before the first step.
    public var first: Double
    /// After the last step.
    public var last: Double

    /// From `first` to `last`, both above 0.
    public init(first: Double, last: Double) {
      self.first = first
      self.last = last
    }

    /// The temperature of step `step` of `steps`, counted from 0.
    func value(step: Int, of steps: Int) -> Double {
      last + (first - last) * (Double(steps - step) / Double(steps))
    }
  }

  /// `diffusion` and what is set.
  public var description: String {
    let count = steps == 0 ? "a step for each token" : "\(steps) \(steps == 1 ? "step" : "steps")"
    return
      (["diffusion", count, "blocks of \(blockLength)", acceptance.name]
      + (remasking > 0 ? ["re-masking \(remasking)"] : []) + filters.map(\.description))
      .joined(separator: ", ")
  }

  /// `true`: each sample is alone, and a block is added whole.
  public var isAppendOnly: Bool { true }

  /// Refuses numbers outside their ranges, processors that read the tokens so far, filters that remember what was drawn, and
  /// a constraint over blocks of more than one position.
  public func validate(_ request: DecodingRequest) throws(DecodingFailure) {
    guard !request.samples.isEmpty else {
      throw .invalidParameter("samples", reason: "is empty; ask for at least one")
    }
    guard steps >= 0 else {
      throw .invalidParameter("steps", reason: "is \(steps); it must be at least 0")
    }
    guard blockLength >= 1 else {
      throw .invalidParameter("block length", reason: "is \(blockLength); it must be at least 1")
    }
    guard remasking >= 0, remasking <= 1 else {
      throw .invalidParameter("remask", reason: "is \(remasking); it must be from 0 to 1")
    }
    try validateParts()
    if let processor = request.processors.first(where: \.readsTokens) {
      throw .conflict(
        "under diffusion, no \(processor.name): it depends on the tokens before a position, and positions"
          + " are filled in another order; leave it out, or choose another strategy")
    }
    if let filter = filters.first(where: { $0.remembers }) {
      throw .conflict(
        "\(filter.name) remembers what was drawn from left to right, and diffusion fills positions in"
          + " another order; leave it out, or choose another filter")
    }
    guard request.constraint == nil || blockLength == 1 else {
      throw .conflict(
        "a constraint says what may follow a text, and diffusion fills \(blockLength) positions at"
          + " once; give a block length of 1, or leave the constraint out")
    }
  }

  /// Refuses parts that make no sense.
  private func validateParts() throws(DecodingFailure) {
    switch acceptance {
    case .threshold(let probability) where !(probability > 0 && probability <= 1):
      throw .invalidParameter(
        "acceptance threshold", reason: "is \(probability); it must be above 0 and at most 1")
    case .entropyBound(let bound) where !(bound >= 0):
      throw .invalidParameter(
        "acceptance threshold", reason: "is \(bound); an entropy bound must be at least 0")
    default: break
    }
    if let range = temperatures {
      guard range.first > 0, range.last > 0, range.first.isFinite, range.last.isFinite else {
        throw .invalidParameter(
          "temperatures", reason: "are \(range.first) to \(range.last); both must be above 0")
      }
    }
    guard noise != .uniform || remasking == 0 else {
      throw .conflict(
        "there is no mask to put back under uniform noise, where every position is decided again at"
          + " each step; leave re-masking out")
    }
  }

  /// A search that denoises a block of each sample at a time.
  public func makeSearch(for request: DecodingRequest) -> some DecodingSearch {
    CanvasSearch(self)
  }
}

extension DecodingStrategy {
  /// The most tokens of a hypothesis that are denoised together: then the rows that the search sees are those of a canvas
  /// (`CanvasSession`), and a model without is refused. 0: tokens come one by one.
  var canvasLength: Int { (self as? Diffusion)?.blockLength ?? 0 }
}
