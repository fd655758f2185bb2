import TestSupport
import Testing

@Suite struct Serve {
  @Test(arguments: [("TERM", 0), ("INT", 130)])
  func signalsEndIt(signal: String, code: Int) throws {
    let directory = try TemporaryDirectory()
    let log = directory.file("log")
    let result = try DecodeProcess.shell(
      """
      set -m; $D serve --port 0 2> \(log) & server=$!
      while ! grep -q listening \(log); do kill -0 $server || exit 1; sleep 0.05; done
      kill -\(signal) $server; wait $server; echo "code $?"; cat \(log)
      """)
    #expect(result.output.hasPrefix("code \(code)\n"), "\(result.output)")
    #expect(result.output.contains("listening on http://127.0.0.1:"))
  }

  @Test func othersAreNotLetInWithoutAKey() throws {
    let directory = try TemporaryDirectory()
    for host in ["0.0.0.0", "::", "192.168.0.1"] {
      let result = try DecodeProcess.run(["serve", "--host", host])
      #expect(result.code == 64 && result.errors.contains("--api-key-file"))
    }
    for key in [[], Array("two words".utf8), [0xFF, 0xFE]] as [[UInt8]] {
      let file = try directory.write(key, to: "key")
      let result = try DecodeProcess.run(["serve", "--host", "0.0.0.0", "--api-key-file", file])
      #expect(result.code == 1 && result.errors.contains("must hold one key"))
    }
    let missing = try DecodeProcess.run(["serve", "--api-key-file", directory.file("none")])
    #expect(missing.code == 1 && missing.errors.contains("none"))
  }

  @Test(arguments: [
    "--port 70000", "--port x", "--parallel 0", "--queue 0", "--max-body 0", "--idle-timeout 0",
    "--max-connections 0",
  ])
  func numbersOutOfRangeAreRefused(arguments: String) throws {
    let result = try DecodeProcess.run("serve \(arguments)")
    #expect(result.code == 64)
    #expect(result.errors.contains(arguments.split(separator: " ")[0]))
  }

  @Test func anAddressThatIsNotHereIsAFailure() throws {
    let result = try DecodeProcess.run("serve --host 127.0.0.1.5 --port 0")
    #expect(result.code == 1 && result.errors.contains("can't listen on 127.0.0.1.5"))
  }
}
