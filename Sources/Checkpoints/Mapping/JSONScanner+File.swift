internal import JSON

extension JSONScanner where Failure == CheckpointError {
  /// Reads the JSON in part of a file, whose errors name the file and `field`, and the byte in the file. The scanner
  /// must not outlive the file.
  init(file: MappedFile, field: String, range: Range<Int>) {
    self.init(
      UnsafeRawBufferPointer(rebasing: file.unsafeBytes[..<range.upperBound]),
      from: range.lowerBound
    ) { .invalid(file: file.path, field: field, offset: $0, reason: $1) }
  }
}
