import ArgumentParser

@main
struct PGBenchKitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pgbench-kit",
    abstract:
      "Compares commits, reads what benchmark runs left behind, and looks at the machine they run on.",
    discussion: """
      Benchmarks are run by `swift test --filter YourBenchmarks`. A run leaves .benchmarks/benchmark_report.json, and with \
      PGBENCH_SAVE_BASELINE=name a baseline in Baselines/name.json. `gate` runs the benchmarks of two commits side by side; \
      `compare`, `report` and `baseline` show what runs left; `doctor` tells before a run whether the machine is fit for it.

      Exit codes: 0 fine, 1 a file can't be read or the output not be written, 64 a command that can't be; `gate --help` tells its own.
      """,
    subcommands: [GateCommand.self, Compare.self, Report.self, BaselineCommand.self, Doctor.self])
}
