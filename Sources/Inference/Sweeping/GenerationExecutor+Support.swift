import ChatTemplates
import Decoding
import Generation
import LanguageModeling
import Models
import Sweeps

extension GenerationExecutor {
  /// Which tokens of the first reference each trial's filters leave, for all prompts of `tasks`. Trials with the same
  /// adapters share a pass of the model. Nothing for prompts without references, and for those that are too long.
  ///
  /// - Throws: `SweepError.execution(_:)` where the model can't go on.
  func readSupports(
    _ tasks: [SampleTask]
  ) throws(SweepError) -> [SampleGroup: [Bool]] {
    var supports: [SampleGroup: [Bool]] = [:]
    var passes: [Pass: [(trial: String, filters: [any Filter])]] = [:]
    var order: [Pass] = []
    var seen: Set<SampleGroup> = []
    for task in tasks where !task.prompt.references.isEmpty {
      let group = SampleGroup(trial: task.trial.id, prompt: task.prompt.id)
      guard seen.insert(group).inserted,
        let resolution = try? interpreter.resolution(of: task.trial, defaults: defaults),
        // What filters leave differs along a path.
        resolution.temperatures == nil,
        let filters = try? resolution.template.settings.supportFilters()
      else { continue }
      let pass = Pass(prompt: task.prompt, adapter: resolution.template.adapter)
      if passes[pass] == nil { order.append(pass) }
      passes[pass, default: []].append((task.trial.id, filters))
    }
    do {
      let scorer = try SupportScorer(
        model: interpreter.model.loaded.model, options: interpreter.model.options)
      for pass in order {
        guard let trials = passes[pass], let texts = try referenceTokens(of: pass.prompt) else {
          continue
        }
        let answers = try scorer.support(
          of: texts.reference, after: texts.context, under: trials.map(\.filters),
          adapter: pass.adapter)
        for (trial, answer) in zip(trials, answers) {
          supports[SampleGroup(trial: trial.trial, prompt: pass.prompt.id)] = answer
        }
      }
    } catch {
      throw .execution("\(interpreter.model.name): \(error)")
    }
    return supports
  }

  /// The log-probabilities of a continuation under the base model: its own, where it has no adapter, else those of a
  /// pass over prompt and continuation.
  func baseLogProbabilities(
    _ sequence: GeneratedSequence, of request: PlannedRequest
  ) throws(SweepError) -> [Double] {
    let request = request.request
    guard request.adapter != .none else { return sequence.tokens.map(\.logProbability) }
    do {
      let scorer = try SequenceScorer(
        model: interpreter.model.loaded.model, options: interpreter.model.options)
      let score = try scorer.score(request.prompt + sequence.tokens.map(\.token))
      return score.logProbabilities.suffix(sequence.tokens.count).map { $0 ?? .nan }
    } catch {
      throw .execution("\(interpreter.model.name): \(error)")
    }
  }

  /// What the model is run over once.
  private struct Pass: Hashable {
    var prompt: SweepPrompt
    var adapter: AdapterMix
  }

  /// The tokens of a prompt with its first reference after it, split where the prompt alone would have other tokens.
  /// A space goes between them, unless one of them has it.
  private func referenceTokens(
    of prompt: SweepPrompt
  ) throws(InferenceError) -> (context: [TokenID], reference: [TokenID])? {
    guard let reference = prompt.references.first else { return nil }
    let model = interpreter.model
    if !prompt.messages.isEmpty {
      // The answer begins where the template ends.
      let text = try model.render(
        prompt.messages.map { ChatMessage(role: $0.role, content: $0.content) })
      let part = try model.encode(text, addingBeginningOfSequence: false)
      let whole = try model.encode(text + reference, addingBeginningOfSequence: false)
      let common = zip(whole, part).prefix { $0 == $1 }.count
      guard common > 0, whole.count <= model.contextLength else { return nil }
      return (Array(whole[..<common]), Array(whole[common...]))
    }
    let isSpaced =
      prompt.text.isEmpty || prompt.text.last?.isWhitespace ?? true
      || reference.first?.isWhitespace ?? true
    let whole = try model.encode(prompt.text + (isSpaced ? "" : " ") + reference)
    let part = try model.encode(prompt.text)
    let common = zip(whole, part).prefix { $0 == $1 }.count
    guard common > 0, whole.count <= interpreter.model.contextLength else { return nil }
    return (Array(whole[..<common]), Array(whole[common...]))
  }
}
