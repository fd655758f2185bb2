// swift-tools-version: 6.1
import PackageDescription

/// The opt-ins beyond Swift 6's language mode.
let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),  // SE-0335
  .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
  .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
]

func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil,
  exclude: [String] = [], resources: [Resource]? = nil
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path, exclude: exclude, resources: resources,
    swiftSettings: swiftSettings)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [],
  resources: [Resource]? = nil
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources,
    swiftSettings: swiftSettings)
}

let package = Package(
  name: "decode",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "LanguageModeling", targets: ["LanguageModeling"]),
    .library(name: "JSON", targets: ["JSON"]),
    .library(name: "Tokenization", targets: ["Tokenization"]),
    .library(name: "ChatTemplates", targets: ["ChatTemplates"]),
    .library(name: "Checkpoints", targets: ["Checkpoints"]),
    .library(name: "Constraints", targets: ["Constraints"]),
    .library(name: "Transformer", targets: ["Transformer"]),
    .library(name: "Models", targets: ["Models"]),
    .library(name: "Decoding", targets: ["Decoding"]),
    .library(name: "Metrics", targets: ["Metrics"]),
    .library(name: "Generation", targets: ["Generation"]),
    .library(name: "Sweeps", targets: ["Sweeps"]),
    .library(name: "Inference", targets: ["Inference"]),
    .library(name: "Serving", targets: ["Serving"]),
    .executable(name: "decode", targets: ["decode"]),
  ],
  traits: [
    .trait(
      name: "CommandLine",
      description:
        "The `decode` command, the reports of sweeps, and what they alone depend on. Not needed to embed the libraries."
    ),
    .default(enabledTraits: ["CommandLine"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    // MARK: - System libraries and C
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(
      name: "CSentencePieceSystem", pkgConfig: "sentencepiece",
      providers: [.apt(["libsentencepiece-dev"]), .brew(["sentencepiece"])]),
    .target(name: "CSentencePiece", dependencies: ["CSentencePieceSystem"]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
    .target(name: "CSHA256"),
    .target(name: "CGuard"),
    .target(name: "CMemoryGuard", dependencies: ["CGuard"]),
    .target(name: "CKernels", exclude: ["Shared"]),

    // MARK: - Libraries, lowest first
    library("LanguageModeling"),
    library("JSON"),
    library("Files", ["CGuard"]),
    library("ChatTemplates"),
    library("Constraints", ["LanguageModeling", "JSON"]),
    library("Checkpoints", ["JSON", "Files"]),
    library("Kernels", ["CKernels"]),
    library(
      "Tokenization",
      [
        "JSON", "CSentencePiece", "LanguageModeling", "Files",
        .product(name: "HeapModule", package: "swift-collections"),
      ]),
    library("Transformer", ["LanguageModeling", "Kernels", "Checkpoints"]),
    library("Decoding", ["LanguageModeling", "Kernels"]),
    library("Metrics", ["LanguageModeling"]),
    library(
      "Generation",
      ["Constraints", "Decoding", "JSON", "Tokenization", "Metrics", "LanguageModeling"]),
    library(
      "Sweeps",
      [
        "Files", "JSON", "LanguageModeling", "Metrics",
        "CSHA256", .target(name: "CSQLite", condition: .when(traits: ["CommandLine"])),
        .product(
          name: "Mustache", package: "swift-mustache", condition: .when(traits: ["CommandLine"])),
      ]),
    library(
      "Vocab", path: "Vocab", exclude: ["training"],
      resources: [.copy("adapters"), .copy("storyteller")]),
    library(
      "Models",
      [
        "Transformer", "Kernels", "Tokenization", "ChatTemplates", "Checkpoints", "Files", "JSON",
        "Vocab",
        "LanguageModeling",
      ]),

    library(
      "Inference",
      [
        "Models", "Generation", "Sweeps", "ChatTemplates", "Checkpoints", "Constraints",
        "Decoding", "Files", "JSON", "Kernels", "LanguageModeling", "Tokenization", "Transformer",
      ]),
    library(
      "Serving",
      [
        "Inference", "JSON", "ChatTemplates", "Decoding", "Generation", "Kernels",
        "LanguageModeling", "Models", "Tokenization", "Transformer",
        .product(
          name: "FlyingSocks", package: "FlyingFox", condition: .when(traits: ["CommandLine"])),
      ], exclude: ["openapi.json"]),

    // MARK: - The command line
    .executableTarget(
      name: "decode",
      dependencies: [
        "CMemoryGuard", "Files",
        "Inference", "ChatTemplates", "Checkpoints", "Constraints", "Decoding", "Generation",
        "JSON", "Kernels",
        "LanguageModeling", "Metrics", "Models", "Serving", "Sweeps", "Tokenization",
        "Transformer",
        .product(
          name: "ArgumentParser", package: "swift-argument-parser",
          condition: .when(traits: ["CommandLine"])),
        .product(name: "Yams", package: "Yams", condition: .when(traits: ["CommandLine"])),
      ],
      swiftSettings: swiftSettings),

    // MARK: - The kernels' benchmarks
    // Here, and not in the package of the other benchmarks, since kernels are for this package alone.
    .target(name: "CMachineLimits", path: "Benchmarks/CMachineLimits"),
    .executableTarget(
      name: "SpeedTables",
      dependencies: [
        "Checkpoints", "CKernels", "CMachineLimits", "Constraints", "JSON", "Kernels",
        "LanguageModeling", "Models", "Transformer",
        .product(
          name: "ArgumentParser", package: "swift-argument-parser",
          condition: .when(traits: ["CommandLine"])),
      ],
      path: "Benchmarks/SpeedTables", swiftSettings: swiftSettings),

    // MARK: - Tests
    library("TestSupport", ["LanguageModeling"], path: "Tests/TestSupport"),
    tests("ChatTemplatesTests", ["ChatTemplates"], exclude: ["Fixtures"]),
    tests("JSONTests", ["TestSupport", "JSON"]),
    tests("FilesTests", ["TestSupport", "Files"]),
    tests("LanguageModelingTests", ["LanguageModeling"], exclude: ["Fixtures"]),
    tests(
      "ConstraintsTests", ["TestSupport", "Constraints", "JSON", "LanguageModeling"],
      exclude: ["Fixtures", "check-generated"]),
    tests("CheckpointsTests", ["TestSupport", "Checkpoints", "Files"], exclude: ["Fixtures"]),
    tests(
      "KernelsTests", ["Kernels", "CKernels", "COpenBLAS", "Checkpoints"],
      exclude: ["Portability"]),
    tests("TokenizationTests", ["TestSupport", "Tokenization"], exclude: ["Fixtures"]),
    tests("TransformerTests", ["Transformer"]),
    tests(
      "DecodingTests", ["TestSupport", "Decoding", "LanguageModeling"], exclude: ["Fixtures"]),
    tests("MetricsTests", ["TestSupport", "Metrics"], exclude: ["Fixtures"]),
    tests(
      "GenerationTests",
      ["TestSupport", "Generation", "Decoding", "Metrics", "LanguageModeling", "Tokenization"],
      exclude: ["Selection/Fixtures"]),
    tests(
      "SweepsTests", ["TestSupport", "Sweeps", "JSON", "LanguageModeling", "Metrics"],
      exclude: ["Fixtures", "Scheduling/check-kubernetes"]),
    tests("VocabTests", ["Vocab"]),
    tests(
      "ModelsTests",
      [
        "TestSupport", "Models", "Transformer", "Tokenization", "ChatTemplates", "Checkpoints",
        "JSON", "LanguageModeling", "Decoding",
      ],
      exclude: ["Fixtures"]),
    tests("SpeedTablesTests", ["SpeedTables", "CMachineLimits", "Kernels"]),
    tests(
      "InferenceTests",
      [
        "TestSupport", "Inference", "Metrics", "Models", "Generation", "Sweeps", "ChatTemplates",
        "Constraints", "Decoding", "JSON", "LanguageModeling", "Tokenization", "Transformer",
      ], exclude: ["windowed-perplexity"]),
    tests(
      "ServingTests",
      [
        "TestSupport", "Serving", "Inference", "Models", "Generation", "Decoding", "JSON",
        "LanguageModeling", "Tokenization",
      ], exclude: ["Clients"]),
    tests(
      "DecodeCommandTests", ["TestSupport", "decode", "Generation", "Decoding"],
      exclude: ["Slurm", "chat-terminal", "check-paths", "compare-calls", "soak"]),
    tests(
      "EmbeddingExamples",
      [
        "Constraints", "Inference", "Generation", "Decoding", "JSON", "LanguageModeling", "Metrics",
        "Models", "Tokenization", "Transformer",
      ]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17,
  cxxLanguageStandard: .cxx17
)
