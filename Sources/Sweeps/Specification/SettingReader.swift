import JSON
import Metrics

/// Reads `defaults`, `parameters` and `grids`.
struct SettingReader {
  let file: String
  let catalogue: any SettingsCatalogue

  func defaults(_ fields: inout FieldReader) throws(SweepError) -> [JSONMember] {
    guard let defaults = try fields.mapping("defaults") else { return [] }
    for member in defaults.all { _ = try kind(of: member.key, in: defaults) }
    return defaults.all
  }

  func spaces(_ fields: inout FieldReader) throws(SweepError) -> [ParameterSpace] {
    let parameters = try fields.mapping("parameters")
    let grids = try fields.list("grids")
    switch (parameters, grids) {
    case (let parameters?, nil):
      return [try space(parameters)]
    case (nil, let grids?):
      guard !grids.isEmpty else { throw fields.refusal("grids", "is empty; list one at least") }
      var spaces: [ParameterSpace] = []
      for (index, grid) in grids.enumerated() {
        spaces.append(try space(FieldReader(grid, file: file, path: "grids[\(index)]")))
      }
      return spaces
    case (nil, nil):
      throw fields.refusal("parameters", "is missing: what is to be tried")
    case (.some, .some):
      throw fields.refusal("grids", "and parameters are both there; write one of them")
    }
  }

  private func space(_ fields: FieldReader) throws(SweepError) -> ParameterSpace {
    var parameters: [Parameter] = []
    for member in fields.all {
      let kind = try kind(of: member.key, in: fields)
      let distribution = try Distribution(
        reading: member.value, kind: kind, file: file, path: fields.path(of: member.key))
      if case .path = distribution, member.key != Trial.pathSetting {
        throw fields.refusal(
          member.key,
          "can't be a path; that is for \(Trial.pathSetting). Write `values: […]`, or a range")
      }
      parameters.append(Parameter(name: member.key, distribution: distribution))
    }
    guard !parameters.isEmpty else {
      throw .invalidSpecification(
        file: file, field: fields.path, reason: "is empty; name one setting at least")
    }
    return ParameterSpace(parameters)
  }

  private func kind(of name: String, in fields: FieldReader) throws(SweepError) -> SettingKind {
    if name == "seed" {
      throw fields.refusal(
        name, "is the sweep's own; write it at the top, and `repeats` for more samples")
    }
    guard let kind = catalogue.kind(of: name) else {
      let suggestion =
        NearestName.nearest(to: name, in: catalogue.settingNames).map {
          "; did you mean `\($0)`?"
        } ?? ""
      throw fields.refusal(name, "is no setting\(suggestion)")
    }
    return kind
  }
}
