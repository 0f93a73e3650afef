import ArgumentParser

@main
struct PGBenchKitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pgbenchkit",
    abstract: "Reads what benchmark runs of PGBenchKit left behind, and looks at the machine they run on.",
    discussion: """
      Benchmarks are run by `swift test --filter YourBenchmarks`. A run leaves .benchmarks/benchmark_report.json, and with \
      PGBENCH_SAVE_BASELINE=name a baseline in Baselines/name.json. These commands show and compare them; `doctor` tells \
      before a run whether the machine is fit for it.

      Exit codes: 0 fine, 1 a file can't be read, 64 a command that can't be.
      """,
    subcommands: [Compare.self, Report.self, BaselineCommand.self, Doctor.self])
}
