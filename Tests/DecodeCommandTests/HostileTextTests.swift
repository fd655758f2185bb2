import TestSupport
import Testing

/// Names and values come from files, and files from strangers: what a terminal would obey is spelled out.
@Suite struct HostileText {
  @Test func errorsAndReportsHoldNoControlCharacters() throws {
    let directory = try TemporaryDirectory()
    let long = String(repeating: "y", count: 100_000)
    let config = try directory.write("{\"top_\\u001b[31mk\": \"\(long)\"}".utf8, to: "config.json")
    let refused = try DecodeProcess.run(["--config", config, "x"])
    #expect(refused.code == 64)
    #expect(refused.errors.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    #expect(refused.errors.contains("\\u{1b}"))
    #expect(refused.errors.count < 2200)
    withExtendedLifetime(directory) {}
  }

  @Test func endlessInputEndsInAnError() throws {
    for arguments in [["-f", "/dev/zero"], ["--config", "/dev/zero", "x"]] {
      let result = try DecodeProcess.run(arguments)
      #expect(result.code == 1)
      #expect(result.errors.contains("/dev/zero: can't be read: it holds more than 256 MiB"))
    }
  }

  @Test func anEmptyPromptIsTokenizedAsItIsFed() throws {
    let result = try DecodeProcess.run(["tokenize", ""])
    #expect(result.output == "1\n")
  }
}
