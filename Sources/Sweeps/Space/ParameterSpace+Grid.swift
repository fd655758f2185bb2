public import JSON

extension ParameterSpace {
  /// The number of points; `nil` where a parameter is a range without gaps, or there are more than fit a number.
  public var pointCount: Int? {
    var product = 1
    for parameter in parameters {
      guard let count = parameter.distribution.valueCount else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: count)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// The point at `index` of the grid, the last parameter varying fastest; `nil` outside.
  ///
  /// - Complexity: O(parameters): no other point is made.
  public func point(at index: Int) -> [JSONMember]? {
    guard let pointCount, (0..<pointCount).contains(index) else { return nil }
    var rest = index
    var members: [JSONMember] = []
    for parameter in parameters.reversed() {
      guard let count = parameter.distribution.valueCount,
        let value = parameter.distribution.value(at: rest % count)
      else { return nil }
      members.append(JSONMember(parameter.name, value))
      rest /= count
    }
    return members.reversed()
  }

  /// A point drawn by chance, each parameter by itself.
  public func draw(using stream: inout PhiloxStream) -> [JSONMember] {
    parameters.map { JSONMember($0.name, $0.distribution.draw(using: &stream)) }
  }
}
