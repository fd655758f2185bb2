import Foundation
import TestSupport
import Testing

/// A real Slurm, which `Slurm/start-slurm` starts on this machine, runs what `sweep sbatch` prints.
@Suite(
  .enabled(
    if: ProcessInfo.processInfo.environment["DECODE_TEST_SLURM"] != nil,
    "set DECODE_TEST_SLURM=1 beside a Slurm; see Slurm/start-slurm"), .serialized)
struct SweepSlurm {
  private static let environment =
    "export SLURM_CONF=\(ProcessInfo.processInfo.environment["SLURM_CONF"] ?? "/etc/slurm/slurm.conf");"

  /// Submits a sweep from its folder, and gives the job's id.
  private func submit(_ files: SweepFiles, shards: Int) throws -> String {
    let script = try DecodeProcess.run(
      [
        "sweep", "sbatch", files.file, "--shards", "\(shards)", "--out", files.path("out"),
        "--program", DecodeProcess.path,
      ])
    #expect(script.code == 0)
    try files.directory.write(Array(script.output.utf8), to: "sweep.sh")
    let submitted = try shell("cd '\(files.directory.path)' && bash sweep.sh")
    #expect(submitted.code == 0, "\(submitted.errors)")
    let job = submitted.lines.first?.split(separator: " ").last.map(String.init) ?? ""
    return try #require(Int(job) == nil ? nil : job)
  }

  private func shell(_ line: String) throws -> ProcessResult {
    try DecodeProcess.shell(Self.environment + line)
  }

  private func wait(for path: String) throws {
    // Slurm lets a job that is queued again wait for two minutes.
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: path) { usleep(500_000) }
    try #require(FileManager.default.fileExists(atPath: path))
  }

  @Test func anArrayAndItsMergeGiveWhatOneProcessGives() throws {
    let files = try SweepFiles()
    #expect(try files.run(into: "whole").code == 0)
    #expect(try files.merge("whole", into: "whole-merged").code == 0)
    _ = try submit(files, shards: 3)
    try wait(for: files.path("out/merged/index.sqlite"))
    #expect(
      try files.results("out/merged") == files.results("whole-merged"))
  }

  @Test func aTaskThatIsStoppedIsQueuedAgainAndGoesOn() throws {
    let files = try SweepFiles(
      SweepFiles.fields.replacing("max_new_tokens: 14", with: "max_new_tokens: 120")
        .replacing("repeats: 2", with: "repeats: 40"))
    #expect(try files.run(into: "whole").code == 0)
    #expect(try files.merge("whole", into: "whole-merged").code == 0)
    let job = try submit(files, shards: 1)
    let journal = files.path("out/shard-1-of-1/results.jsonl")
    try wait(for: journal)
    let stop = try shell("scancel --signal=TERM --batch \(job)_0")
    #expect(stop.code == 0, "\(stop.errors)")
    try wait(for: files.path("out/merged/index.sqlite"))
    #expect(
      try files.results("out/merged") == files.results("whole-merged"))
    let log = try shell("cat '\(files.directory.path)'/slurm-*_0.out").output
    #expect(log.contains("stopped; what is done is in"), "\(log)")
  }
}
