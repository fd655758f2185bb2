internal import Checkpoints
internal import JSON

extension MLXQuantization {
  /// What `quantization` of a `config.json` says; `nil` where it says nothing.
  ///
  /// Beside the format of all matrices it may hold, by their modules' names, other formats, or `false` for a matrix that
  /// isn't quantised, which has no scales in the files.
  ///
  /// - Throws: ``LoadError`` that names the key of what isn't read: bits other than 4 and 8, modes other than `affine`.
  init?(_ file: JSONFile) throws(LoadError) {
    guard let quantization = try file.object("quantization") else { return nil }
    let format = try Self.format(quantization)
    var formats: [String: Format] = [:]
    for member in quantization.members {
      guard case .object = member.value, let own = try quantization.object(member.key) else {
        continue
      }
      formats[member.key] = try Self.format(own, standard: format)
    }
    self.init(format, formats: formats)
  }

  private static func format(
    _ object: JSONFile, standard: Format? = nil
  ) throws(LoadError) -> Format {
    if let mode = try object.string("mode"), mode != "affine" {
      throw object.unsupported("mode", "mlx's quantisation “\(mode)” (affine is)")
    }
    guard let bits = try object.integer("bits") ?? standard?.bits else {
      throw object.invalid("bits", "is missing; is this a model of mlx-lm?")
    }
    guard let groupSize = try object.integer("group_size") ?? standard?.groupSize else {
      throw object.invalid("group_size", "is missing; is this a model of mlx-lm?")
    }
    guard let format = Format(groupSize: groupSize, bits: bits) else {
      throw object.unsupported(
        "bits",
        "mlx's quantisation to \(bits) bits in groups of \(groupSize) "
          + "(4 and 8 bits in groups of 32, 64 and 128 are; mlx_lm.convert --dequantize writes floats)"
      )
    }
    return format
  }
}
