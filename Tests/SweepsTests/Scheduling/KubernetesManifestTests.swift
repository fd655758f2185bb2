import Sweeps
import Testing

/// `check-kubernetes` beside this file holds the manifest against the schemas of the API.
struct KubernetesManifestTests {
  private func manifest(_ output: String = "runs/Tales_2", throttle: Int? = nil)
    -> KubernetesManifest
  {
    KubernetesManifest(
      file: "my sweep.yaml", output: output, shardCount: 12, image: "registry/decode:1",
      claim: "tales", throttle: throttle, processors: 4)
  }

  @Test func everyIndexRunsItsShardAndGoesOnWhereItWas() {
    let text = manifest().text
    #expect(text.contains("completionMode: Indexed\n  completions: 12\n  parallelism: 12\n"))
    #expect(
      text.contains(
        #"decode sweep run 'my sweep.yaml' --out runs/Tales_2 --shard "$((JOB_COMPLETION_INDEX + 1))/12""#
      ))
    #expect(text.contains("--threads 4 --resume"))
    #expect(text.contains("decode sweep merge runs/Tales_2 --out runs/Tales_2/merged"))
    #expect(manifest(throttle: 5).text.contains("parallelism: 5\n"))
  }

  @Test(arguments: [
    ("runs/Tales_2", "decode-tales-2"), ("/", "decode-sweep"), ("ÄÖ", "decode-sweep"),
    (String(repeating: "a-", count: 60), "decode-" + String(repeating: "a-", count: 19) + "a"),
  ])
  func namesAreThoseOfTheAPI(output: String, name: String) {
    #expect(manifest(output).name == name)
  }
}
