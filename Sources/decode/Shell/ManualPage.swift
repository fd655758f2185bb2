import ArgumentParser
import JSON

/// The manual page, made of the commands' own help, so that it never says anything else.
enum ManualPage {
  /// What asks for it.
  static let flag = "--generate-manual"

  /// The page, where `arguments` ask for it.
  static func requested(by arguments: [String]) throws(CommandFailure) -> String? {
    guard arguments.first == flag else { return nil }
    guard arguments.count == 1 else {
      throw .usage("\(flag) stands alone; write decode \(flag) > decode.1")
    }
    do {
      return try page(JSONValue(parsing: Array(Decode._dumpHelp().utf8)))
    } catch {
      throw .failure("the manual page can't be made: \(error)")
    }
  }

  // MARK: - The page

  /// The page in the language of man(7).
  ///
  /// - Parameter help: what ArgumentParser writes of all commands.
  private static func page(_ help: JSONValue) -> String {
    let root = help["command"] ?? .null
    let abstract = text(root, "abstract")
    var page = """
      .TH DECODE 1 "" "decode \(Decode.version)" "User Commands"
      .SH NAME
      decode \\- \(escaped(String(abstract.dropLast(abstract.hasSuffix(".") ? 1 : 0))))
      .SH SYNOPSIS
      .B decode
      [\\fIcommand\\fR] [\\fIoptions\\fR] [\\fIarguments\\fR]
      .SH DESCRIPTION
      \(line(abstract))
      .PP
      \(line(text(root, "discussion")))
      .SH COMMANDS

      """
    for command in elements(root, "subcommands") { page += section(command, after: "decode") }
    page += ".SH OPTIONS OF ALL COMMANDS\n"
    for argument in elements(root, "arguments") { page += entry(argument) }
    page += """
      .SH ENVIRONMENT
      .TP
      .B DECODE_MODEL
      The model that holds where \\fB\\-\\-model\\fR names none.
      .TP
      .B NO_COLOR\\fR, \\fBTERM
      Without colour where NO_COLOR is set to anything, or TERM is dumb.

      """
    return page
  }

  /// A command with its arguments, and the commands below it.
  private static func section(_ command: JSONValue, after prefix: String) -> String {
    let name = text(command, "commandName")
    // The help of help says no more than that it is there.
    guard name != "help" else { return "" }
    let call = "\(prefix) \(name)"
    var page = ".SS \(escaped(call))\n\(line(text(command, "abstract")))\n"
    let discussion = text(command, "discussion")
    if !discussion.isEmpty { page += ".PP\n\(line(discussion))\n" }
    var title = ""
    for argument in elements(command, "arguments") where !isShared(argument) {
      let next = text(argument, "sectionTitle")
      if next != title {
        title = next
        if !title.isEmpty { page += ".PP\n\\fI\(escaped(title))\\fR\n" }
      }
      page += entry(argument)
    }
    for next in elements(command, "subcommands") { page += section(next, after: call) }
    return page
  }

  /// Whether an argument is one that every command has.
  private static func isShared(_ argument: JSONValue) -> Bool {
    ["help", "version"].contains(argument["preferredName"]?["name"]?.string)
      && text(argument, "kind") == "flag"
  }

  /// An argument with what it does.
  private static func entry(_ argument: JSONValue) -> String {
    guard argument["shouldDisplay"] != .bool(false) else { return "" }
    let value = "\\fI\(escaped(text(argument, "valueName")))\\fR"
    let names = elements(argument, "names").map { name in
      let hyphens = text(name, "kind") == "long" ? "--" : "-"
      return "\\fB\(escaped(hyphens + text(name, "name")))\\fR"
    }
    let isRepeating = argument["isRepeating"] == .bool(true)
    let head =
      switch text(argument, "kind") {
      case "flag": names.joined(separator: ", ")
      case "option": names.joined(separator: ", ") + " " + value
      default: value + (isRepeating ? " ..." : "")
      }
    var notes: [String] = []
    let values = elements(argument, "allValues").compactMap(\.string)
    if !values.isEmpty { notes.append("values: \(values.joined(separator: ", "))") }
    let standard = text(argument, "defaultValue")
    if !standard.isEmpty { notes.append("default: \(standard)") }
    let remark = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
    return ".TP\n\(head)\n\(line(text(argument, "abstract") + remark))\n"
  }

  // MARK: - Reading and writing

  private static func text(_ value: JSONValue, _ key: String) -> String {
    value[key]?.string ?? ""
  }

  private static func elements(_ value: JSONValue, _ key: String) -> [JSONValue] {
    if case .array(let elements)? = value[key] { elements } else { [] }
  }

  /// A line of text: one that begins with a dot or an apostrophe would be a request.
  private static func line(_ text: String) -> String {
    let text = escaped(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
  }

  /// Text in which backslashes and hyphens stand for themselves.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
  }
}
