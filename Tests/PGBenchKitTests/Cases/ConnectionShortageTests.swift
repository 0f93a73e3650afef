import PGBenchKit
import PGTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A benchmark that `ConnectionShortageTests` runs in a child process.
@Suite(
  "Connection scenarios", .benchmark, .postgres(.empty),
  .enabled(if: ProcessInfo.processInfo.environment["PGBENCH_SCENARIO"] == "1"))
struct ConnectionScenarios {
  @Test("More clients than the server allows")
  func manyClients() async throws {
    try await benchmark(400, clients: 400) { connection, _, _ in try await connection.query("SELECT 1") }
  }
}

@Suite("More clients than the server allows", .pacedRuns)
struct ConnectionShortageTests {
  @Test("are an error that names how many are asked for, and how many are allowed")
  func numbers() async throws {
    try await ChildRun.of("ConnectionScenarios/manyClients") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      // Swift Testing breaks lines.
      let words = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains("800 connections at once, 400 for each of its 2 variants"), "\(run.output)")
      #expect(words.contains("the server allows 300 in all (max_connections)"), "\(run.output)")
    }
  }
}
