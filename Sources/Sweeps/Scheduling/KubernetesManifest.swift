import JSON

/// Objects for Kubernetes (`batch/v1`, from 1.29): an Indexed Job with an index for each shard, and a Job that merges
/// once all shards are there.
public struct KubernetesManifest: Hashable, Sendable {
  /// The sweep file, as containers find it.
  public var file: String
  /// The folder for results, which all containers share.
  public var output: String
  /// The number of shards.
  public var shardCount: Int
  /// The image, in which the program and the model are.
  public var image: String
  /// The persistent volume claim that holds the sweep file, the prompts and the results.
  public var claim: String
  /// Where the claim is mounted, and what relative paths are relative to.
  public var mountPath: String
  /// The most shards that run at once; `nil`: all.
  public var throttle: Int?
  /// Processors for each shard.
  public var processors: Int
  /// The program, as the image has it.
  public var program: String

  /// Objects for `shardCount` shards.
  public init(
    file: String, output: String, shardCount: Int, image: String, claim: String,
    mountPath: String = "/work", throttle: Int? = nil, processors: Int = 1,
    program: String = "decode"
  ) {
    self.file = file
    self.output = output
    self.shardCount = shardCount
    self.image = image
    self.claim = claim
    self.mountPath = mountPath
    self.throttle = throttle
    self.processors = processors
    self.program = program
  }

  /// The name of the Job: what a name of the API may hold of the folder's.
  public var name: String {
    let letters = (output.split(separator: "/").last ?? "sweep").lowercased().map { letter in
      letter.isASCII && (letter.isLetter || letter.isNumber) ? letter : "-"
    }
    func joined(_ text: some StringProtocol) -> String {
      text.split(separator: "-").joined(separator: "-")
    }
    let name = joined(joined(String(letters)).prefix(40))
    return "decode-" + (name.isEmpty ? "sweep" : name)
  }

  /// Both objects in YAML, for `kubectl apply -f -`.
  ///
  /// A shard that is stopped, because its node is drained or preempted, ends with exit status 75 after what is under
  /// way; that doesn't count as a failure, and the pod that follows goes on from there. Status 3, a shard with failed
  /// continuations, is an end, and the merge tells of them.
  public var text: String {
    let decode = ShellWord.quoted(program)
    let folder = ShellWord.quoted(output)
    return """
      apiVersion: batch/v1
      kind: Job
      metadata:
        name: \(Self.quoted(name))
      spec:
        completionMode: Indexed
        completions: \(shardCount)
        parallelism: \(min(throttle ?? shardCount, shardCount))
        backoffLimitPerIndex: 3
        podFailurePolicy:
          rules:
            - action: Ignore
              onPodConditions:
                - type: DisruptionTarget
                  status: "True"
            - action: Ignore
              onExitCodes:
                containerName: decode
                operator: In
                values: [75]
            - action: FailIndex
              onExitCodes:
                containerName: decode
                operator: In
                values: [64]
        template:
          spec:
            restartPolicy: Never
            terminationGracePeriodSeconds: 120
            containers:
              - name: decode
                image: \(Self.quoted(image))
                workingDir: \(Self.quoted(mountPath))
                command: ["/bin/sh", "-c"]
                args:
                  - |
                    \(decode) sweep run \(ShellWord.quoted(file)) --out \(folder) --shard "$((JOB_COMPLETION_INDEX + 1))/\(shardCount)" \\
                      --threads \(processors) --resume --progress plain &
                    shard=$!
                    trap 'kill -TERM "$shard" 2>/dev/null' TERM
                    wait "$shard"; status=$?
                    while kill -0 "$shard" 2>/dev/null; do wait "$shard"; status=$?; done
                    [ "$status" -eq 3 ] && exit 0
                    exit "$status"
      \(resources(processors))
      \(volumes)
      ---
      apiVersion: batch/v1
      kind: Job
      metadata:
        name: \(Self.quoted(name + "-merge"))
      spec:
        backoffLimit: 3
        template:
          spec:
            restartPolicy: Never
            containers:
              - name: merge
                image: \(Self.quoted(image))
                workingDir: \(Self.quoted(mountPath))
                command: ["/bin/sh", "-c"]
                args:
                  - |
                    until [ "$(ls -d \(folder)/shard-*-of-\(shardCount)/DONE 2>/dev/null | wc -l)" -eq \(shardCount) ]; do sleep 20; done
                    exec \(decode) sweep merge \(folder) --out \(ShellWord.quoted(output + "/merged"))
      \(resources(1))
      \(volumes)

      """
  }

  private func resources(_ processors: Int) -> String {
    """
              resources:
                requests: {cpu: "\(processors)"}
                limits: {cpu: "\(processors)"}
              volumeMounts:
                - name: work
                  mountPath: \(Self.quoted(mountPath))
    """
  }

  private var volumes: String {
    """
          volumes:
            - name: work
              persistentVolumeClaim:
                claimName: \(Self.quoted(claim))
    """
  }

  /// A text as JSON, which YAML reads too.
  private static func quoted(_ text: String) -> String { JSONValue.string(text).text }
}
