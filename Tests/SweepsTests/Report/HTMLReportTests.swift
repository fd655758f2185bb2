import Foundation
import JSON
import Sweeps
import TestSupport
import Testing

struct HTMLReportTests {
  private func page(_ fields: String, data: String = "") throws -> String {
    let folder = try TemporaryDirectory()
    try SweepFixture(fields, data: data).run(into: folder.path)
    let results = try SweepResults.read(folder.path)
    return try HTMLReport(
      results, ranking: Ranking(results, resamples: 100, assignments: 100), writer: Writer()
    ).page()
  }

  /// Every setting as a flag and as a member, as the command writes those of this small world.
  private struct Writer: TrialSettingsWriter {
    func command(for trial: Trial, model: String) -> String {
      let words = trial.given.flatMap {
        ["--" + $0.key.replacing("_", with: "-"), $0.value.string ?? $0.value.text]
      }
      return (["decode", "-m", model] + words + ["PROMPT"]).joined(separator: " ")
    }

    func configuration(for trial: Trial) -> String {
      "{\n"
        + ([JSONMember("do_sample", .bool(!trial.isDeterministic))] + trial.given)
        .map { "  \(JSONValue.string($0.key).text): \($0.value.text)" }
        .joined(separator: ",\n") + "\n}"
    }
  }

  private static let grid = """
    "name": "<b>tales</b> & more", "repeats": 2, "metric": {"name": "chrf", "goal": "maximize"},
    "metrics": ["nll", "distinct_2"], "defaults": {"max_new_tokens": 9},
    "parameters": {"temperature": {"values": [0.5, 1, 1.5]}, "top_k": {"values": [0, 5]}}
    """

  @Test func thePageHasAllItsPartsAndNeedsNothingElse() throws {
    let page = try page(Self.grid)
    for heading in [
      "Ranking", "What matters", "Parameters and result", "Two parameters together",
      "Methods at equal numbers of settings", "Quality and diversity", "Texts", "Notes",
    ] {
      #expect(page.contains("<h2>\(heading)</h2>"))
    }
    // The one script only turns the table about.
    #expect(page.components(separatedBy: "<script").count == 2)
    for word in ["fetch(", "XMLHttpRequest", "import(", "eval("] { #expect(!page.contains(word)) }
    // The name space of SVG is the only address, and nobody fetches it.
    let addresses = page.components(separatedBy: "http").dropFirst()
    #expect(addresses.allSatisfy { $0.hasPrefix("://www.w3.org/2000/svg\"") })
    for word in ["src=", "@import", "url("] { #expect(!page.contains(word)) }
    #expect(
      page.components(separatedBy: "<svg").count == page.components(separatedBy: "</svg>").count)
    #expect(page.contains("&lt;b&gt;tales&lt;/b&gt; &amp; more"))
    #expect(!page.contains("<b>tales"))
  }

  @Test func drawingsAreWellFormed() throws {
    let page = try page(Self.grid)
    for part in page.components(separatedBy: "<svg").dropFirst() {
      let drawing = "<svg" + part.components(separatedBy: "</svg>")[0] + "</svg>"
      let elements = drawing.components(separatedBy: "<").dropFirst()
      let opened = elements.filter { !$0.hasPrefix("/") && !$0.contains("/>") }.count
      #expect(opened == elements.filter { $0.hasPrefix("/") }.count)
      #expect(!drawing.contains("nan") && !drawing.contains("inf"))
    }
  }

  @Test func theSettingsOfTheBestTrialAreThereToPaste() throws {
    let page = try page(
      """
      "metric": {"name": "nll", "goal": "minimize"}, "defaults": {"max_new_tokens": 9},
      "parameters": {"temperature": {"value": 0.5}, "top_k": {"value": 5}}
      """)
    // The baseline or the only trial is the best.
    let isBaseline = page.contains("The baseline ranks first")
    #expect(
      page.contains(
        isBaseline
          ? "<pre>decode -m model --max-new-tokens 9 PROMPT</pre>"
          : "<pre>decode -m model --max-new-tokens 9 --temperature 0.5 --top-k 5 PROMPT</pre>"))
    #expect(page.contains("&quot;do_sample&quot;: true,\n  &quot;max_new_tokens&quot;: 9"))
  }

  @Test func aPathHasItsCurveAndTheSettingsOfItsBestTemperature() throws {
    let page = try page(
      """
      "metric": {"name": "length", "goal": "maximize"}, "defaults": {"max_new_tokens": 9},
      "parameters": {"temperature": {"path": {"min": 0.2, "max": 1.4}}}
      """)
    #expect(page.contains("and there is no other trial to rank."))
    #expect(!page.contains("ranks first"))
    let settings = page.components(separatedBy: "Settings at the best temperature of trial 1")
    #expect(settings.count == 2)
    #expect(
      settings.last?.contains(
        /<pre>decode -m model --max-new-tokens 9 --temperature [01]\.[0-9]{1,4} PROMPT<\/pre>/)
        == true)
    // What draws the curve has a colour of the page's.
    let styles = Set(page.matches(of: /var\((--[a-z0-9-]+)\)/).map(\.1))
    #expect(page.contains("class=\"curve\"") && styles.count > 10)
    for style in styles { #expect(page.contains("\(style): #"), "\(style)") }
  }

  @Test func aSweepWithoutAnObjectiveHasATableAndTexts() throws {
    let page = try page(#""metrics": ["nll"], "parameters": {"top_k": {"values": [1, 2]}}"#)
    #expect(page.contains("names no metric to rank by"))
    #expect(page.contains("<h2>Texts</h2>"))
    #expect(!page.contains("<h2>What matters</h2>"))
    // Nothing is called best or worst where nothing ranks.
    for word in ["ranks first", "Best", "best trial", "Worst", ">Rank<"] {
      #expect(!page.contains(word), "\(word)")
    }
  }

  @Test func everyTrialLinksToItsTextsBesideTheBaselines() throws {
    let page = try page(Self.grid)
    let links = page.components(separatedBy: "href=\"#trial-").dropFirst().map { $0.prefix(12) }
    // Six trials, one of which is the baseline.
    #expect(links.count == 6 && Set(links).count == 6)
    for link in links { #expect(page.contains("<details id=\"trial-\(link)\"")) }
    #expect(page.components(separatedBy: "<mark>").count > 20)
    // Seven prompts of two samples each.
    #expect(page.components(separatedBy: "<h4>Sample ").count == 1 + 6 * 7 * 2)
    #expect(page.components(separatedBy: "<h4>Baseline</h4>").count == 1 + 5 * 7 * 2)
  }

  @Test func aRunThatIsNotFinishedHasAPageThatSaysSo() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(Self.grid)
    _ = try? fixture.run(into: folder.path, executor: FakeExecutor(killedAfter: 66))
    let results = try SweepResults.read(folder.path)
    #expect(!results.isFinished)
    let ranking = try Ranking(results, resamples: 100, assignments: 100)
    // Twelve continuations a prompt: five prompts are whole for every trial.
    #expect(ranking.promptCounts.report == 5)
    #expect(ranking.rows.allSatisfy { $0.promptCount == 5 })
    let page = try HTMLReport(results, ranking: ranking, writer: Writer()).page()
    #expect(page.contains("The run is not finished: all numbers are of the 5 prompts"))
  }

  @Test func rangesAreGroupedAndMissingParametersAreDrawn() throws {
    let page = try page(
      """
      "method": "random", "run_cap": 24, "metric": {"name": "nll", "goal": "minimize"},
      "metrics": ["self_bleu"], "repeats": 2,
      "grids": [{"temperature": {"min": 0.1, "max": 2}, "top_p": {"min": 0.5, "max": 1}},
                {"temperature": {"value": 0}}], "data": {}
      """.replacing(#", "data": {}"#, with: ""))
    #expect(page.contains("<h2>Two parameters together</h2>"))
    #expect(page.contains("<h2>Quality and diversity</h2>"))
    #expect(page.contains("less is better"))
  }
}
