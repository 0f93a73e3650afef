import PGDriver
import PGMeasuring
import PGReporting
import PGSystem
import PGTestSupport
import Testing

@testable import PGBenchHost
@testable import PGServer

@Suite("The doctor's look", .paced)
struct DoctorReaderTests {
  @Test("at this machine finds the CPUs that the process may use, and a clock that ticks")
  func machine() async throws {
    let lock = MachineLock(path: "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max)).lock")
    let facts = await MachineReader(lock: lock).facts(watching: .milliseconds(50))
    #expect(facts.cpus == PlacedPlacement.allowedCPUs())
    #expect(facts.isOptimised == BuildMode.isOptimised)
    #expect(facts.isMeasuring == false)
    #expect(try #require(facts.clockCost) > 0)
    #if os(Linux)
      #expect(facts.binding == .works && facts.batchPolicy == .works)
      #expect(try #require(facts.onlineCPUs) >= facts.cpus.count)
    #else
      #expect(facts.binding == nil && facts.batchPolicy == nil && facts.quota == nil)
    #endif
  }

  @Test("at the kit's own server finds it ready and quiet, and its backends open to be bound and read")
  func ownServer() async throws {
    try await ThrowawayServer.with { server in
      let facts = try await ServerReader.facts(of: server)
      #expect(facts.isOwn && facts.version == server.info.version && facts.transport == "a Unix socket")
      #expect(facts.settings["autovacuum"] == "off")
      #if os(Linux)
        #expect(facts.binding == .works)
        #expect(!facts.missingMetrics.contains { $0.metric == .serverCPU || $0.metric == .clientRunDelay })
      #endif
    }
  }

  @Test("at somebody else's server touches none of its processes")
  func externalServer() async throws {
    try await ThrowawayServer.with { own in
      let server = try await ExternalServer.connect(
        to:
          "host=\(own.cluster.folder.path) port=\(ClusterRecipe.port) user=\(ClusterRecipe.superuser) dbname=postgres"
      )
      let facts = try await ServerReader.facts(of: server)
      #expect(!facts.isOwn && facts.binding == nil && facts.isInMemory == nil)
      #expect(facts.missingMetrics.contains { $0.metric == .serverCPU })
      await server.stop()
    }
  }
}
