import Foundation
import TestSupport
import Testing

/// How the command meets words that it doesn't know.
@Suite struct Manners {
  @Test(arguments: [
    ("--nope", "decode help generate"), ("generate --nope", "decode help generate"),
    ("-t 0 x", "decode help generate"), ("score --nope", "decode help score"),
    ("sweep run --nope", "decode help sweep run"), ("bench -r 0", "decode help bench"),
  ]) func usageErrorsNameThePageThatHelps(arguments: String, page: String) throws {
    let result = try DecodeProcess.run(arguments)
    #expect(result.code == 64 && result.errors.hasSuffix(" (see \(page))\n"), "\(result.errors)")
    let help = try DecodeProcess.run(String(page.dropFirst("decode ".count)))
    #expect(help.code == 0 && help.output.contains("USAGE: \(page.replacing("help ", with: ""))"))
  }

  @Test(arguments: [
    ("help genrate", "there is no command “genrate”; did you mean generate?"),
    ("help sweep rum", "there is no command “rum”; did you mean run?"),
    ("help xyzzy", "there is no command “xyzzy”; the commands are generate, chat,"),
    ("help score x", "score has no commands of its own; leave “x” out"),
  ]) func helpOfAnUnknownCommandIsRefused(arguments: String, sentence: String) throws {
    let result = try DecodeProcess.run(arguments)
    #expect(result.code == 64 && result.output.isEmpty && result.errors.contains(sentence))
  }

  @Test(arguments: [
    ("-hf org/name x", "-hf is another tool's; models are read from this machine alone"),
    ("-ngl 99 x", "-ngl is another tool's; everything runs on the processor"),
    ("--n-gpu-layers 99 x", "--n-gpu-layers is"), ("--ngl 99 x", "--ngl is"),
    ("-cnv x", "write --chat"), ("--conversation x", "write --chat"),
    ("-no-cnv x", "leave it out"), ("--num-predict 4 x", "write -n or --max-new-tokens"),
    ("--stream x", "text is printed as it comes"), ("--do-sample x", "write --strategy sample"),
    (
      "--max_tokens=4 x",
      "--max_tokens: the words of a flag are joined by hyphens; write --max-tokens"
    ),
    ("--n_gpu_layers 4 x", "--n_gpu_layers is another tool's; everything runs"),
  ]) func flagsOfOtherToolsAreToldWhatToWrite(arguments: String, sentence: String) throws {
    let result = try DecodeProcess.run(arguments)
    #expect(result.code == 64 && result.output.isEmpty, "\(arguments)")
    #expect(
      result.errors.contains(sentence) && result.errors.hasSuffix("(see decode help generate)\n"),
      "\(result.errors)")
    #expect(result.errors.filter(\.isNewline).count == 1)
  }

  @Test func flagsOfOtherToolsMayBeTexts() throws {
    let object = try DecodeProcess.run(["-n", "1", "-s", "1", "--json", "-p", "-hf"]).object()
    #expect(object["prompt"] as? String == "-hf")
    let other = try DecodeProcess.run(["-n", "1", "-s", "1", "--json", "--", "-ngl"]).object()
    #expect(other["prompt"] as? String == "-ngl")
  }

  @Test func maxTokensIsAnAlias() throws {
    let object = try DecodeProcess.run("--max-tokens 3 --ignore-eos -s 1 --json Once").object()
    let sequence = try #require((object["sequences"] as? [[String: Any]])?.first)
    #expect((sequence["tokens"] as? [Int])?.count == 3)
  }

  /// Runs a line of shell on a terminal of its own, standard output and standard error together. Python makes it, for
  /// script(1) waits for a signal that this process's children don't get.
  private func onTerminal(_ line: String) throws -> String {
    let call = "import pty,sys; pty.spawn(sys.argv[1:])"
    return try DecodeProcess.shell(
      #"export TERM=xterm; timeout 120 python3 -c '\#(call)' sh -c '\#(line)' </dev/null"#
    ).output
  }

  static let hasTerminals = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

  @Test(
    .enabled(if: hasTerminals),
    arguments: [
      ("genrate", "did you mean decode generate?"), ("Score", "did you mean decode score?"),
      ("complete", "to continue a text: decode PROMPT"),
    ]) func wordThatIsNearlyACommandGetsANoteOnATerminal(word: String, sentence: String) throws
  {
    let output = try onTerminal("$D \(word) -n 1 -s 1 -t 1")
    #expect(
      output.contains("note: there is no command “\(word)”, so it is the prompt; \(sentence)"))
    let quiet = try DecodeProcess.run([word, "-n", "1", "-s", "1"])
    #expect(quiet.code == 0 && quiet.errors.isEmpty && !quiet.output.isEmpty)
    // The text is there on the terminal too.
    #expect(output.contains(quiet.output.dropLast()))
  }

  @Test(
    .enabled(if: hasTerminals),
    arguments: ["Once", "generate genrate", "-p genrate", "\"genrate it\""])
  func promptsThatAreNoneGetNoNote(arguments: String) throws {
    #expect(try !onTerminal("$D \(arguments) -n 1 -s 1 -t 1").contains("note:"))
  }

  @Test(.enabled(if: hasTerminals)) func beamsShowProgressOnATerminal() throws {
    let line = "-n 480 --num-beams 48 --early-stopping never -t 1 Once"
    let output = try onTerminal("$D \(line)")
    #expect(output.contains(#/\r\x{1B}\[2Kprompt of 2 tokens read, step [0-9]+ of at most 480, /#))
    // The line goes before the text comes.
    let last = try #require(output.range(of: "\r\u{1B}[2K", options: .backwards))
    #expect(!output[last.upperBound...].contains("step"))
  }

  @Test func progressOfASinglePromptIsTold() throws {
    let plain = try DecodeProcess.run("--progress plain -n 3 -s 1 --ignore-eos Once")
    #expect(plain.errors.contains(#/^prompt of 2 tokens read, step 1 of at most 3, [0-9.]+ s\n/#))
    #expect(plain.errors.contains(#/\nprompt of 2 tokens read, step [34] of at most 3, /#))
    let json = try DecodeProcess.run("--progress json -n 3 -s 1 --ignore-eos Once")
    let object = try ProcessResult.object(try #require(json.errors.split(separator: "\n").last))
    #expect(object["prompt_tokens_read"] as? Int == 2)
    #expect(try DecodeProcess.run("-n 3 -s 1 Once").errors.isEmpty)
  }

  @Test func textThatMeetsTheEndOfTheContextIsTold() throws {
    let full = try DecodeProcess.run("-n 20 -c 8 -s 1 --ignore-eos Once")
    #expect(
      full.errors
        == "the text ends after 6 of 20 tokens, where the context of 8 tokens is full; shorten the"
        + " prompt, or raise --context-length\n")
    #expect(full.code == 0)
    #expect(try DecodeProcess.run("-n 6 -c 8 -s 1 --ignore-eos Once").errors.isEmpty)
    #expect(try DecodeProcess.run("-n 20 -c 8 -s 1 --ignore-eos -q Once").errors.isEmpty)
    let batch = try DecodeProcess.run(
      "--prompts - -n 20 -c 8 -s 1 --ignore-eos", input: "\"Once\"\n\"The\"\n")
    #expect(batch.errors.hasPrefix("2 texts end where the context of 8 tokens is full, the first"))
  }
}
