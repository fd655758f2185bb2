import Foundation
import TestSupport
import Testing

/// What is refused, with its exit code and what the one line on standard error says.
@Suite struct Refusals {
  static let wrongArguments: [(String, String)] = [
    ("--temp -1 x", "--temperature: temperature is a number, 0 or above; it can't be -1"),
    ("--temp=-1 x", "--temperature: temperature is a number, 0 or above; it can't be -1"),
    ("--temperature nan x", "it can't be nan"),
    ("--top-p 2 x", "--top-p: top_p is a number above 0 and at most 1 (off); it can't be 2"),
    ("--top-k 1.5 x", "--top-k: top_k is a whole number, 0 (off) or above; it can't be 1.5"),
    (
      "--strategy beams x",
      "strategy is one of greedy, sample, beam, diverse-beam, beam-sample, stochastic-beam, arithmetic, contrastive, diffusion; it can't be “beams”"
    ),
    ("--num-beams 4 --temp 0.5 x", "or choose --strategy beam-sample"),
    ("--num-beams 0 x", "--num-beams: num_beams is a whole number from 1 to 1024"),
    ("--beam-size 3 --num-beam-groups 2 x", "can't be split into 2 equal groups"),
    ("--num-beams 2 --num-return-sequences 3 x", "is more than num_beams 2"),
    ("--num-beams 2 --early-stopping maybe x", "early_stopping is false, true or never"),
    ("--length-penalty -1 x", "--length-penalty: length_penalty -1 has no effect"),
    ("--min-p 2 x", "--min-p: min_p is a number from 0 (off) to 1; it can't be 2"),
    ("--typical 0 x", "--typical-p: typical_p is a number above 0"),
    ("--xtc-threshold 0.3 x", "xtc_threshold 0.3 has no effect without xtc_probability"),
    ("--num-beams 2 --top-h 0.4 x", "or choose --strategy beam-sample"),
    ("--filter-order mlx --eta-cutoff 0.1 x", "which leaves eta out"),
    ("--repeat-penalty 0 x", "--repetition-penalty: repetition_penalty is a number above 0"),
    ("--repeat-last-n 4 x", "has no effect without repetition_penalty or frequency_penalty"),
    ("--suppress-tokens 1,x x", "suppress_tokens is a token id or a list of token ids"),
    ("--suppress-tokens 99999999 x", "suppress_tokens: token id 99999999 is outside"),
    ("--dry-base 2 x", "dry_base 2 has no effect without dry_multiplier; give that too"),
    ("--logit-bias 5 x", "--logit-bias: logit_bias is token ids, each with what is added"),
    ("--logit-bias 99999999=1 x", "logit_bias: token id 99999999 is outside"),
    ("--sequence-bias 1,x=2 x", "10,45=-0.5"),
    ("--bad-word </s> x", "which isn't banned so; set ignore_eos"),
    ("--mirostat 3 x", "--mirostat: mirostat is 0 (off), 1 or 2; it can't be 3"),
    ("--mirostat 2 --top-k 4 x", "takes the place of all filters but the temperature"),
    ("--mirostat-tau 4 x", "mirostat_tau 4 has no effect without mirostat"),
    ("--num-beams 2 --mirostat 1 x", "or choose --strategy sample"),
    ("--patience 2 x", "or give num_beams above 1"),
    ("--num-beams 2 --patience 0 x", "--patience: patience is a number above 0"),
    ("--strategy beam --patience 2 x", "leave the patience at 1"),
    ("--samplers penalties;top_k x", "can't be “penalties;top_k”"),
    ("--filter-order top-k;nope x", "can't be “top-k;nope”"),
    ("-n -2 x", "max_new_tokens is a whole number, 0 or above, or -1"),
    ("-n 2 --min-new-tokens 3 x", "min_new_tokens 3 is more than max_new_tokens 2"),
    ("--seed -1 x", "--seed: seed is a whole number from 0 to 18446744073709551615"),
    ("--temp 0 --top-k 4 x", "top_k 4 has no effect on greedy decoding"),
    ("--strategy greedy --temp 0.5 x", "choose --strategy sample"),
    ("--temp 0 --num-return-sequences 2 x", "num_return_sequences 2 has no effect"),
    ("--select best x", "--select: select is one of mbr, vote, weight; it can't be “best”"),
    ("--select mbr x", "give num_return_sequences 2 or more, or leave select out"),
    ("--temp 0 --select vote x", "--select: select vote has no effect on greedy decoding"),
    ("--num-beams 4 --num-return-sequences 4 --select mbr x", "or leave the beams out"),
    ("--select-utility chrF x", "select_utility is one of chrf, token-f1, exact-match"),
    (
      "--num-return-sequences 2 --select vote --select-utility token-f1 x",
      "select_utility token-f1 has no effect without select mbr; give that too, or leave it out"
    ),
    (
      "--num-return-sequences 2 --select-answer text x",
      "select_answer text has no effect without select vote"
    ),
    ("--compute-type int4 x", "Please provide one of 'auto', 'float32' or 'int8'"),
    ("-o xml x", "'text', 'json' or 'jsonl'"),
    ("--nope", "Unknown option '--nope'"),
    ("-p a b", "PROMPT and --prompt each give the prompt; give one of them"),
    ("-p a -f b", "--prompt and --file each give the prompt"),
    ("--prompts a --prompt-tokens 1", "--prompts and --prompt-tokens each give the prompt"),
    ("--prompt-tokens 1,a", "“1,a” is not a list of token ids; write them like 1,403,407"),
    ("--prompt-tokens 1,99999999", "token id 99999999 is outside the vocabulary"),
    ("--chat --prompt-tokens 1", "--chat wants a text"),
    ("--system a x", "add --chat"),
    ("--chat --no-parse-special x", "--no-parse-special is for plain text"),
    ("--echo --json x", "--echo is for text"),
    ("--prompts a --echo", "--echo is for text"),
    ("--prompts a -o text", "use --format jsonl"),
    ("--resume x", "--resume goes on with a file of --prompts; give that and --out"),
    ("--prompts a --resume", "--resume goes on with the file of --out; give that too"),
    ("--ignore-unknown-keys x", "is about the lines of --prompts"),
    ("--logprobs 2 x", "add --format json"),
    ("--json --format text x", "contradict each other"),
    ("-v -q x", "-v and -q contradict each other"),
    ("-t 0 x", "--threads: 0 is not a number of threads"),
    ("-c 0 x", "--context-length: 0 is not a length"),
    ("-c 99999999 x", "--context-length: 99999999 is more than the model's"),
    ("-c 2 a,b,c,d,e,f", "the context holds 2; shorten it, or raise --context-length"),
    ("detokenize", "there are no token ids"),
    ("detokenize 99999999", "outside the vocabulary"),
    ("detokenize a", "“a” is not a list of token ids"),
    ("tokenize -p a b", "each give the text"),
    ("score -p a b", "each give the text"),
    ("score --top-logprobs -1 a", "--top-logprobs: -1"),
    ("--num-return-sequences 1025 x", "a whole number from 1 to 1024"),
    ("bench -b 1025", "from 1 to 1024"), ("bench -r 1001", "give 1 to 1000"),
    ("bench -n 0 -p 0", "there is nothing to measure"),
    ("bench -p 1,x", "--prompt-sizes: “1,x” is not a list of whole numbers from 0"),
    ("bench -p 999999", "pp999999 needs a context of 999999 tokens"),
    ("bench -r 0", "--repetitions: 0"),
    ("bench -d 1,-2", "--depth: “1,-2” is not a list of whole numbers from 0"),
    ("bench -p 0 -n 8 -d 999999", "tg8 @ d999999 needs a context of 1000007 tokens"),
  ]

  @Test func wrongArgumentsExitWith64AndASentence() throws {
    for (arguments, sentence) in Self.wrongArguments {
      let result = try DecodeProcess.run(arguments)
      #expect(result.code == 64, "\(arguments)")
      #expect(result.output.isEmpty, "\(arguments)")
      #expect(result.errors.contains(sentence), "\(arguments): \(result.errors)")
      #expect(
        result.errors.hasPrefix("error: ") && result.errors.filter(\.isNewline).count == 1,
        "\(arguments): \(result.errors)")
    }
  }

  static let failures: [(String, String)] = [
    ("-m /nope x", "/nope: "), ("-m / x", "/: has no config.json"),
    ("-f /nope", "/nope: can't be opened"),
    ("--out /nope/x y", "/nope/x: can't be written"), ("--prompts /nope", "/nope: can't be opened"),
    ("--config /nope x", "/nope: can't be opened"),
    ("inspect /nope", "/nope: there is no such file"),
    ("inspect /etc/passwd", "/etc/passwd: its name ends in none of"),
    ("--out /dev/full -n 1 --temp 0 x", "/dev/full: can't be written: No space left on device"),
  ]

  @Test func failuresOfFilesExitWith1AndNameTheFile() throws {
    for (arguments, sentence) in Self.failures {
      #if !os(Linux)
        if arguments.contains("/dev/full") { continue }
      #endif
      let result = try DecodeProcess.run(arguments)
      #expect(result.code == 1, "\(arguments)")
      #expect(result.output.isEmpty, "\(arguments)")
      #expect(result.errors.contains(sentence), "\(arguments): \(result.errors)")
      #expect(result.errors.filter(\.isNewline).count == 1, "\(arguments): \(result.errors)")
    }
  }

  @Test func emptyPathsAreRefusedByTheirFlag() throws {
    for flag in ["-m", "--lora", "--draft-model", "--config", "--out", "-f", "--prompts"] {
      let result = try DecodeProcess.run([flag, "", "-n", "1"])
      #expect(result.code == 64 && result.output.isEmpty, "\(flag)")
      #expect(
        result.errors.contains(": the path is empty; give one, or leave the flag out"), "\(flag)")
    }
    for arguments in [["score", "-m", "", "x"], ["bench", "-m", ""]] {
      #expect(try DecodeProcess.run(arguments).code == 64, "\(arguments)")
    }
  }

  @Test func badConfigurationExitsWith64() throws {
    let directory = try TemporaryDirectory()
    for (name, text, sentence) in [
      ("c.yaml", "temprature: 1", "there is no setting “temprature”; did you mean “temperature”?"),
      ("c.yaml", "top_p: 7", "c.yaml: top_p is a number above 0"),
      ("c.yaml", "dola_layers: low", "dola_layers low is not supported; leave it out or at null"),
      ("c.yaml", "eos_token_id: 99999", "eos_token_id: token id 99999 is outside the vocabulary"),
      ("c.yaml", "- a", "holds no settings"), ("c.yaml", "a: [", "is not YAML"),
      ("c.yaml", "top_k: 1\ntop_k: 2", "is not YAML"),
      ("c.json", "{", "c.json: is not JSON: byte 1"),
      ("c.json", "[]", "is not a JSON object"),
      ("c.json", "{\"top_k\": 1e400}", "top_k is a whole number"),
      (
        "c.json", "{\"do_sample\": false, \"top_k\": 5}", "top_k 5 has no effect on greedy decoding"
      ),
    ] {
      let file = try directory.write(Array(text.utf8), to: name)
      let result = try DecodeProcess.run("--config \(file) -n 1 x")
      #expect(result.code == 64, "\(text)")
      #expect(result.errors.contains(sentence), "\(text): \(result.errors)")
      #expect(result.errors.filter(\.isNewline).count == 1, "\(result.errors)")
    }
  }

  @Test func helpAndVersionExitWith0OnStandardOutput() throws {
    for arguments in ["--help", "generate --help", "help score", "--version", "bench -h"] {
      let result = try DecodeProcess.run(arguments)
      #expect(result.code == 0 && !result.output.isEmpty && result.errors.isEmpty, "\(arguments)")
    }
  }

  @Test func colourFollowsTheFlag() throws {
    for (arguments, isColoured) in [
      ("-f /nope", false), ("-f /nope --color always", true), ("-f /nope --color=always", true),
      ("-f /nope --color never", false), ("--nope --color always", true),
    ] {
      let errors = try DecodeProcess.run(arguments).errors
      #expect(
        errors.hasPrefix(isColoured ? "\u{1B}[31;1merror:\u{1B}[0m " : "error: "), "\(errors)")
    }
  }
}
