import CMachineLimits
import Foundation
import Kernels
import SpeedTables
import Testing

@Suite struct MarkdownTests {
  /// A file that is gone after the test.
  private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "speed-tables-\(UUID().uuidString).md"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test func sectionIsReplacedAndTheRestKept() throws {
    let text = "a\n<!-- x: begin -->old<!-- x: end -->\nb <!-- y: begin -->kept<!-- y: end -->\n"
    try withFile(text) { path in
      var file = try MarkdownFile(path: path)
      try file.replaceSection("x", with: "new\n")
      try file.write()
      #expect(
        try String(contentsOfFile: path, encoding: .utf8)
          == "a\n<!-- x: begin -->\n\nnew\n\n<!-- x: end -->\nb <!-- y: begin -->kept<!-- y: end -->\n"
      )
    }
  }

  @Test func replacingTwiceIsReplacingOnce() throws {
    try withFile("<!-- x: begin --><!-- x: end -->") { path in
      var file = try MarkdownFile(path: path)
      try file.replaceSection("x", with: "one\n")
      try file.write()
      let once = try String(contentsOfFile: path, encoding: .utf8)
      var again = try MarkdownFile(path: path)
      try again.replaceSection("x", with: "one\n")
      try again.write()
      #expect(try String(contentsOfFile: path, encoding: .utf8) == once)
    }
  }

  @Test(arguments: [
    "no markers", "<!-- x: begin --> alone", "<!-- x: end --> before <!-- x: begin -->",
  ])
  func fileWithoutTheSectionIsRefused(_ text: String) throws {
    try withFile(text) { path in
      var file = try MarkdownFile(path: path)
      #expect(throws: Failure.self) { try file.replaceSection("x", with: "new") }
    }
  }

  @Test func tableAlignsNamesLeftAndNumbersRight() {
    var table = MarkdownTable(["name", "kind", "1"], nameColumns: 2)
    table.add(["a", "b", "2"])
    #expect(table.text == "| name | kind | 1 |\n| --- | --- | ---: |\n| a | b | 2 |\n")
  }

  @Test(arguments: [
    (0.0, "—"), (.nan, "—"), (.infinity, "—"), (1.234e9, "1.23"), (12.34e9, "12.3"),
    (123.4e9, "123"), (1234e9, "1,234"), (9.96e9, "10.0"), (99.6e9, "100"),
    (1_234_567e9, "1,234,567"),
  ])
  func ratesHaveThreeDigitsOrMore(_ rate: Double, _ text: String) {
    #expect(Figure.giga(rate) == text)
  }
}

@Suite struct LimitTests {
  @Test func everyInstructionSetWithKernelsHasItsLimits() throws {
    for name in ["generic", "avx2", "avxvnni", "avx512", "neon"] {
      let hasKernels = (try? InstructionSet(named: name)) != nil
      for operation in [CML_INTEGER_DOTS, CML_FLOAT_FMAS] {
        #expect((cml_peak(name, operation, 1) > 0) == hasKernels, "\(name)")
      }
    }
    #expect(cml_peak("none", CML_FLOAT_FMAS, 1) == 0)
  }

  @Test func nothingIsReadWithoutThreadsOrMemory() {
    #expect(cml_read_bandwidth(0, 1 << 20) == 0)
    #expect(cml_read_bandwidth(4, 100) == 0)
    #expect(cml_read_bandwidth(1, .max) == 0)
    #expect(cml_read_bandwidth(2, 1 << 20) > 0)
  }
}
