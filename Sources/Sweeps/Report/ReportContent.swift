/// What the template of the page shows. Texts are escaped by the template, drawings are not.
struct ReportContent {
  struct Fact {
    var name: String
    var value: String
  }

  struct Settings {
    var title: String
    var command: String
    var configuration: String
    /// What neither of them says; one sentence or none.
    var note: [String]
  }

  /// A bar with its interval, in per cent of the width.
  struct Bar {
    var name: String
    var share: String
    var note: String
    /// Where the interval begins, and how wide it is; empty without one.
    var interval: [Span]

    struct Span {
      var start: String
      var width: String
    }
  }

  /// The curve of a trial that is a path.
  struct Curve {
    var title: String
    var summary: String
    var drawing: String
  }

  struct Importance {
    var caption: String
    var bars: [Bar]
    var remarks: [String]
  }

  struct Figure {
    var drawing: String
  }

  struct Chart {
    var caption: String
    var drawing: String
    var legend: [LegendItem]
  }

  struct LegendItem {
    var style: String
    var name: String
  }

  struct Parameters {
    var caption: String
    var figures: [Figure]
  }

  struct Heat {
    var caption: String
    var map: HeatMap
  }

  var title: String
  var summary: String
  /// That the run isn't finished; empty where it is.
  var state: [String]
  var lessons: [String]
  var facts: [Fact]
  var table: ReportTable
  var settings: [Settings]
  var importance: [Importance]
  var parameters: [Parameters]
  var heat: [Heat]
  var expected: [Chart]
  var pareto: [Chart]
  var curves: [Curve]
  var history: [Chart]
  var texts: [TrialTexts]
  var notes: [String]
}

/// The texts of a trial beside the baseline's.
struct TrialTexts {
  struct Part {
    var text: String
    var isChanged: Bool
  }

  struct Sample {
    var title: String
    var own: [Part]
    /// The baseline's; empty where it is the same text, or there is none.
    var other: [Part]
    var hasOther: Bool
    /// What is to be said in the place of the baseline's text; one sentence or none.
    var remark: [String]
  }

  struct Prompt {
    var prompt: String
    var reference: String
    var hasReference: Bool
    var samples: [Sample]
  }

  var id: String
  var title: String
  var isOpen: Bool
  var command: String
  var prompts: [Prompt]
}
