#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The memory that a process may still take.
package enum AvailableMemory {
  #if canImport(Darwin)
    /// Half of the machine's memory: macOS gives no figure for what can be had without swapping.
    package static var bytes: Int {
      var bytes: UInt64 = 0
      var size = MemoryLayout<UInt64>.size
      guard sysctlbyname("hw.memsize", &bytes, &size, nil, 0) == 0 else { return fallback }
      return Int(clamping: bytes / 2)
    }
  #else
    /// What the kernel says can be had without swapping, what the control group leaves, or what the limits of the
    /// process leave (`ulimit -v`), whichever is least.
    package static var bytes: Int {
      let machine = available(meminfo: text(of: "/proc/meminfo")) ?? fallback
      return min(machine, inControlGroup ?? .max, inLimits ?? .max)
    }

    /// What the limits on the address space and on its private part leave; `nil` where there are none.
    private static var inLimits: Int? {
      let pages = text(of: "/proc/self/statm")
      let page = Int(sysconf(Int32(_SC_PAGESIZE)))
      let left = [(RLIMIT_AS, 0), (RLIMIT_DATA, 5)].compactMap { kind, field -> Int? in
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(kind.rawValue), &limit) == 0 else { return nil }
        return Self.left(limit: limit.rlim_cur, pages: pages, field: field, page: page)
      }
      return left.min()
    }

    /// A limit in bytes less the pages in a field of `/proc/self/statm`; `nil` for no limit.
    package static func left(limit: UInt, pages: String?, field: Int, page: Int) -> Int? {
      guard limit != UInt.max, let fields = pages?.split(separator: " "), field < fields.count,
        let used = Int(fields[field])
      else { return nil }
      return max(0, Int(clamping: limit) - used * page)
    }

    /// `MemAvailable` of `/proc/meminfo`.
    package static func available(meminfo: String?) -> Int? {
      guard
        let line = meminfo?.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") })
      else { return nil }
      return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    /// What a container's limit leaves (control groups, version 2); `nil` where there is none.
    private static var inControlGroup: Int? {
      let folder = "/sys/fs/cgroup/"
      return left(
        limit: text(of: folder + "memory.max"), current: text(of: folder + "memory.current"),
        statistics: text(of: folder + "memory.stat"))
    }

    /// A limit less what is used; pages of files aren't counted, since they are given up when memory is short.
    package static func left(limit: String?, current: String?, statistics: String?) -> Int? {
      guard let limit = limit.flatMap(number), let current = current.flatMap(number) else {
        return nil
      }
      let files = statistics?.split(separator: "\n").first { $0.hasPrefix("file ") }
        .flatMap { number(String($0.dropFirst(5))) }
      return max(0, limit - current + min(files ?? 0, current))
    }

    private static func number(_ text: String) -> Int? {
      Int(text.prefix { $0.isNumber })
    }

    private static func text(of path: String) -> String? {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      defer { close(descriptor) }
      var bytes = [UInt8](repeating: 0, count: 1 << 14)
      let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }
  #endif

  /// Where nothing is known.
  private static let fallback = 1 << 32
}
