import ArgumentParser

/// The model that drafts, which is no setting of a trial: the text is the same with and without it.
struct DraftModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Drafts with a smaller model of the same vocabulary; the text stays the same.",
      valueName: "path"), completion: .file())
  var draftModel: String?

  func validate() throws { try requirePath(draftModel, "--draft-model") }
}
