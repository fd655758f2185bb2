/// The formats of JSON Schema that are regular, as expressions in ECMA's syntax that match as a whole.
///
/// Not here: `regex`, the internationalised ones (`idn-email`, `idn-hostname`, `iri`, `iri-reference`), whose rules are
/// tables.
enum SchemaFormats {
  /// The expression of a format, or `nil` where there is none.
  static func expression(of format: String) -> String? { expressions[format] }

  private static let expressions: [String: String] = [
    "date": date, "time": time, "date-time": "(?:\(date))[Tt](?:\(time))", "duration": duration,
    "email": "(?:\(local))@(?:\(hostnameLabels)|\\[(?:\(ipv4)|IPv6:(?:\(ipv6)))\\])",
    "hostname": "(?=[^]{1,253}$)(?:\(hostnameLabels))", "ipv4": ipv4, "ipv6": ipv6,
    "uuid": "[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}", "uri": uri,
    "uri-reference": "(?:\(uri)|\(relativeReference))", "uri-template": template,
    "json-pointer": pointer, "relative-json-pointer": "(?:0|[1-9][0-9]*)(?:#|\(pointer))",
  ]

  // RFC 3339, 5.6 and 5.7: days by month, and 29 February in leap years.
  private static let date =
    "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    + "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    + "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
  // A leap second is the last of a day in UTC; other offsets' are not written.
  private static let time =
    "(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?"
    + "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
    + "|23:59:60(?:\\.[0-9]+)?(?:[Zz]|[+-]00:00))"
  // RFC 3339, appendix A.
  private static let duration: String = {
    let time = "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)"
    let day = "(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)"
    return "P(?:\(day)(?:\(time))?|\(time)|[0-9]+W)"
  }()

  private static let hostnameLabels: String = {
    let label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    return "\(label)(?:\\.\(label))*"
  }()
  // RFC 5321, 4.1.2.
  private static let local: String = {
    let atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
    return "\(atom)(?:\\.\(atom))*|\"(?:[ !#-\\[\\]-~]|\\\\[ -~])*\""
  }()
  private static let ipv4: String = {
    let octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
    return "(?:\(octet)\\.){3}\(octet)"
  }()
  // RFC 3986, appendix A.
  private static let ipv6: String = {
    let group = "[0-9A-Fa-f]{1,4}"
    let last = "(?:\(group):\(group)|\(ipv4))"
    var forms = ["(?:\(group):){6}\(last)", "::(?:\(group):){5}\(last)"]
    for (before, after) in [(0, 4), (1, 3), (2, 2), (3, 1), (4, 0)] {
      let middle = after > 0 ? "(?:\(group):){\(after)}" : ""
      forms.append("(?:(?:\(group):){0,\(before)}\(group))?::\(middle)\(last)")
    }
    forms.append("(?:(?:\(group):){0,5}\(group))?::\(group)")
    forms.append("(?:(?:\(group):){0,6}\(group))?::")
    return "(?:" + forms.joined(separator: "|") + ")"
  }()

  private static let percent = "%[0-9A-Fa-f]{2}"
  private static let unreserved = "A-Za-z0-9._~-"
  private static let delimiters = "!$&'()*+,;="
  private static let character = "(?:[\(delimiters):@\(unreserved)]|\(percent))"
  private static let authority: String = {
    let user = "(?:(?:[\(delimiters):\(unreserved)]|\(percent))*@)?"
    let future = "v[0-9A-Fa-f]+\\.[\(delimiters):\(unreserved)]+"
    let name = "(?:[\(delimiters)\(unreserved)]|\(percent))*"
    return "\(user)(?:\\[(?:\(ipv6)|\(future))\\]|\(name))(?::[0-9]*)?"
  }()
  private static let tail = "(?:\\?(?:\(character)|[/?])*)?(?:#(?:\(character)|[/?])*)?"
  private static let rooted =
    "//\(authority)(?:/\(character)*)*|/(?:\(character)+(?:/\(character)*)*)?"
  private static let uri =
    "[A-Za-z][A-Za-z0-9+.-]*:(?:\(rooted)|\(character)+(?:/\(character)*)*|)\(tail)"
  private static let relativeReference: String = {
    let first = "(?:[\(delimiters)@\(unreserved)]|\(percent))+"
    return "(?:\(rooted)|\(first)(?:/\(character)*)*|)\(tail)"
  }()
  // RFC 6570, 2.
  private static let template: String = {
    let literal = "(?:[!#$&(-;=?-\\[\\]_a-z~\\u00A0-\\u{10FFFF}]|\(percent))"
    let name = "(?:[A-Za-z0-9_]|\(percent))(?:\\.?(?:[A-Za-z0-9_]|\(percent)))*"
    let variable = "\(name)(?:\\*|:[1-9][0-9]{0,3})?"
    return "(?:\(literal)|\\{[+#./;?&=,!@|]?\(variable)(?:,\(variable))*\\})*"
  }()
  // RFC 6901, 3.
  private static let pointer = "(?:/(?:[^/~]|~[01])*)*"
}
