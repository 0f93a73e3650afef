import ArgumentParser

@main
struct PGBenchKitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pgbenchkit",
    abstract: "Compares commits, and reads what benchmark runs of PGBenchKit left behind.",
    discussion: """
      Benchmarks are run by `swift test --filter YourBenchmarks`. A run leaves .benchmarks/benchmark_report.json, and with
      PGBENCH_SAVE_BASELINE=name a baseline in Baselines/name.json. `gate` compares two commits; the others show and compare
      what was left.

      Exit codes: 0 fine, 1 a file can't be read, 64 a command that can't be; `gate --help` tells its own.
      """,
    subcommands: [GateCommand.self, Compare.self, Report.self, BaselineCommand.self])
}
