// swift-tools-version: 6.1
import PackageDescription

/// The opt-ins of the package that is measured.
let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A group of benchmarks: an executable in the folder of its name.
func benchmarks(_ name: String, of libraries: [String]) -> Target {
  .executableTarget(
    name: name,
    dependencies: [.product(name: "Benchmark", package: "benchmark")]
      + libraries.map { .product(name: $0, package: "decode") },
    path: name,
    swiftSettings: swiftSettings,
    plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "decode", path: "..", traits: []),
    .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
  ],
  targets: [
    benchmarks("DecodingBenchmarks", of: ["Decoding", "LanguageModeling", "Models", "Transformer"])
  ],
  swiftLanguageModes: [.v6]
)
