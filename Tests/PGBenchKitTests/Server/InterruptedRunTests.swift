import PGDriver
import PGReporting
import PGSystem
import PGTestSupport
import Testing

@testable import PGServer

/// What a run that a signal ends leaves on a server that others use too.
@Suite("An interrupted run on an external server", .pacedRuns)
struct InterruptedRunTests {
  @Test("A run that Ctrl-C ends drops its databases")
  func databases() async throws {
    try await ThrowawayServer.with { server in
      let configuration = ThrowawayServer.configuration(of: server.cluster.folder)
      let url = "host=\(server.cluster.folder.path) port=\(ClusterRecipe.port) dbname=postgres user=postgres"
      try await ChildRun.of("DeliveryBenchmarks/interruption", environment: ["PGBENCH_DATABASE_URL": url]) {
        run in
        #expect(run.signal == SIGINT, "\(run.output)")
        #expect(try run.report().cases.count == 1)
        let admin = try SyncConnection.connect(to: configuration)
        defer { admin.close() }
        let left = try admin.query("SELECT datname::text FROM pg_database").map { row in
          try row.decode(String.self, at: 0)
        }
        #expect(!left.contains { $0.hasPrefix("pgbenchkit") })
      }
    }
  }
}
