/// What a file is that stands where weights, a vocabulary or a configuration are expected: known by its first bytes.
///
/// Downloads go wrong in a few well-known ways, and formats are mistaken for one another. A reader that meets one of
/// these says so, with what to do, and not which of its own fields is wrong.
public enum FileSignature: String, Hashable, Sendable, CaseIterable {
  /// The few lines that Git keeps in place of a large file.
  case gitLFSPointer
  /// A web page, of an error or of a sign-in.
  case webPage
  /// An archive that `torch.save` wrote.
  case pyTorchArchive
  /// Any other ZIP archive.
  case zipArchive
  /// A Python pickle without an archive around it.
  case pickle
  /// A file compressed with gzip.
  case gzip
  /// An HDF5 file, as Keras and older tools write weights.
  case hdf5
  /// GGML's formats before GGUF.
  case olderGGML
  /// A GGUF file.
  case gguf
  /// A safetensors file.
  case safetensors
  /// An array that NumPy wrote.
  case numPy

  /// The signature of a file by its first bytes; `nil` for anything else. 1 KiB is enough for all.
  public init?(firstBytes bytes: some Collection<UInt8>) {
    let bytes = Array(bytes.prefix(1024))
    func begins(_ text: String) -> Bool { bytes.starts(with: text.utf8) }
    if Self.isSafetensors(bytes) {
      self = .safetensors
    } else if begins("version https://git-lfs.github.com/")
      || begins("version https://hawser.github.com/")
    {
      self = .gitLFSPointer
    } else if begins("GGUF") {
      self = .gguf
    } else if begins("PK\u{3}\u{4}") {
      // The first member of such an archive is its pickle.
      self = bytes.contains(text: "data.pkl") ? .pyTorchArchive : .zipArchive
    } else if bytes.count > 2, bytes[0] == 0x80, (2...5).contains(bytes[1]),
      // The protocol's number, then a frame, a module, a container or an integer of `torch.save`.
      [0x95, 0x63, 0x8A, 0x7D, 0x5D, 0x28, 0x58, 0x8C].contains(bytes[2])
    {
      self = .pickle
    } else if bytes.starts(with: [0x1F, 0x8B, 0x08]) {
      self = .gzip
    } else if bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .hdf5
    } else if bytes.starts(with: [0x93] + Array("NUMPY".utf8)) {
      self = .numPy
    } else if ["lmgg", "fmgg", "tjgg", "algg"].contains(where: begins) {
      // “ggml”, “ggmf”, “ggjt” and “ggla” as little-endian numbers.
      self = .olderGGML
    } else if Self.isWebPage(bytes) {
      self = .webPage
    } else {
      return nil
    }
  }

  /// A length of 64 bits and an object that is not empty. Looked at first: a length may begin like anything else.
  private static func isSafetensors(_ bytes: [UInt8]) -> Bool {
    bytes.count > 9 && bytes[4...7].allSatisfy { $0 == 0 } && bytes[8] == UInt8(ascii: "{")
      && bytes[9] == UInt8(ascii: "\"")
  }

  /// The signature of a mapped file.
  package init?(_ file: MappedFile) {
    self.init(firstBytes: file.unsafeBytes)
  }

  private static func isWebPage(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    let start = String(decoding: rest.prefix(16), as: UTF8.self).lowercased()
    return ["<!doctype html", "<html", "<head", "<?xml", "<body"].contains(where: start.hasPrefix)
  }

  /// What the file is and what to do, to be read after its name.
  public var explanation: String {
    switch self {
    case .gitLFSPointer:
      "is a Git LFS pointer, a few lines in place of the file itself; "
        + "fetch the file with “git lfs pull” in its repository, or download it again"
    case .webPage: "is a web page (HTML), not a model's file; download the file itself again"
    case .pyTorchArchive:
      "is a PyTorch file (torch.save), which is not read because it can run code; "
        + "save it again as safetensors"
    case .zipArchive: "is a ZIP archive; unpack it first"
    case .pickle:
      "is a Python pickle, which is not read because it can run code; save it again as safetensors"
    case .gzip: "is compressed with gzip; unpack it first"
    case .hdf5: "is an HDF5 file of Keras or TensorFlow; save it again as safetensors"
    case .olderGGML:
      "is in an old format of GGML, before GGUF; download the model as GGUF, or convert it again"
    case .gguf: "is a GGUF file, and something else is expected here"
    case .safetensors: "is a safetensors file, and something else is expected here"
    case .numPy: "is an array of NumPy's; save the weights as safetensors"
    }
  }
}

extension Array where Element == UInt8 {
  fileprivate func contains(text: String) -> Bool { firstRange(of: Array(text.utf8)) != nil }
}
