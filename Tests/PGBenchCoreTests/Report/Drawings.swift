import PGMeasuring
import PGSystem
import PGVerdicts

@testable import PGReporting

/// All that is drawn of what a file may hold.
///
/// It is the one list that the fuzzers and whoever tests with hostile names go through: a new form of a report
/// is added here.
enum Drawings {
  /// A way to draw a report.
  struct OfReport: Sendable {
    let name: String
    let texts: @Sendable (BenchmarkReport) throws -> [String]

    init(_ name: String, _ texts: @escaping @Sendable (BenchmarkReport) throws -> [String]) {
      self.name = name
      self.texts = texts
    }
  }

  /// A way to draw two runs.
  struct OfPair: Sendable {
    let name: String
    let texts: @Sendable (MeasuredRun, MeasuredRun) -> [String]

    init(_ name: String, _ texts: @escaping @Sendable (MeasuredRun, MeasuredRun) -> [String]) {
      self.name = name
      self.texts = texts
    }
  }

  /// What is drawn of a report.
  static let ofReports = [
    OfReport("on a terminal") { report in
      let document = ReportDocument(report)
      return [40, 80, .max].map { TerminalRenderer(width: $0).text(document) }
    },
    OfReport("in Markdown") { [MarkdownRenderer().text(ReportDocument($0))] },
    OfReport("as a page") { [HTMLRenderer().text(ReportDocument($0), title: "A page")] },
    OfReport("as files of charts") { ReportDocument($0).charts.map { $0.file() } },
    OfReport("for other tools") { report in
      // A report without both drivers has no study. CSV ends its lines with a carriage return as well.
      let texts = try ReportExports.all.filter { $0 != StudyExport.self }
        .flatMap { try $0.files(report).map { $0.text.replacing("\r\n", with: "\n") } }
      return texts + [(try? StudyExport.text(report)) ?? ""]
    },
    OfReport("as a run of a history") { ofHistory(with: HistoryRun($0, name: "damaged.json")) },
    OfReport("put together anew") { report in
      // As whoever puts cases of several reports into one does.
      let again = BenchmarkReport(environment: report.environment, cases: report.cases)
      return [MarkdownRenderer().text(ReportDocument(again))]
    },
  ]

  /// What is drawn of two runs.
  static let ofPairs = [
    OfPair("compared") { [RunComparison($0, $1).text(), RunComparison($1, $0).text()] },
    OfPair("compared within an hour") { [RunComparison($0, $1).text(isSameHour: true)] },
    OfPair("alone") { [$0.text(), $1.text()] },
  ]

  /// What is drawn of a history that a run is in the middle of.
  static func ofHistory(with run: HistoryRun) -> [String] {
    let half = others.count / 2
    let document = ReportDocument(
      History(
        others.prefix(half) + [run] + others.suffix(half), leftOut: [.init(name: "a\u{1B}", reason: "is \n")])
    )
    return [TerminalRenderer(width: 80).text(document), MarkdownRenderer().text(document)]
      + [HTMLRenderer().text(document, title: "A history")]
      + document.blocks.compactMap { block in
        if case .chart(let chart) = block.content { chart.file() } else { nil }
      }
  }

  /// Runs of the report that is damaged, whose ratio rises by a tenth at the fifth.
  private static let others: [HistoryRun] = (0..<8).compactMap { day in
    var environment = ExampleReport.environment
    environment.startedAt = "2024-03-0\(day + 1)T12:00:00Z"
    guard
      let one = try? ExampleReport.report(
        of: Simulation(sessions: 4, rounds: 2, ratio: day < 4 ? 1.25 : 1.4), FileFuzzTests.identity)
    else { return nil }
    return HistoryRun(BenchmarkReport(environment: environment, cases: [one]), name: "\(day).json")
  }
}
