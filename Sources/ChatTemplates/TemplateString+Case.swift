/// Python's case mappings: the full ones of Unicode, with the rule for a final sigma.
extension TemplateString {
  var uppercased: TemplateString {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(count)
    for scalar in scalars { result += scalar.properties.uppercaseMapping.unicodeScalars }
    return TemplateString(result)
  }

  var lowercased: TemplateString {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(count)
    for index in scalars.indices { appendLowercase(at: index, to: &result) }
    return TemplateString(result)
  }

  /// `str.capitalize`: the first scalar in title case, the rest in lower case.
  var capitalized: TemplateString {
    var result: [Unicode.Scalar] = []
    for index in scalars.indices {
      if index == 0 {
        result += scalars[index].properties.titlecaseMapping.unicodeScalars
      } else {
        appendLowercase(at: index, to: &result)
      }
    }
    return TemplateString(result)
  }

  /// `str.title`: title case after whatever has no case, lower case elsewhere.
  var titlecased: TemplateString {
    var result: [Unicode.Scalar] = []
    var followsCased = false
    for index in scalars.indices {
      if followsCased {
        appendLowercase(at: index, to: &result)
      } else {
        result += scalars[index].properties.titlecaseMapping.unicodeScalars
      }
      followsCased = scalars[index].properties.isCased
    }
    return TemplateString(result)
  }

  /// Jinja's `title` filter, which is not `str.title`: words begin after white space, hyphens and opening brackets.
  var titlecasedByWord: TemplateString {
    var result: [Unicode.Scalar] = []
    var word: [Unicode.Scalar] = []
    func finish() {
      guard let first = word.first else { return }
      result += first.properties.uppercaseMapping.unicodeScalars
      result += TemplateString(word.dropFirst()).lowercased.scalars
      word.removeAll(keepingCapacity: true)
    }
    for scalar in scalars {
      switch scalar {
      case "-", "(", "{", "[", "<":
        finish()
        result.append(scalar)
      default:
        if scalar.isPythonSpace {
          finish()
          result.append(scalar)
        } else {
          word.append(scalar)
        }
      }
    }
    finish()
    return TemplateString(result)
  }

  /// `str.swapcase`.
  var swappingCase: TemplateString {
    var result: [Unicode.Scalar] = []
    for index in scalars.indices {
      let properties = scalars[index].properties
      if properties.isUppercase {
        appendLowercase(at: index, to: &result)
      } else if properties.isLowercase {
        result += properties.uppercaseMapping.unicodeScalars
      } else {
        result.append(scalars[index])
      }
    }
    return TemplateString(result)
  }

  /// `str.istitle`: upper case after what has no case, lower case after what has, and some of either.
  var isTitlecased: Bool {
    var seen = false
    var followsCased = false
    for scalar in scalars {
      let properties = scalar.properties
      if properties.isUppercase || properties.generalCategory == .titlecaseLetter {
        if followsCased { return false }
        (followsCased, seen) = (true, true)
      } else if properties.isLowercase {
        guard followsCased else { return false }
        seen = true
      } else {
        followsCased = false
      }
    }
    return seen
  }

  private func appendLowercase(at index: Int, to result: inout [Unicode.Scalar]) {
    let scalar = scalars[index]
    if scalar == "\u{3A3}" {
      result.append(isFinalSigma(at: index) ? "\u{3C2}" : "\u{3C3}")
    } else {
      result += scalar.properties.lowercaseMapping.unicodeScalars
    }
  }

  private func isFinalSigma(at index: Int) -> Bool {
    var before = index - 1
    while before >= 0, scalars[before].properties.isCaseIgnorable { before -= 1 }
    guard before >= 0, scalars[before].properties.isCased else { return false }
    var after = index + 1
    while after < count, scalars[after].properties.isCaseIgnorable { after += 1 }
    return after == count || !scalars[after].properties.isCased
  }

  /// Whether there is a cased scalar, and none of the other case: `str.islower` and `str.isupper`.
  func isCased(upper: Bool) -> Bool {
    var seen = false
    for scalar in scalars {
      let properties = scalar.properties
      if upper ? properties.isLowercase : properties.isUppercase { return false }
      if properties.generalCategory == .titlecaseLetter { return false }
      if upper ? properties.isUppercase : properties.isLowercase { seen = true }
    }
    return seen
  }
}
