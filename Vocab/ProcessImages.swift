#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files that the running code was loaded from.
enum ProcessImages {
  /// The executable, the image that holds this code, and any test bundle named on the command line: absolute, links
  /// resolved, each once. What can't be resolved is left out.
  static func paths() -> [String] {
    let bundles = CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
    var seen: Set<String> = []
    return ([executable(), imageOfThisCode()] + bundles)
      .compactMap { $0.flatMap(resolved) }
      .filter { seen.insert($0).inserted }
  }

  private static func executable() -> String? {
    #if canImport(Darwin)
      var capacity: UInt32 = 0
      _ = _NSGetExecutablePath(nil, &capacity)
      var buffer = [CChar](repeating: 0, count: Int(capacity))
      guard _NSGetExecutablePath(&buffer, &capacity) == 0 else { return nil }
      return buffer.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) }
    #else
      return "/proc/self/exe"
    #endif
  }

  /// A test bundle on macOS is run by Xcode's `xctest`: there the executable isn't where the resources are. On Linux
  /// a test bundle is an executable of its own, and the system's headers keep `dladdr` from Swift.
  private static func imageOfThisCode() -> String? {
    #if canImport(Darwin)
      var information = Dl_info()
      guard dladdr(#dsohandle, &information) != 0, let name = information.dli_fname else {
        return nil
      }
      return String(cString: name)
    #else
      return nil
    #endif
  }

  private static func resolved(_ path: String) -> String? {
    guard let absolute = realpath(path, nil) else { return nil }
    defer { free(absolute) }
    return String(cString: absolute)
  }
}
