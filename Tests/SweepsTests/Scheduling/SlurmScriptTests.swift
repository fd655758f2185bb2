import Foundation
import Sweeps
import TestSupport
import Testing

struct SlurmScriptTests {
  @Test func theNumberOfShardsIsWrittenIntoTheScript() {
    let script = SlurmScript(
      file: "my sweep.yaml", output: "out", shardCount: 32, throttle: 8, processors: 4
    ).text
    #expect(script.contains("#SBATCH --array=0-31%8\n"))
    #expect(script.contains(#"--shard "$((SLURM_ARRAY_TASK_ID + 1))/32""#))
    #expect(script.contains("sweep run 'my sweep.yaml' --out out"))
    #expect(!script.contains("SLURM_ARRAY_TASK_COUNT"))
  }

  @Test func theScriptIsOneThatBashReads() throws {
    let folder = try TemporaryDirectory()
    let script = SlurmScript(
      file: "it's; a \"sweep\".yaml", output: "$HOME/o u t", shardCount: 3,
      program: "/opt/a b/decode")
    let path = try folder.write(Array(script.text.utf8), to: "array.sh")
    let bash = Process()
    bash.executableURL = URL(fileURLWithPath: "/bin/bash")
    bash.arguments = ["-n", path]
    try bash.run()
    bash.waitUntilExit()
    #expect(bash.terminationStatus == 0)
  }

  @Test(arguments: [0, 3, 75]) func aTaskHasTheStatusOfItsShardAndQueuesAStoppedOneAgain(
    status: Int32
  )
    throws
  {
    let folder = try TemporaryDirectory()
    // Stand-ins that write down what they are called with.
    for (name, exit) in [("decode", status), ("scontrol", 0)] {
      let stub = "#!/bin/bash\necho \"\(name) $*\" >> '\(folder.path)/log'\nexit \(exit)\n"
      let path = try folder.write(Array(stub.utf8), to: name)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    let script = SlurmScript(
      file: "s.yaml", output: "o ut", shardCount: 5, program: folder.path + "/decode")
    let path = try folder.write(Array(script.text.utf8), to: "array.sh")
    let bash = Process()
    bash.executableURL = URL(fileURLWithPath: "/bin/bash")
    bash.arguments = [path]
    bash.environment = [
      "PATH": folder.path + ":/usr/bin:/bin", "SLURM_ARRAY_TASK_ID": "3",
      "SLURM_ARRAY_JOB_ID": "77",
    ]
    try bash.run()
    bash.waitUntilExit()
    #expect(bash.terminationStatus == status)
    let log = try FileBytes.lines(folder.path + "/log")
    #expect(
      log[0]
        == "decode sweep run s.yaml --out o ut --shard 4/5 --threads 1 --resume --progress plain")
    #expect(Array(log.dropFirst()) == (status == 75 ? ["scontrol requeue 77_3"] : []))
  }
}
