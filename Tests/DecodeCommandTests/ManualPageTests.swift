import Foundation
import TestSupport
import Testing

@Suite struct Manual {
  static let commands = [
    "generate", "chat", "score", "path", "tokenize", "detokenize", "inspect", "merge", "sweep",
    "sweep run",
    "sweep plan", "sweep status", "sweep merge", "sweep report", "sweep sbatch", "sweep kubernetes",
    "sweep replay", "bench",
  ]

  @Test func manualHoldsEveryFlagOfTheHelp() throws {
    let page = try DecodeProcess.run("--generate-manual")
    #expect(page.code == 0 && page.errors.isEmpty)
    let text = page.output.replacing("\\-", with: "-")
    #expect(text.hasPrefix(".TH DECODE 1 "))
    for command in Self.commands {
      let start = try #require(text.range(of: ".SS decode \(command)\n"), "\(command)")
      let rest = text[start.upperBound...]
      let section = rest.range(of: "\n.S").map { rest[..<$0.lowerBound] } ?? rest
      let help = try DecodeProcess.run("help \(command)").output
      let flags = help.split(separator: "\n").filter { $0.hasPrefix("  -") }
        .flatMap { $0.matches(of: #/(?:^  |, )(--?[a-z0-9-]+)/#).map(\.1) }
      #expect(!flags.isEmpty)
      for flag in Set(flags).subtracting(["-h", "--help", "--version"]) {
        #expect(section.contains("\\fB\(flag)\\fR"), "\(command) \(flag)")
      }
    }
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/groff")))
  func manualIsSetWithoutComplaint() throws {
    let result = try DecodeProcess.shell("$D --generate-manual | groff -k -man -ww -Tutf8 -P-c")
    #expect(result.errors.isEmpty)
    #expect(result.output.hasPrefix("DECODE(1)"))
  }
}
