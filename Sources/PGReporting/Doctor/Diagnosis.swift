import PGMeasuring

/// What of a machine and its server helps measuring, and what spoils it.
///
/// Of the same kind as `pyperf system show` (https://pyperf.readthedocs.io/en/latest/system.html) and the
/// warnings of Google Benchmark (https://google.github.io/benchmark/reducing_variance.html), for databases.
package struct Diagnosis: Sendable, Hashable {
  /// The findings, by subject: the CPUs, the clock, the kit, the server.
  package let findings: [Finding]

  /// Judges facts.
  package init(of machine: MachineFacts, server: ServerFacts) {
    findings =
      CPUFindings.of(machine) + FrequencyFindings.of(machine) + KitFindings.of(machine)
      + ServerFindings.of(server, on: machine)
  }

  init(findings: [Finding]) {
    self.findings = findings
  }

  /// What it comes to, in a sentence.
  package var summary: String {
    let bad = count(.spoils)
    let notes = count(.note)
    let spoiled =
      bad == 0
      ? "Nothing spoils measuring"
      : "\(Format.amount(bad, "thing")) \(bad == 1 ? "spoils" : "spoil") measuring"
    guard notes > 0 else { return spoiled + "." }
    let noun = bad > 0 ? "" : notes == 1 ? " thing" : " things"
    return "\(spoiled), \(notes)\(noun) \(notes == 1 ? "is" : "are") worth knowing."
  }

  private func count(_ level: Finding.Level) -> Int { findings.count { $0.level == level } }
}
