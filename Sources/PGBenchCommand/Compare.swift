import ArgumentParser
import PGReporting

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows how the times of two runs differ, with intervals.",
    discussion: """
      Each file is a report or a baseline. An interval is of the two measurements only: times of two hours of one machine
      differ by more. What is real is told by a gate, which measures both sides in the same rounds.
      """)

  @Argument(
    help: "The earlier run: benchmark_report.json, or a baseline.", completion: .file(extensions: ["json"]))
  var old: String

  @Argument(help: "The later run.", completion: .file(extensions: ["json"]))
  var new: String

  func run() throws {
    let runs = try [old, new].map { path in
      try InputFile.read(path) { text in try MeasuredRun(from: text) }
    }
    try Output.write(RunComparison(runs[0], runs[1]).text())
  }
}
