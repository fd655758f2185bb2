import Foundation
import Testing

/// What stands where, read off the sources.
@Suite struct LayeringTests {
  private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
    .resolvingSymlinksInPath()

  /// Vectors are the kernels' own business. The words of the counter-based noise are four, and are called so there.
  @Test func vectorsStandInKernelsAlone() throws {
    let files = try #require(FileManager.default.enumerator(atPath: Self.sources.path))
    var found: Set<String> = []
    for case let name as String in files where name.hasSuffix(".swift") {
      let text = try String(
        contentsOf: Self.sources.appendingPathComponent(name), encoding: .utf8)
      if text.contains(/SIMD[0-9M]/) { found.insert(name) }
    }
    #expect(found.contains { $0.hasPrefix("Kernels/") })
    #expect(
      found.filter { !$0.hasPrefix("Kernels/") } == ["LanguageModeling/Noise/Philox4x32.swift"])
  }
}
