import Decoding
import Generation
import Inference
import Metrics
import Models

extension DraftModelOptions {
  /// Refuses settings that can't be drafted under, where a draft model is asked for.
  ///
  /// Two ways to draft are refused; one that the model's files recommend gives way.
  func check(_ resolved: inout ResolvedSettings) throws(CommandFailure) {
    guard draftModel != nil else { return }
    guard resolved.settings.strategy.supportsDrafting else {
      throw .usage(
        "--draft-model: drafts are checked for one continuation at a time, and under"
          + " \(resolved.settings.strategy.name) (\(resolved.strategyReason)) they compete;"
          + " leave it out, or choose --strategy greedy or sample")
    }
    guard resolved.settings.guidanceScale == 1 else {
      throw .usage(
        "--draft-model: drafted tokens can't be checked under guidance_scale"
          + " \(resolved.settings.guidanceScale); leave one of them out")
    }
    try settle(&resolved)
  }

  /// `model` with the draft model beside it, where one is asked for.
  func load(
    beside model: Model, _ options: ComputeOptions, console: Console
  ) throws(CommandFailure) -> Model {
    guard let draftModel else { return model }
    let start = ContinuousClock.now
    let drafting: Model
    do throws(InferenceError) {
      drafting = try model.drafting(withModelAt: draftModel, computeType: options.computeType)
    } catch {
      if case .decoding(let error) = error { throw .usage("--draft-model: \(error)") }
      throw CommandFailure(error)
    }
    if let draft = drafting.draftModel {
      console.detail(
        "draft model: \(draftModel), \(draft.format.rawValue), \(draft.architecture), loaded in "
          + "\(FixedPoint.text((ContinuousClock.now - start).inSeconds, places: 3)) s")
    }
    return drafting
  }

  private func settle(_ resolved: inout ResolvedSettings) throws(CommandFailure) {
    for (place, setting) in resolved.entries.enumerated()
    where SettingCatalogue.drafts.contains(setting.parameter)
      && !setting.parameter.isNeutral(setting.value)
    {
      guard !setting.source.isUser else {
        throw .usage(
          "--draft-model and \(setting.key) \(setting.value) (\(setting.source)) would both draft;"
            + " give one of them")
      }
      resolved.settings.parameters.set(setting.parameter, to: .integer(0))
      resolved.entries[place] = Setting(setting.parameter, .integer(0), from: .default)
      resolved.dropped.append(
        DroppedSetting(
          key: setting.key, value: setting.value, reason: "--draft-model drafts"))
    }
  }
}
