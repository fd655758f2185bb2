#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory for kernels: a fixed number of trivial elements, aligned to a cache line, freed with its owner.
///
/// Memory is not touched before it is used, so a large buffer that stays empty costs address space alone.
package final class AlignedBuffer<Element: BitwiseCopyable> {
  /// The first element.
  package let pointer: UnsafeMutablePointer<Element>
  /// The number of elements.
  package let count: Int

  /// Takes memory for `count` elements, uninitialised.
  package init(count: Int) throws(KernelError) {
    pointer = try Self.allocate(count: count)
    self.count = count
  }

  deinit {
    Self.deallocate(pointer)
  }

  /// Memory for `count` elements, uninitialised, for owners of other kinds.
  static func allocate(count: Int) throws(KernelError) -> UnsafeMutablePointer<Element> {
    let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(
      by: MemoryLayout<Element>.stride)
    var memory: UnsafeMutableRawPointer?
    guard !overflow, posix_memalign(&memory, 64, bytes) == 0, let memory else {
      throw .outOfMemory(bytes: overflow ? .max : bytes)
    }
    return memory.bindMemory(to: Element.self, capacity: max(count, 1))
  }

  /// Gives back what ``allocate(count:)`` gave.
  static func deallocate(_ pointer: UnsafeMutablePointer<Element>) {
    free(pointer)
  }

  /// The elements.
  package var elements: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: pointer, count: count)
  }
}
