import ArgumentParser
import PGBenchHost
import PGMeasuring
import PGReporting
import PGSystem
import PGVerdicts

/// Shows a report in another form, or writes it for another tool.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows a report in another form, or writes it for another tool.",
    discussion: """
      table, markdown, html and json are PGBenchKit's own; html is one page that needs no network. The \
      others are read by: google-benchmark, compare.py of Google Benchmark; go, benchstat; \
      pytest-benchmark, its compare; github-action-benchmark, that action with customSmallerIsBetter; \
      bencher, `bencher run --adapter json`; jmh, JMH Visualizer; hgrm, HdrHistogram's plotter; openmetrics, \
      Prometheus; chrome-trace, Perfetto; csv, spreadsheets; study, what reads the study that the workloads \
      come from.

      The study's benchmark_report.json is read, too, and shown as table, markdown, html, json or study.

      --history FOLDER shows how ratios went through all reports and baselines of a folder, and where they \
      changed, as table, markdown or html.
      """)

  @Argument(help: "A benchmark_report.json.", completion: .file(extensions: ["json"]))
  var file: String?

  @Option(
    help: ArgumentHelp("Shows the history of a folder of reports instead.", valueName: "folder"),
    completion: .directory)
  var history: String?

  @Option(help: "The form.")
  var format = ReportForm.table

  @Option(
    name: .customLong("to"),
    help: ArgumentHelp(
      "Where it goes: a file, a folder, or - for standard output.",
      discussion: "A folder gets a file with a name of its own, and of hgrm a file for each variant.",
      valueName: "file"),
    completion: .file())
  var destination = "-"

  func validate() throws {
    guard (file == nil) != (history == nil) else {
      throw ValidationError(
        file == nil
          ? "Name a benchmark_report.json, or a folder of them with --history."
          : "Name a benchmark_report.json, or a folder of them with --history, but not both.")
    }
  }

  func run() throws {
    let target = try ReportTarget(destination)
    try target.write(try files(for: target))
  }

  private func files(for target: ReportTarget) throws -> [ExportedFile] {
    if let history { return try format.files(ofHistory: history, for: target) }
    guard let file else { return [] }
    switch try InputFile.read(file, ReportInput.init(from:)) {
    case .run(let report): return try format.files(of: report, for: target)
    case .study(let study): return try format.files(of: study, for: target)
    }
  }
}

/// What the command reads: a report of PGBenchKit, or one in the study's layout.
enum ReportInput {
  case run(BenchmarkReport)
  case study(Study)

  init(from text: String) throws {
    do {
      self = .run(try JSONReportWriter().report(from: text))
    } catch {
      guard let study = try StudyFile.ifOne(in: text) else {
        guard (try? Baseline.ifOne(in: text)) == nil else {
          throw Failure(
            "This is a baseline, not a report: `pgbench-kit compare` shows two of them side by side, and "
              + "`report --history FOLDER` how their ratios went.")
        }
        throw error
      }
      self = .study(study)
    }
  }
}

/// A form that a report is shown in.
enum ReportForm: ExpressibleByArgument {
  case table
  case markdown
  case html
  case json
  /// For another tool.
  case export(any ReportExport.Type)

  init?(argument: String) {
    switch argument {
    case "table": self = .table
    case "markdown": self = .markdown
    case "html": self = .html
    case "json": self = .json
    default:
      guard let export = try? ReportExports.named(argument) else { return nil }
      self = .export(export)
    }
  }

  static var allValueStrings: [String] {
    ["table", "markdown", "html", "json"] + ReportExports.all.map { $0.name }
  }

  var defaultValueDescription: String { name }

  /// What a user calls it.
  var name: String {
    switch self {
    case .table: "table"
    case .markdown: "markdown"
    case .html: "html"
    case .json: "json"
    case .export(let export): export.name
    }
  }

  /// A run's report in this form: a single text, or, in a folder, as many files as the form has.
  func files(of report: BenchmarkReport, for target: ReportTarget) throws -> [ExportedFile] {
    switch self {
    case .table, .markdown, .html:
      return [own(ReportDocument(report), "benchmark_report", titled: "Benchmark report", for: target)]
    case .json: return [file(try JSONReportWriter().text(report), "benchmark_report")]
    case .export(let export):
      do {
        return target.isFolder
          ? try export.files(report) : [file(try export.text(report), "benchmark_report")]
      } catch {
        throw Failure("The report can't be written as \(name): \(error)")
      }
    }
  }

  /// A study in this form.
  ///
  /// - Throws: `Failure` for a form that needs more than the study's files have.
  func files(of study: Study, for target: ReportTarget) throws -> [ExportedFile] {
    switch self {
    case .table, .markdown, .html:
      return [own(ReportDocument(study), "benchmark_study", titled: "Study", for: target)]
    case .json: return [file(StudyFile.text(study), "benchmark_study")]
    case .export(let export) where export.name == StudyExport.name:
      return [file(StudyFile.text(study), "benchmark_study")]
    case .export:
      throw Failure(
        """
        The file has the study's layout, which holds no rounds and no latencies, so that \(name) can't be \
        made of it. It can be shown as table, markdown, html, json or study.
        """)
    }
  }

  /// The history of a folder in this form.
  ///
  /// - Throws: `Failure` for a form of single runs.
  func files(ofHistory folder: String, for target: ReportTarget) throws -> [ExportedFile] {
    switch self {
    case .table, .markdown, .html:
      return [
        own(
          try historyDocument(of: folder), "benchmark_history", titled: "Benchmark history", for: target)
      ]
    case .json, .export:
      throw Failure("A history can be shown as table, markdown or html; \(name) is a form of single reports.")
    }
  }

  /// - Parameter name: What its file is called, without the extension, so that none replaces another's.
  private func own(
    _ document: ReportDocument, _ name: String, titled title: String, for target: ReportTarget
  ) -> ExportedFile {
    switch self {
    case .markdown: return file(MarkdownRenderer().text(document), name)
    case .html: return file(HTMLRenderer().text(document, title: title), name)
    case .table, .json, .export:
      let width = target.isTerminal ? TerminalWidth.of(STDOUT_FILENO) ?? .max : .max
      return file(TerminalRenderer(width: width).text(document), name)
    }
  }

  private func file(_ text: String, _ name: String) -> ExportedFile {
    switch self {
    case .table: ExportedFile(name: "\(name).txt", text: text)
    case .markdown: ExportedFile(name: "\(name).md", text: text)
    case .html: ExportedFile(name: "\(name).html", text: text)
    case .json: ExportedFile(name: "\(name).json", text: text)
    case .export(let export): ExportedFile(name: export.fileName, text: text)
    }
  }
}

/// Where a report goes.
enum ReportTarget {
  case standardOutput
  case file(String)
  case folder(String)

  /// Reads what a user has named; what ends in a slash is a folder, which is made if it isn't there.
  ///
  /// - Throws: `Failure` for a device or a pipe, which writing a file would replace.
  init(_ path: String) throws(Failure) {
    guard path != "-" else {
      self = .standardOutput
      return
    }
    guard !path.isEmpty else { throw Failure("--to needs a file, a folder, or - for standard output.") }
    var status = stat()
    let isThere = stat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    if path.hasSuffix("/") || (isThere && kind == S_IFDIR) {
      self = .folder(path.hasSuffix("/") ? String(path.dropLast()) : path)
    } else if isThere, kind != S_IFREG {
      throw Failure("\(path) is no regular file: name another, or write to standard output with --to -.")
    } else {
      self = .file(path)
    }
  }

  /// Whether it takes several files.
  var isFolder: Bool { if case .folder = self { true } else { false } }

  /// Whether a terminal may show it.
  var isTerminal: Bool { if case .standardOutput = self { true } else { false } }

  /// Writes all files; each is there whole, or not at all.
  func write(_ files: [ExportedFile]) throws(Failure) {
    for one in files {
      switch self {
      case .standardOutput: try Output.write(one.text)
      case .file(let path): try Self.write(one.text, to: path)
      case .folder(let path): try Self.write(one.text, to: "\(path)/\(one.name)")
      }
    }
  }

  private static func write(_ text: String, to path: String) throws(Failure) {
    do throws(AtomicFile.Failure) {
      try AtomicFile.write(text, to: path)
    } catch {
      throw Failure("\(error)")
    }
  }
}
