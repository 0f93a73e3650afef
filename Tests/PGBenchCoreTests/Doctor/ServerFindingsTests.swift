import Testing

@testable import PGMeasuring
@testable import PGReporting

@Suite("What is found about the kit and its server")
struct ServerFindingsTests {
  @Test(
    "A server that can't be had spoils measuring, in the words of its error, and nothing else is said of it")
  func unusable() {
    let findings = ServerFindings.of(
      .unusable(reason: "No PostgreSQL server was found."), on: ExampleFacts.quietMachine)
    #expect(findings == [.spoils("PostgreSQL", "No PostgreSQL server was found.")])
  }

  @Test("Somebody else's server is worth knowing, and so is each setting of it that may disturb")
  func external() {
    var server = ExampleFacts.ownServer
    (server.isOwn, server.isInMemory, server.binding) = (false, nil, nil)
    server.settings["jit"] = "on"
    server.settings["max_parallel_workers_per_gather"] = "2"
    let findings = ServerFindings.of(.running(server), on: ExampleFacts.quietMachine)
    #expect(
      findings.filter { $0.level == .note }.map(\.subject) == [
        "PostgreSQL", "jit", "max_parallel_workers_per_gather",
      ])
    #expect(findings[1].what.contains("at on"))
    #expect(!findings.contains { $0.subject == "storage" || $0.level == .spoils })
  }

  @Test("The kit's server whose processes can't be bound spoils measuring")
  func unbound() {
    let finding = ExampleFacts.serverFinding("PostgreSQL") {
      $0.binding = .refused(reason: "Operation not permitted")
    }
    #expect(finding?.level == .spoils)
    #expect(finding?.what.contains("Operation not permitted") == true)
  }

  @Test("Files that aren't in memory are worth knowing")
  func storage() {
    #expect(ExampleFacts.serverFinding("storage") { $0.isInMemory = false }?.level == .note)
  }

  @Test("Without pg_stat_statements the remedy is the one for whoever runs the server")
  func statementTimes() {
    func remedy(isOwn: Bool) -> String? {
      ExampleFacts.serverFinding("server times") { server in
        server.isOwn = isOwn
        server.statementTimes = .refused(reason: "there is no such table")
      }?.remedy
    }
    #expect(remedy(isOwn: true)?.contains("postgresql-contrib") == true)
    #expect(remedy(isOwn: false)?.contains("shared_preload_libraries") == true)
  }

  @Test("Metrics that can't be had are named together where the reason is the same")
  func metrics() {
    let missing = [
      MetricSummary(.serverCPU, .notAvailable(reason: "far away")), MetricSummary(.clientCPU, .value(1)),
      MetricSummary(.instructions, .notAvailable(reason: "no counter")),
      MetricSummary(.serverRunDelay, .notAvailable(reason: "far away")),
    ]
    let findings = MetricFindings.of(missing, on: ExampleFacts.quietMachine)
    #expect(
      findings.map(\.what) == [
        "Reports will lack server CPU, server run delay: far away.",
        "Reports will lack instructions: no counter.",
      ])
    #expect(findings.map { $0.remedy == nil } == [true, false])
  }

  @Test(
    "Instructions are had by a setting where the kernel forbids them, by the hypervisor where it hides them")
  func instructions() {
    func remedy(_ change: (inout MachineFacts) -> Void) -> String? {
      var machine = ExampleFacts.quietMachine
      change(&machine)
      return MetricFindings.of([MetricSummary(.instructions, .notAvailable(reason: "no"))], on: machine)[0]
        .remedy
    }
    #expect(remedy { $0.perfEventParanoid = 4 }?.contains("perf_event_paranoid=2` (it is 4)") == true)
    #expect(remedy { $0.isVirtual = true }?.contains("hypervisor") == true)
    #expect(remedy { _ in }?.contains("--cap-add PERFMON") == true)
    #expect(remedy { $0.perfEventParanoid = nil } == nil)
  }

  @Test("A build without optimisation spoils measuring, and names both commands")
  func build() {
    let finding = ExampleFacts.finding("build") { $0.isOptimised = false }
    #expect(finding?.level == .spoils)
    #expect(finding?.remedy?.contains("`swift test -c release`") == true)
    #expect(finding?.remedy?.contains("`swift run -c release pgbench-kit doctor`") == true)
  }

  @Test("Another run is worth knowing, and so is a lock that can't be opened")
  func lock() {
    #expect(ExampleFacts.finding("other runs") { $0.isMeasuring = true }?.level == .note)
    #expect(ExampleFacts.finding("other runs") { $0.isMeasuring = nil }?.level == .note)
  }
}
