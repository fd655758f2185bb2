import JSON

/// The members of a request's body that nobody has read yet.
struct RequestFields {
  private var members: [JSONMember]

  /// The members of the object that `body` holds.
  init(parsing body: [UInt8]) throws(APIError) {
    let value: JSONValue
    do { value = try JSONValue(parsing: body) } catch {
      throw APIError(.badRequest, "the body is no JSON: \(error)")
    }
    guard let members = value.members else {
      throw APIError(.badRequest, "the body must be a JSON object, not \(value.kind)")
    }
    self.members = members
  }

  /// The members that are left, those that are `null` passed over.
  var rest: [JSONMember] { members.filter { $0.value != .null } }

  /// Takes a member out; `nil` where it isn't there or is `null`.
  mutating func take(_ name: String) -> JSONValue? {
    guard let index = members.firstIndex(where: { $0.key == name }) else { return nil }
    let value = members.remove(at: index).value
    return value == .null ? nil : value
  }

  /// Takes a text.
  mutating func text(_ name: String) throws(APIError) -> String? {
    guard let value = take(name) else { return nil }
    guard let text = value.string else {
      throw .invalid(name, "must be a text, not \(value.kind)")
    }
    return text
  }

  /// Takes a truth value.
  mutating func truth(_ name: String) throws(APIError) -> Bool? {
    guard let value = take(name) else { return nil }
    guard case .bool(let truth) = value else {
      throw .invalid(name, "must be true or false, not \(value.kind)")
    }
    return truth
  }

  /// Takes a whole number in a range.
  mutating func count(_ name: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
    guard let value = take(name) else { return nil }
    guard case .integer(let count) = value, range.contains(count) else {
      throw .invalid(
        name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return count
  }

  /// Refuses members that are left; all names of the request are `known`.
  func finish(known: [String]) throws(APIError) {
    guard let member = rest.first else { return }
    throw FieldCatalogue.unknown(member.key, known: known)
  }
}
