#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes in pages of their own, which are zeros and take no memory until they are written; given back with their owner.
///
/// Where the system has large pages to give, they are asked for: fewer of them are to be made, and products that read
/// much look fewer addresses up. What doesn't fill a large page lies in small ones, so that this costs no memory.
package final class PageBuffer: Sendable {
  /// The first byte, at the beginning of a page.
  package nonisolated(unsafe) let pointer: UnsafeMutablePointer<UInt8>
  private nonisolated(unsafe) let mapping: UnsafeMutableRawPointer
  private let mappingCount: Int

  /// The size of a large page, of all systems that have them.
  private static let largePage = 2 << 20

  /// Takes `count` bytes.
  package init(count: Int) throws(KernelError) {
    // Room to begin at a large page.
    let slack = count < Self.largePage ? 0 : Self.largePage
    let (bytes, overflow) = max(count, 1).addingReportingOverflow(slack)
    guard !overflow,
      let mapping = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0),
      mapping != MAP_FAILED
    else { throw .outOfMemory(bytes: overflow ? .max : bytes) }
    self.mapping = mapping
    mappingCount = bytes
    let start = slack == 0 ? mapping : mapping.alignedUp(toMultipleOf: Self.largePage)
    pointer = start.bindMemory(to: UInt8.self, capacity: count)
    #if os(Linux)
      // Advice alone: where it isn't taken, pages are small.
      if slack > 0 { madvise(start, count, MADV_HUGEPAGE) }
    #endif
  }

  deinit {
    munmap(mapping, mappingCount)
  }
}
