import Foundation
import TestSupport
import Testing

/// What shells offer after the user's words, in the shells that this machine has.
@Suite struct Completion {
  static func has(_ shell: String) -> Bool {
    ["/bin", "/usr/bin", "/usr/local/bin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(shell)")
    }
  }

  /// The words, of which the last is to be completed, with some of what must be offered and what must not.
  static let cases: [(words: [String], offered: [String], never: [String])] = [
    (["--te"], ["--temperature", "--temp"], ["--top-k"]),
    (["Once", "--te"], ["--temperature"], []), (["-n", "4", "--te"], ["--temperature"], []),
    (["generate", "--te"], ["--temperature"], []),
    (["--strategy", ""], ["greedy", "beam-sample"], ["text"]),
    (["--early-stopping", ""], ["never"], []),
    (["--format", "j"], ["json", "jsonl"], ["text"]),
    (["sc"], ["score"], ["--temperature"]), (["score", "--te"], [], ["--temperature"]),
    (["score", "--top"], ["--top-logprobs"], ["--top-k"]),
    (["sweep", "run", "--metric", "chr"], ["chrf"], []),
    (["-m", "sm"], ["smollm2.gguf"], []), (["generate", "-m", "sm"], ["smollm2.gguf"], []),
  ]

  private func folder() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try directory.write([], to: "smollm2.gguf")
    for (shell, name) in [("bash", "decode.bash"), ("zsh", "_decode"), ("fish", "decode.fish")] {
      let script = try DecodeProcess.run("--generate-completion-script \(shell)")
      #expect(script.code == 0 && script.errors.isEmpty)
      try directory.write(Array(script.output.utf8), to: name)
    }
    return directory
  }

  private func check(_ words: [String], _ offers: String, _ offered: [String], _ never: [String]) {
    let plain = offers.replacing(#/\x1B\[[0-9;?]*[A-Za-z]/#, with: " ")
    let offers = plain.split(whereSeparator: \.isWhitespace).map(String.init)
    for word in offered { #expect(offers.contains(word), "\(words): \(offers)") }
    for word in never { #expect(!offers.contains(word), "\(words): \(offers)") }
  }

  @Test(.enabled(if: has("bash"))) func bashCompletesWithoutTheWordGenerate() throws {
    let folder = try folder()
    for (words, offered, never) in Self.cases {
      let previous = words.count > 1 ? words[words.count - 2] : "decode"
      try folder.write(
        Array(
          """
          cd \(folder.path); . ./decode.bash
          COMP_WORDS=(decode \(words.dropLast().joined(separator: " ")) '\(words[words.count - 1])')
          COMP_CWORD=\(words.count); COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
          _decode decode '\(words[words.count - 1])' \(previous); printf '%s\\n' "${COMPREPLY[@]}"
          """.utf8), to: "run.bash")
      let result = try DecodeProcess.shell("bash \(folder.path)/run.bash")
      #expect(result.errors.isEmpty)
      check(words, result.output, offered, never)
    }
  }

  @Test(.enabled(if: has("fish"))) func fishCompletesWithoutTheWordGenerate() throws {
    let folder = try folder()
    for (words, offered, never) in Self.cases {
      let line = words.joined(separator: " ")
      let result = try DecodeProcess.shell(
        "cd \(folder.path); HOME=. fish -N -c \"source decode.fish; complete -C 'decode \(line)'\"")
      // An offer stands before what it means.
      let offers = result.lines.map { $0.prefix { $0 != "\t" } }.joined(separator: "\n")
      check(words, offers, offered, never)
    }
  }

  /// Zsh completes on a terminal alone: `zpty` is one.
  @Test(.enabled(if: has("zsh"))) func zshCompletesWithoutTheWordGenerate() throws {
    let folder = try folder()
    let path = folder.path
    try folder.write(
      Array(
        """
        zmodload zsh/zpty; cd \(path)
        wait_for() { while zpty -r z line "*$1*"; do [[ $line = *$1* ]] && break; done }
        zpty z zsh -f -i
        zpty -w z "stty columns 200; PS1=; fpath=(\(path) \\$fpath); autoload -Uz compinit"
        zpty -w z "compinit -u -d \(path)/dump; LISTMAX=10000; bindkey '^I' list-choices; print rea''dy"
        wait_for ready
        sleep 0.3
        zpty -w -n z "$1"$'\\t'
        sleep 1
        zpty -w -n z $'\\x15'
        zpty -w z "print the''end"
        while zpty -r z line; do print -r -- "$line"; [[ $line = *theend* ]] && break; done
        """.utf8), to: "capture.zsh")
    for (words, offered, never) in Self.cases {
      let line = words.joined(separator: " ")
      let result = try DecodeProcess.shell("zsh -f \(path)/capture.zsh 'decode \(line)'")
      check(words, result.output, offered, never)
    }
  }
}
