import Inference
import JSON

/// The prompts of a file, made ready for the model one by one.
struct BatchReader {
  private var file: PromptsFile
  private let command: GenerateCommand
  private let maker: RunSettingsMaker
  /// The settings of prompts that have none of their own.
  private let settings: RunSettings
  /// The settings of the last prompt that had some: neighbours often have the same.
  private var last: (own: [JSONMember], settings: RunSettings)?

  init(
    file: PromptsFile, command: GenerateCommand, maker: RunSettingsMaker, settings: RunSettings
  ) {
    self.file = file
    self.command = command
    self.maker = maker
    self.settings = settings
  }

  /// The next prompt, or why it can't run.
  ///
  /// - Parameter waits: whether to wait for one.
  mutating func next(waits: Bool) throws(CommandFailure) -> GenerationRun.Next {
    switch try file.next(waits: waits) {
    case .notYet: return .notYet
    case .end: return .end
    case .line(let line):
      do throws(CommandFailure) {
        return .prompt(try prepare(line))
      } catch {
        return .refused(
          RefusedPrompt(
            id: line.id, metadata: line.metadata, reason: error.message.placed(at: line.place)))
      }
    }
  }

  private mutating func prepare(_ line: PromptLine) throws(CommandFailure) -> NamedPrompt {
    let content = try line.content.get()
    let prompt = try command.prompt(of: content)
    let settings = try settings(of: line)
    do throws(InferenceError) {
      return NamedPrompt(
        place: line.place, id: line.id, metadata: line.metadata,
        prompt: try maker.model.prepare(prompt, named: line.place), settings: settings)
    } catch {
      if case .messages = content, case .noChatTemplate(let model) = error {
        throw .usage("“messages” need a chat template, and \(model) has none; give “prompt”")
      }
      throw CommandFailure(error)
    }
  }

  private mutating func settings(of line: PromptLine) throws(CommandFailure) -> RunSettings {
    guard !line.settings.isEmpty else { return settings }
    if let last, last.own == line.settings { return last.settings }
    let made = try maker.make(own: line.settings, place: line.place)
    last = (line.settings, made)
    return made
  }
}

extension String {
  /// The sentence with the place that it is about before it.
  func placed(at place: String) -> String {
    hasPrefix(place) ? self : "\(place): \(self)"
  }
}
