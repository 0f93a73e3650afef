import PGMeasuring
import PGReporting
import PGSystem
import Testing

@Suite("BenchmarkReport")
struct BenchmarkReportTests {
  @Test("Suites and tests keep their order, cases of a test go by their counts")
  func order() throws {
    let identities = [
      CaseIdentity(suite: "Standard", test: "b", operations: 1_000),
      CaseIdentity(suite: "Mixed", test: "m", operations: 10),
      CaseIdentity(suite: "Standard", test: "a", operations: 50),
      CaseIdentity(suite: "Standard", test: "b", operations: 10),
    ]
    let cases = try identities.map { try ExampleReport.report(of: Simulation(sessions: 2), $0) }
    let report = ExampleReport.report(cases)
    #expect(report.cases.map(\.identity) == [identities[3], identities[0], identities[2], identities[1]])
    #expect(report.suites == ["Standard", "Mixed"])
    #expect(report.cases(of: "Mixed").map(\.test) == ["m"])
  }

  @Test("A case's report holds what was measured: figures, gates, warm-up and every block")
  func caseReport() throws {
    let identity = CaseIdentity(suite: "S", test: "t", operations: 100)
    let samples = Simulation(ratio: 1.25).samples(seed: Seed(1))
    let analysis = try Analysis(of: samples)
    let report = CaseReport(identity, samples: samples, analysis: analysis, clients: 5, placement: "anywhere")
    #expect(report.identity == identity && report.clients == 5)
    #expect(report[.async] == analysis[.async])
    #expect(report.warmUp == samples.warmUp)
    #expect(report.rounds.map(\.blocks) == samples.series.map(\.blocks))
  }

  @Test("A debug build adds its warning before those of the run")
  func warnings() {
    var environment = ExampleReport.environment
    environment.buildMode = .debug
    let report = BenchmarkReport(environment: environment, cases: [], warnings: ["The machine was busy."])
    #expect(report.warnings.count == 2)
    #expect(report.warnings[0].contains("swift test -c release"))
    #expect(report.warnings[1] == "The machine was busy.")
  }
}
