public import Decoding
public import Generation
import LanguageModeling

extension Model {
  /// The texts of every temperature of an interval: what ``generate(_:_:report:)-(Prompt,_,_)`` gives at each, with the
  /// same seed.
  ///
  /// ```swift
  /// var settings = GenerationSettings()
  /// settings.seed = 42
  /// for segment in try model.path("Once upon a time", temperatures: 0.2...1.4, settings).segments {
  ///   print(segment.temperatures, segment.sequence.text)
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - temperatures: the interval; the path holds every binary32 number of it.
  ///   - settings: how else, over what the model's own files recommend (``resolve(_:)``). The strategy must be sampling;
  ///     the temperature among them is ignored.
  ///   - limits: how much is done.
  /// - Throws: ``InferenceError`` for a prompt or settings that this model can't take, for filters that can't be followed
  ///   over temperatures, and where there are more segments than the limits allow.
  public func path(
    _ prompt: Prompt, temperatures: ClosedRange<Float>, _ settings: GenerationSettings? = nil,
    limits: PathLimits = PathLimits()
  ) throws(InferenceError) -> TextPath {
    let template = try pathTemplate(for: resolve(settings))
    let decoder = try pathDecoder(
      template.request(for: prepare(prompt).tokens, seed: Self.randomSeed()),
      temperatures: temperatures, limits: limits)
    return try InferenceError.wrapping { () throws(DecodingFailure) in
      while try decoder.step() {}
      return decoder.path
    }
  }

  /// What all paths under `settings` share.
  ///
  /// - Throws: as ``template(for:parsingSpecialTokens:folder:)`` does.
  public func pathTemplate(
    for settings: GenerationSettings, parsingSpecialTokens: Bool = true,
    folder: SweepFolder = .current
  ) throws(InferenceError) -> RequestTemplate {
    var settings = settings
    // Any value that isn't neutral, so that the temperature has its place among the filters.
    settings.temperature = 0.5
    return try template(
      for: settings, parsingSpecialTokens: parsingSpecialTokens, folder: folder)
  }

  /// What decodes a request of a ``pathTemplate(for:parsingSpecialTokens:folder:)`` at every temperature, step by step, with as
  /// many sequences at a time as memory allows.
  ///
  /// - Throws: ``InferenceError/decoding(_:)`` where the request can't be followed, or where memory doesn't suffice for one
  ///   sequence.
  public func pathDecoder(
    _ request: GenerationRequest, temperatures: ClosedRange<Float>,
    limits: PathLimits = PathLimits()
  ) throws(InferenceError) -> TextPathDecoder {
    let (generator, memory) = (generator, generator.model.memory(options))
    return try InferenceError.wrapping { () throws(DecodingFailure) in
      var limits = limits
      let byteLimit = max(0, SchedulerLimits.defaultMemoryBytes - memory.baseBytes)
      while true {
        var widest = request.decoding
        widest.samples = Array(0..<max(1, limits.sequenceCount))
        let needs = widest.needs(of: memory, contextLength: contextLength)
        if needs.bytes <= byteLimit { break }
        guard limits.sequenceCount > 1 else {
          throw .insufficientMemory(needs, limit: byteLimit)
        }
        limits.sequenceCount /= 2
      }
      return try generator.pathDecoder(request, temperatures: temperatures, limits: limits)
    }
  }
}
