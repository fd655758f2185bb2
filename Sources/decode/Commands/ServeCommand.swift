import ArgumentParser
import Inference
import Serving

/// `decode serve`: OpenAI's API over a model.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serves a model over HTTP, to evaluators and other clients of OpenAI's API.",
    discussion: """
      Answers /v1/completions, /v1/chat/completions, /v1/models, /tokenize, /detokenize, /tokenizer_info, /health, \
      /metrics and /openapi.json, which describes them. What one client gets never depends on what others ask. Requests \
      may give every setting of the decoder by its name; what they don't give is neutral, whatever the model's own files \
      recommend. SIGTERM lets what runs finish, then ends it.
      """)

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var adapterOptions: AdapterOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var serveOptions: ServeOptions
  @OptionGroup var consoleOptions: ConsoleOptions

  func run() throws {
    let console = consoleOptions.console
    let key = try serveOptions.apiKey()
    let model = try modelOptions.load(
      computeOptions, adapters: adapterOptions.choices, console: console)
    let server = try ServerRun(serveOptions, apiKey: key, model: model, console: console)
    try server.run()
  }
}
