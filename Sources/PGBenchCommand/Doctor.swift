import ArgumentParser
import PGBenchHost
import PGReporting

/// Looks at the machine, and says what was found.
struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells what of this machine helps or spoils measuring, and what to do about it.",
    discussion: """
      It looks at what the measuring of a database stands or falls with. It changes no setting, and takes about two seconds.

      CPUs. A client and its backend are bound to one CPU, under SCHED_BATCH, for a wake-up across CPUs can cost more than a \
      whole query. That takes a CPU to spare, the right to bind threads, and others who leave the CPU alone: other processes, \
      a hypervisor that gives its time to other machines, a quota that stops everything in bursts, a sibling on the core.

      Clock and frequency. The clock is read around every operation; where that takes a system call, it is in every latency. \
      A frequency that follows load or temperature changes all times during a run.

      Build. Code without optimisation slows the drivers down, and unevenly.

      PostgreSQL. The server is found and started (or asked, where PGBENCH_DATABASE_URL names one) and let go, as by a \
      benchmark. It tells where its files are, what it does in the background, and what it and the kernel count besides time.

      A finding is good; or a note, which comparisons within a run bear; or it spoils measuring; or it is unknown, as this \
      system doesn't tell. The exit code is 0 whatever was found: it advises, gates judge.
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
