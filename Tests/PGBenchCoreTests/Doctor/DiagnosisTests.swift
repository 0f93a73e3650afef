import Testing

@testable import PGReporting

@Suite("A diagnosis")
struct DiagnosisTests {
  @Test("of a quiet machine with the kit's own server finds everything good")
  func quiet() {
    let diagnosis = Diagnosis(of: ExampleFacts.quietMachine, server: .running(ExampleFacts.ownServer))
    for finding in diagnosis.findings {
      #expect(finding.level == .good, "\(finding)")
      #expect(finding.remedy == nil, "\(finding)")
    }
    #expect(diagnosis.summary == "Nothing spoils measuring.")
  }

  @Test("of a machine that tells nothing claims nothing: only the build is known")
  func silent() {
    let diagnosis = Diagnosis(of: MachineFacts(isOptimised: true), server: .running(ExampleFacts.ownServer))
    let subjects = diagnosis.findings.filter { $0.level == .unknown }.map(\.subject)
    #expect(
      subjects == [
        "CPUs", "placement", "other work", "CPU quota", "SMT", "machine", "clock", "frequency",
      ])
    #expect(!diagnosis.findings.contains { $0.level == .spoils })
  }

  @Test("has a remedy for whatever spoils measuring, but for PostgreSQL's own errors, which bring theirs")
  func remedies() {
    var machine = MachineFacts(isOptimised: false)
    machine.cpus = [3]
    machine.onlineCPUs = 1
    (machine.binding, machine.batchPolicy) = (.refused(reason: "no"), .refused(reason: "no"))
    machine.load = MachineLoad(busy: 1, stolen: 0.3)
    machine.quota = .cpus(0.5)
    (machine.clockSource, machine.governors) = ("hpet", ["powersave"])
    let diagnosis = Diagnosis(of: machine, server: .unusable(reason: "No PostgreSQL server was found."))
    let bad = diagnosis.findings.filter { $0.level == .spoils }
    #expect(
      bad.map(\.subject) == [
        "CPUs", "placement", "other work", "stolen time", "CPU quota", "clock", "frequency", "build",
        "PostgreSQL",
      ])
    for finding in bad.dropLast() { #expect(finding.remedy != nil, "\(finding)") }
    #expect(diagnosis.summary.hasPrefix("9 things spoil measuring, "), "\(diagnosis.summary)")
  }

  @Test(
    "ends with a sentence that counts",
    arguments: [
      (0, 0, "Nothing spoils measuring."),
      (0, 1, "Nothing spoils measuring, 1 thing is worth knowing."),
      (0, 2, "Nothing spoils measuring, 2 things are worth knowing."),
      (1, 0, "1 thing spoils measuring."),
      (1, 2, "1 thing spoils measuring, 2 are worth knowing."),
      (2, 1, "2 things spoil measuring, 1 is worth knowing."),
    ])
  func summary(bad: Int, notes: Int, sentence: String) {
    let findings =
      Array(repeating: Finding.spoils("a", "b"), count: bad)
      + Array(repeating: Finding.note("a", "b"), count: notes) + [.good("a", "b"), .unknown("a")]
    #expect(Diagnosis(findings: findings).summary == sentence)
  }
}
