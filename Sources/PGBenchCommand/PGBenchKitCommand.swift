import ArgumentParser
import PGBenchHost
import PGMeasuring
import PGReporting
import PGSystem

@main
struct PGBenchKitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pgbench-kit",
    abstract:
      "Compares commits, reads what benchmark runs left behind, and looks at the machine they run on.",
    discussion: """
      Benchmarks are run by `swift test --filter YourBenchmarks`. A run leaves \
      .benchmarks/benchmark_report.json, and with PGBENCH_SAVE_BASELINE=name a baseline in \
      Baselines/name.json. `gate` runs the benchmarks of two commits side by side; `compare`, `report` and \
      `baseline` show what runs left; `doctor` tells before a run whether the machine is fit for it.

      Exit codes: 0 fine, 1 a file can't be read or the output not be written, 64 a command that can't be; \
      `gate --help` tells its own.
      """,
    subcommands: [GateCommand.self, Compare.self, Report.self, BaselineCommand.self, Doctor.self])
}

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows the times of two runs side by side.",
    discussion: """
      Each file is a report or a baseline. Times of two hours of one machine differ by tens of per cent with \
      the same code, so nothing is called faster or slower, unless --same-hour says that one run followed \
      right after the other. What is real is told by a gate, which measures both sides in the same rounds.
      """)

  @Argument(
    help: "The earlier run: benchmark_report.json, or a baseline.", completion: .file(extensions: ["json"]))
  var old: String

  @Argument(help: "The later run.", completion: .file(extensions: ["json"]))
  var new: String

  @Flag(help: "The runs followed right after each other: show the changes with their intervals.")
  var sameHour = false

  func run() throws {
    let runs = try [old, new].map { path in
      try InputFile.read(path) { text in try MeasuredRun(from: text) }
    }
    try Output.write(RunComparison(runs[0], runs[1]).text(isSameHour: sameHour))
  }
}

/// Looks at the machine, and says what was found.
struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells what of this machine helps or spoils measuring, and what to do about it.",
    discussion: """
      It looks at what the measuring of a database stands or falls with. It changes no setting, and takes \
      about two seconds.

      CPUs. A client and its backend are bound to one CPU, under SCHED_BATCH, for a wake-up across CPUs \
      can cost more than a whole query. That takes a CPU to spare, the right to bind threads, and others \
      who leave the CPU alone: other processes, a hypervisor that gives its time to other machines, a \
      quota that stops everything in bursts, a sibling on the core.

      Clock and frequency. The clock is read around every operation; where that takes a system call, it is \
      in every latency. A frequency that follows load or temperature changes all times during a run.

      Build. Code without optimisation slows the drivers down, and unevenly.

      PostgreSQL. The server is found and started (or asked, where PGBENCH_DATABASE_URL names one) and let \
      go, as by a benchmark. It tells where its files are, what it does in the background, and what it and \
      the kernel count besides time.

      A finding is good; or a note, which comparisons within a run bear; or it spoils measuring; or it is \
      unknown, as this system doesn't tell. The exit code is 0 whatever was found: it advises, gates judge.
      """)

  func run() async throws {
    let machine = await MachineReader().facts()
    let diagnosis = Diagnosis(of: machine, server: await ServerReader.facts())
    let style = TerminalStyle.standardOutput
    let writer = DiagnosisWriter(width: style.width) { text, level in
      switch level {
      case .good: style.paint(text, .green)
      case .note: style.paint(text, .yellow)
      case .spoils: style.paint(text, .red)
      case .unknown: style.paint(text, .grey)
      }
    }
    try Output.write(writer.text(diagnosis))
  }
}
