import ArgumentParser
import Sweeps

/// `decode sweep kubernetes`: objects for Kubernetes.
struct SweepKubernetesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubernetes",
    abstract: "Prints an Indexed Job for Kubernetes that runs a sweep, and a Job that merges it.",
    discussion: """
      decode sweep kubernetes sweep.yaml --shards 32 --image IMAGE --claim CLAIM | kubectl apply -f -

      Each index runs one shard. The claim is mounted at /work, which paths are relative to: the sweep file, its prompts \
      and the results lie in it. A pod that is stopped finishes what is under way, and the next goes on from there.
      """)

  @Argument(help: "The sweep file.", completion: .file(extensions: ["yaml", "yml", "json"]))
  var file: String

  @OptionGroup var options: ShardingOptions

  @Option(help: "The image that holds the program and the model.")
  var image: String

  @Option(
    help: ArgumentHelp(
      "The persistent volume claim with the sweep file, the prompts and the results.",
      valueName: "name"))
  var claim = "decode"

  @Option(help: ArgumentHelp("Where the claim is mounted.", valueName: "path"))
  var mount = "/work"

  func validate() throws {
    for (flag, value) in [("--image", image), ("--claim", claim)] where value.isEmpty {
      throw ValidationError("\(flag) is empty; give a name")
    }
    guard mount.hasPrefix("/") else {
      throw ValidationError("--mount: \(mount) is no path from the root; give one such as /work")
    }
  }

  func run() throws {
    try options.check(file)
    let manifest = KubernetesManifest(
      file: file, output: options.folder(for: file), shardCount: options.shards, image: image,
      claim: claim, mountPath: mount, throttle: options.throttle, processors: options.cpus,
      program: options.program)
    try ResultWriter(path: nil).write(manifest.text)
  }
}
