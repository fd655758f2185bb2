import ArgumentParser
import Files
import JSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The arguments of the program, which are bytes: names of files are kept as they are, and all else is text.
enum Arguments {
  /// What follows the program's name. Bytes that are no UTF-8 stand as ``FileName`` has them.
  static var given: [String] {
    UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc)).dropFirst()
      .compactMap {
        $0.map { FileName.text(of: UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
      }
  }

  /// The arguments with U+FFFD for what isn't UTF-8, and a warning, but for those that name files.
  static func texts(
    _ arguments: [String], console: Console
  ) throws(CommandFailure) -> [String] {
    guard arguments.contains(where: FileName.holdsBytes) else { return arguments }
    let places = try FilePlaces(of: arguments)
    return arguments.indices.map { index in
      let argument = arguments[index]
      guard FileName.holdsBytes(argument), !places.holdsName(at: index) else { return argument }
      let repaired = FileName.repaired(argument)
      console.warn("\(repaired): not all of it is UTF-8; what isn't was read as U+FFFD")
      return repaired
    }
  }
}

/// Where among the arguments the names of files stand, by what the commands declare of their arguments.
private struct FilePlaces {
  private let arguments: [String]
  /// The flags of the command whose value is a file or a directory.
  private var flags: Set<String> = []
  /// Whether words without a flag name files.
  private var takesNames = false

  init(of arguments: [String]) throws(CommandFailure) {
    self.arguments = arguments
    let help: JSONValue
    do { help = try JSONValue(parsing: Array(Decode._dumpHelp().utf8)) } catch {
      throw .failure("the arguments can't be read: \(error)")
    }
    let words = CommandWords(arguments)
    var command = help["command"] ?? .null
    for name in words.command {
      command =
        command["subcommands"]?.elements.first { $0["commandName"]?.string == name } ?? .null
    }
    for argument in command["arguments"]?.elements ?? [] {
      let kind = argument["completionKind"]
      guard kind?["file"] != nil || kind?["directory"] != nil || kind?.string == "directory" else {
        continue
      }
      if argument["kind"]?.string == "positional" { takesNames = true }
      for name in argument["names"]?.elements ?? [] {
        guard let text = name["name"]?.string else { continue }
        flags.insert((name["kind"]?.string == "long" ? "--" : "-") + text)
      }
    }
  }

  /// Whether the argument there is, or holds, the name of a file.
  func holdsName(at index: Int) -> Bool {
    let argument = arguments[index]
    if argument.hasPrefix("-"), let sign = argument.firstIndex(of: "=") {
      return flags.contains(String(argument[..<sign]))
    }
    if index > 0, arguments[index - 1].hasPrefix("-"), arguments[index - 1] != "-" {
      return flags.contains(arguments[index - 1])
    }
    return takesNames
  }
}

extension JSONValue {
  fileprivate var elements: [JSONValue] {
    if case .array(let values) = self { values } else { [] }
  }
}
