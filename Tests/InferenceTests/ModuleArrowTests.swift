import Foundation
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

/// Which module may import which, by the table of ARCHITECTURE.md: a module may import those of its line, and what they
/// may import. What isn't there isn't allowed.
private let arrows: [String: [String]] = {
  let page = root.appendingPathComponent("ARCHITECTURE.md")
  guard let text = try? String(contentsOf: page, encoding: .utf8),
    let start = text.range(of: "<!-- arrows -->")
  else { return [:] }
  var arrows: [String: [String]] = [:]
  let table = text[start.upperBound...].split(separator: "\n").prefix { $0.hasPrefix("|") }
  for line in table.dropFirst(2) {
    let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard cells.count >= 3 else { continue }
    arrows[cells[1]] = cells[2].split(separator: ",").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }
  return arrows
}()

/// Modules in C, which only those import that the arrows above name.
private let cModules: Set = [
  "CGuard", "CKernels", "CMemoryGuard", "CSentencePiece", "CSHA256", "CSQLite",
]

@Suite struct ModuleArrows {
  /// What a module may import.
  private func reach(_ module: String) -> Set<String> {
    var reached: Set<String> = []
    var open = arrows[module] ?? []
    while let next = open.popLast() {
      guard reached.insert(next).inserted else { continue }
      open += (arrows[next] ?? []).filter { !cModules.contains($0) }
    }
    return reached
  }

  /// The modules of the package that a module's files import.
  private func imports(of module: String) throws -> [(file: String, module: String)] {
    let folder = module == "Vocab" ? root : root.appendingPathComponent("Sources")
    let names = try FileManager.default.subpathsOfDirectory(
      atPath: folder.appendingPathComponent(module).path)
    var imports: [(file: String, module: String)] = []
    for name in names where name.hasSuffix(".swift") {
      let path = folder.appendingPathComponent(module).appendingPathComponent(name)
      let text = try String(contentsOf: path, encoding: .utf8)
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ").map(String.init)
        guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
          words[..<place].allSatisfy({
            ["@_exported", "public", "package", "internal", "private", "fileprivate"].contains($0)
          })
        else { continue }
        let imported = words[place + 1]
        if arrows[imported] != nil || cModules.contains(imported) {
          imports.append(("\(module)/\(name)", imported))
        }
      }
    }
    return imports
  }

  /// The targets of the manifest that are libraries or the command, with the targets that they depend on.
  private func targets() throws -> [String: [String]] {
    let manifest = try String(
      contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
    let end = try #require(manifest.range(of: "// MARK: - The kernels' benchmarks"))
    let start = try #require(manifest.range(of: "// MARK: - Libraries, lowest first"))
    var targets: [String: [String]] = [:]
    var current: String?
    // A target begins with its name, and names of products of other packages stand with them.
    let text = manifest[start.upperBound..<end.lowerBound]
      .replacingOccurrences(
        of: #"\.product\([^()]*(\([^()]*\)[^()]*)*\)"#, with: "", options: .regularExpression
      )
      .replacingOccurrences(of: #"\.when\([^()]*\)"#, with: "", options: .regularExpression)
    for match in text.matches(
      of: /(?<start>library\(\s*|executableTarget\(\s*name: )?"(?<name>\w+)"/)
    {
      let name = String(match.output.name)
      if match.output.start != nil {
        current = name
        targets[name] = []
      } else if let current, name != current, arrows[name] != nil || cModules.contains(name) {
        targets[current]?.append(name)
      }
    }
    return targets
  }

  @Test func theManifestHoldsTheArrows() throws {
    let targets = try targets()
    #expect(arrows.count >= 16 && arrows["decode"]?.contains("Inference") == true)
    #expect(targets.count >= 14 && targets["decode"]?.contains("Inference") == true)
    for (target, dependencies) in targets {
      #expect(arrows[target] != nil, "\(target) has no arrows")
      for dependency in dependencies {
        #expect(reach(target).contains(dependency), "\(target) depends on \(dependency)")
      }
    }
  }

  @Test func noFileImportsWhatNoArrowLeadsTo() throws {
    for target in try targets().keys {
      for (file, module) in try imports(of: target) {
        #expect(reach(target).contains(module), "\(file) imports \(module)")
      }
    }
    // The test would see one.
    #expect(!reach("Decoding").contains("Transformer") && !reach("Generation").contains("Models"))
    #expect(try imports(of: "Inference").contains { $0.module == "Models" })
  }

  @Test func onlyTheCommandParsesArguments() throws {
    let sources = root.appendingPathComponent("Sources")
    for name in try FileManager.default.subpathsOfDirectory(atPath: sources.path)
    where name.hasSuffix(".swift") && !name.hasPrefix("decode/") {
      let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
      #expect(!text.contains("import ArgumentParser"), "\(name)")
    }
  }

  @Test func theCommandHasNoRoomForSweeps() {
    for folder in ["Sweeping", "Scheduling", "Measurement"] {
      let path = root.appendingPathComponent("Sources/decode/\(folder)").path
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }
}
