@testable import PGReporting

/// Facts of a machine and a server with which nothing is wrong.
enum ExampleFacts {
  static var quietMachine: MachineFacts {
    var facts = MachineFacts(isOptimised: true)
    facts.cpus = [0, 1]
    facts.onlineCPUs = 2
    (facts.binding, facts.batchPolicy) = (.works, .works)
    facts.load = MachineLoad(busy: 0.02, stolen: 0)
    facts.quota = .unlimited
    facts.hasActiveSiblings = false
    facts.isVirtual = false
    (facts.clockSource, facts.clockCost) = ("tsc", 22)
    facts.governors = ["performance"]
    facts.boost = .intelPState(isOn: false)
    facts.perfEventParanoid = 2
    facts.isMeasuring = false
    return facts
  }

  static var ownServer: RunningServerFacts {
    RunningServerFacts(
      isOwn: true, version: "17.2", transport: "a Unix socket", isInMemory: true,
      settings: [
        "autovacuum": "off", "fsync": "off", "full_page_writes": "off", "jit": "off",
        "max_parallel_workers_per_gather": "0", "synchronous_commit": "off", "track_io_timing": "off",
      ],
      statementTimes: .works, binding: .works, missingMetrics: [])
  }

  /// What is found about a subject after a change to the quiet machine; nil for nothing or more than one thing.
  static func finding(_ subject: String, _ change: (inout MachineFacts) -> Void) -> Finding? {
    var machine = quietMachine
    change(&machine)
    return only(Diagnosis(of: machine, server: .running(ownServer)), subject)
  }

  /// The same of the server.
  static func serverFinding(_ subject: String, _ change: (inout RunningServerFacts) -> Void) -> Finding? {
    var server = ownServer
    change(&server)
    return only(Diagnosis(of: quietMachine, server: .running(server)), subject)
  }

  private static func only(_ diagnosis: Diagnosis, _ subject: String) -> Finding? {
    let findings = diagnosis.findings.filter { $0.subject == subject }
    return findings.count == 1 ? findings[0] : nil
  }
}
