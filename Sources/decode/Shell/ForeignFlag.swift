/// Flags that other tools have and this one hasn't, with what to write.
enum ForeignFlag {
  /// What to write instead of `flag`, in a sentence; `nil` for a flag that no table knows.
  static func sentence(for flag: String) -> String? {
    if let advice = advice[flag] { return "\(flag) is another tool's; \(advice)" }
    guard flag.hasPrefix("--"), flag.contains("_") else { return nil }
    let hyphened = flag.replacing("_", with: "-")
    return advice[hyphened].map { "\(flag) is another tool's; \($0)" }
      ?? "\(flag): the words of a flag are joined by hyphens; write \(hyphened)"
  }

  private static let advice: [String: String] = {
    let hub =
      "models are read from this machine alone; write -m ORG/NAME for one in the hub's cache"
    let layers = "everything runs on the processor, so leave it out"
    let conversation = "write --chat for an answer in the model's chat template"
    let plain = "a prompt is plain text unless --chat is there, so leave it out"
    let sampling = "write --strategy sample, or --strategy greedy for none"
    return [
      "-hf": hub, "-hfr": hub, "--hf-repo": hub, "--hf-file": hub,
      "-ngl": layers, "--ngl": layers, "--n-gpu-layers": layers, "--gpu-layers": layers,
      "-cnv": conversation, "--conversation": conversation,
      "-no-cnv": plain, "--no-cnv": plain, "--no-conversation": plain,
      "-sys": "write --chat --system TEXT", "--system-prompt": "write --chat --system TEXT",
      "--num-predict": "write -n or --max-new-tokens",
      "--max-length": "write -n, which doesn't count the prompt",
      "--stream":
        "text is printed as it comes, so leave it out; --no-stream prints it when it is complete",
      "--do-sample": sampling, "--sample": sampling, "--no-do-sample": sampling,
      "--samples": "write --num-return-sequences",
      "--best-of": "write --num-return-sequences with --select",
      "--beams": "write --num-beams",
    ]
  }()
}
