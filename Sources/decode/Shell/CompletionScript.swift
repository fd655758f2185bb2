import ArgumentParser

/// Completions for shells: ArgumentParser's scripts, made to complete the flags of the command that holds where none is
/// named, so that `decode --te⇥` is `decode --temperature`.
enum CompletionScript {
  /// The script that `arguments` ask for; `nil` where they ask for none, or for a shell that isn't known.
  static func requested(by arguments: [String]) -> String? {
    let flag = "--generate-completion-script"
    guard let first = arguments.first, first == flag || first.hasPrefix(flag + "=") else {
      return nil
    }
    let name = first == flag ? arguments.dropFirst().first : String(first.dropFirst(flag.count + 1))
    guard let shell = name.map(CompletionShell.init(rawValue:)) ?? .autodetected() else {
      return nil
    }
    return script(for: shell)
  }

  /// The script for a shell: where the first word names no command, `generate` is put before it.
  static func script(for shell: CompletionShell) -> String {
    let script = Decode.completionScript(for: shell)
    let commands = CommandWords.names + ["help"]
    let (anchor, addition) =
      switch shell {
      case .bash: (bashWords, bash(commands))
      case .zsh: (zshWords, zsh(commands))
      default: (fishWords, fish(commands))
      }
    // The test of each shell fails where a version of ArgumentParser writes these lines in another way.
    let changed = shell == .zsh ? addition + anchor : anchor + addition
    return script.replacing(anchor, with: changed, maxReplacements: 1)
  }

  // MARK: - Bash

  private static let bashWords =
    "    local -a unparsed_words=(\"${COMP_WORDS[@]:1:${COMP_CWORD}}\")\n"

  private static func bash(_ commands: [String]) -> String {
    """
        # Where no command is named, it is `generate`.
        case "${unparsed_words[0]}" in
        \(commands.joined(separator: "|"))) ;;
        *)
            if [[ "${COMP_CWORD}" -gt 1 || "${cur}" = -* ]]; then
                unparsed_words=(generate "${unparsed_words[@]}")
            fi
            ;;
        esac

    """
  }

  // MARK: - Zsh

  private static let zshWords = "    local -r command_name=\"${words[1]}\"\n"

  private static func zsh(_ commands: [String]) -> String {
    """
        # Where no command is named, it is `generate`.
        if (( CURRENT > 2 )) || [[ "${words[CURRENT]}" = -* ]]; then
            case "${words[2]}" in
            \(commands.joined(separator: "|"))) ;;
            *)
                words=("${words[1]}" generate "${words[@]:1}")
                (( CURRENT++ ))
                ;;
            esac
        fi

    """
  }

  // MARK: - Fish

  private static let fishWords = "    set -l unparsed_tokens (__decode_tokens -pc)\n"

  private static func fish(_ commands: [String]) -> String {
    """
        # Where no command is named, it is `generate`.
        if not contains -- "$unparsed_tokens[2]" \(commands.joined(separator: " "))
            if test (count $unparsed_tokens) -gt 1; or string match -q -- '-*' (commandline -ct)
                set -l rest $unparsed_tokens
                set -e rest[1]
                set unparsed_tokens $unparsed_tokens[1] generate $rest
            end
        end

    """
  }
}
