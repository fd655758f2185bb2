internal import Files

/// Writes safetensors files, tensor by tensor, without holding more than one piece of one tensor.
///
/// The layout is that of the reference writer (huggingface/safetensors, `serialize`): types of larger elements first
/// (F32, BF16, F16), then by the bytes of the name; a compact header padded with spaces to a multiple of 8 bytes, so
/// that every tensor is aligned. The same tensors and metadata give the same bytes; keys of the metadata are sorted.
public enum SafetensorsWriter {
  /// Writes the file at `path`, or replaces it. The file appears under its name only when it is whole.
  ///
  /// - Parameters:
  ///   - tensors: in any order; their data is asked for in the order of the file.
  ///   - metadata: the strings of `__metadata__`. `["format": "pt"]` is what transformers expects.
  /// - Throws: ``CheckpointError/cannotWrite(file:reason:)`` if the disk is full or the place can't be written;
  ///   ``CheckpointError/invalid(file:field:offset:reason:)`` if a name is there twice or is `__metadata__`, a type
  ///   is none of F32, F16 and BF16, a shape overflows, or a tensor's data isn't as long as its type and shape say;
  ///   and what the tensors' closures throw. Nothing is left behind then.
  public static func write(
    _ tensors: [SafetensorsTensor], metadata: [String: String] = [:], to path: String
  ) throws(CheckpointError) {
    let layout = try SafetensorsLayout(tensors, path: path)
    let header = layout.header(metadata: metadata)
    guard header.count <= SafetensorsHeader.maximumHeaderLength else {
      throw .cannotWrite(
        file: path,
        reason:
          "the header would be \(header.count) bytes long, where readers allow \(SafetensorsHeader.maximumHeaderLength)"
      )
    }
    let output = try CheckpointError.wrapping { () throws(FileError) in
      try OutputFile(path: path)
    }
    var sink = SafetensorsSink(output: output, path: path)
    try sink.writeHeader(header)
    for (tensor, byteCount) in layout.tensors {
      sink.begin(tensor.name, byteCount: byteCount)
      try tensor.writeData(&sink)
      try sink.end()
    }
    try sink.commit()
  }
}

/// A tensor to be written: what the header says of it, and where its bytes come from.
public struct SafetensorsTensor {
  /// Its name.
  public let name: String
  /// F32, F16 or BF16.
  public let elementType: ElementType
  /// Its extents, outermost first.
  public let shape: [Int]
  let writeData: (inout SafetensorsSink) throws(CheckpointError) -> Void

  /// A tensor whose bytes `data` writes, in one or many pieces, when their turn comes.
  public init(
    name: String, elementType: ElementType, shape: [Int],
    data: @escaping (inout SafetensorsSink) throws(CheckpointError) -> Void
  ) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
    writeData = data
  }

  /// A tensor with the bytes of a view, under the view's name or another.
  public init(copying view: TensorView, name: String? = nil) {
    self.init(name: name ?? view.name, elementType: view.elementType, shape: view.shape) {
      (sink) throws(CheckpointError) in
      try view.withUnsafeBytes { (bytes) throws(CheckpointError) in try sink.write(bytes) }
    }
  }

  /// A tensor of 32-bit floats, row-major.
  public init(name: String, shape: [Int], floats: [Float]) {
    self.init(name: name, elementType: .float32, shape: shape) { (sink) throws(CheckpointError) in
      try floats.withUnsafeBufferPointer { (bytes) throws(CheckpointError) in
        try sink.write(UnsafeRawBufferPointer(bytes))
      }
    }
  }
}

/// Where a tensor's bytes go.
public struct SafetensorsSink: ~Copyable {
  private var output: OutputFile
  private let path: String
  private var name = ""
  private var byteCount = 0
  private var written = 0

  init(output: consuming OutputFile, path: String) {
    self.output = output
    self.path = path
  }

  /// Appends bytes to the tensor: elements in row-major order, little-endian.
  ///
  /// - Throws: ``CheckpointError`` if the disk is full, or if the tensor gets more bytes than it has.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    guard bytes.count <= byteCount - written else {
      throw wrongLength("at least \(written + bytes.count)")
    }
    written += bytes.count
    do { try output.write(bytes) } catch { throw CheckpointError(error) }
  }

  /// The error of a tensor that can't be written for what it holds.
  ///
  /// - Parameter reason: what is wrong with its values.
  public func invalid(_ reason: String) -> CheckpointError {
    .invalid(file: path, field: "tensor \(quoted(name))", offset: nil, reason: reason)
  }

  mutating func writeHeader(_ header: [UInt8]) throws(CheckpointError) {
    do { try output.write(header) } catch { throw CheckpointError(error) }
  }

  mutating func begin(_ name: String, byteCount: Int) {
    self.name = name
    self.byteCount = byteCount
    written = 0
  }

  func end() throws(CheckpointError) {
    guard written == byteCount else { throw wrongLength("\(written)") }
  }

  consuming func commit() throws(CheckpointError) {
    do { try output.commit() } catch { throw CheckpointError(error) }
  }

  private func wrongLength(_ count: String) -> CheckpointError {
    .invalid(
      file: path, field: "tensor \(quoted(name))", offset: nil,
      reason: "its data is \(count) bytes, where type and shape make it \(byteCount)")
  }
}
