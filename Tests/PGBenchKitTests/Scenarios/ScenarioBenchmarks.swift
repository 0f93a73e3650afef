import PGBenchKit
import PGServer
import PGSystem
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Benchmarks that `ScenarioTests` runs in child processes, most of which must fail.
@Suite(
  "Scenarios", .benchmark, .postgres(.study),
  .enabled(if: ProcessInfo.processInfo.environment["PGBENCH_SCENARIO"] == "1"))
struct ScenarioBenchmarks {
  @Test(
    "An even race", .budget(.untilDecided(atMost: .seconds(20))),
    .gate(.async, notSlowerThan: .sync, by: .percent(400)),
    .gate(.statements, atMost: 1))
  func evenRace() async throws {
    let result = try await benchmark(10) { connection, index in
      try await connection.query("SELECT username FROM users WHERE id = \(Int32(index % 100 + 1))")
    }
    #expect(try result[.async].latency.p50 > .zero)
  }

  @Test(
    "A planted slowdown", .budget(.untilDecided(atMost: .seconds(20))),
    .gate("slow", notSlowerThan: "fast", by: .percent(10)))
  func plantedSlowdown() async throws {
    try await benchmark(
      100,
      variants: [
        .sync("fast") { connection, index in try Self.name(connection, index) },
        .sync("slow") { connection, index in
          let start = ContinuousClock.now
          let name = try Self.name(connection, index)
          let end = ContinuousClock.now
          // Three times as long as the operation took.
          while ContinuousClock.now - end < (end - start) * 2 {}
          return name
        },
      ])
  }

  private static func name(_ connection: SyncConnection, _ index: Int) throws -> String {
    try connection.query("SELECT username FROM users WHERE id = \(Int32(index % 100 + 1))")[0]
      .decode(String.self, at: 0)
  }

  @Test("A percentile of too few samples", .gate(.async, .latency(.p999), notAbove: .sync, by: .percent(50)))
  func percentile() async throws {
    try await benchmark(10) { connection, _ in try await connection.query("SELECT 1") }
  }

  @Test(
    "One allocation more", .budget(.rounds(8)),
    .gate("one more", .metric(.allocations), notAbove: "plain", by: .percent(0)))
  func allocation() async throws {
    let result = try await benchmark(
      50,
      variants: [
        .sync("plain") { connection, index in try Self.name(connection, index) },
        .sync("one more") { connection, index in
          blackHole([index])
          return try Self.name(connection, index)
        },
      ])
    let plain = try #require(try result["plain"][.allocations])
    try result.check(Gate(nil, .metric(.allocations), .limit(plain)))
  }

  @Test(
    "A stored count", .budget(.rounds(8)),
    .gate(.sync, .metric(.allocations), notAboveBaselineBy: .percent(0)))
  func storedCount() async throws {
    let isMore = ProcessInfo.processInfo.environment["PGBENCH_SCENARIO_MORE"] == "1"
    try await benchmark(
      50,
      variants: [
        .sync { connection, index in
          if isMore { blackHole([index]) }
          return try Self.name(connection, index)
        }
      ])
  }

  /// One operation of 500 takes 50 ms.
  private static func stall(_ connection: SyncConnection, _ index: Int) throws -> Int {
    if index % 500 == 250 { _ = try connection.query("SELECT pg_sleep(0.05)") }
    return try connection.query("SELECT 1")[0].decode(Int.self, at: 0)
  }

  @Test("A stall in a closed loop", .budget(.rounds(40)))
  func closedStall() async throws {
    try await benchmark(100, variants: [.sync { try Self.stall($0, $1) }])
  }

  @Test("A stall each second in an open loop", .budget(.rounds(20)), .rate(perSecond: 500))
  func openStall() async throws {
    try await benchmark(100, variants: [.sync { try Self.stall($0, $1) }])
  }

  @Test(
    "Five clients at random", .budget(.rounds(8)), .rate(perSecond: 1000, arrivals: .poisson),
    .gate(.async, .missedStarts, atMost: 0.9))
  func openClients() async throws {
    try await benchmark(100, clients: 5) { connection, _ in try await connection.query("SELECT 1") }
  }

  @Test("More than there is time for", .budget(.rounds(8)), .rate(perSecond: 600))
  func tooMany() async throws {
    try await benchmark(
      100, variants: [.sync { connection, _ in try connection.query("SELECT pg_sleep(0.002)").count }])
  }

  @Test(
    "A gate on what waiting is in", .rate(perSecond: 600),
    .gate(.metric(.clientCPU), atMost: .microseconds(50)))
  func clientCPU() async throws {
    try await benchmark(10) { _, _ in 1 }
  }

  @Test(
    "The highest rate of operations of 2 ms", .budget(.rounds(8)), .findRate(.p90, atMost: .milliseconds(20)),
    .gate("two", notSlowerThan: "one"))
  func highestRate() async throws {
    func sleeps(_ variant: Variant, _ times: Int) -> BenchmarkVariant<Int> {
      .sync(variant) { connection, _ in
        for _ in 0..<times { _ = try connection.query("SELECT pg_sleep(0.002)") }
        return 1
      }
    }
    try await benchmark(10, variants: [sleeps("one", 1), sleeps("two", 2)])
  }

  @Test("A latency that no rate has", .budget(.rounds(4)), .findRate(.p50, atMost: .milliseconds(1)))
  func noHighestRate() async throws {
    try await benchmark(
      10, variants: [.sync { connection, _ in try connection.query("SELECT pg_sleep(0.002)").count }])
  }

  @Test("No latency", .findRate(p99: .zero))
  func noLatency() async throws {
    try await benchmark(10) { _, _ in 1 }
  }

  @Test("No rate", .rate(perSecond: 0))
  func noRate() async throws {
    try await benchmark(10) { _, _ in 1 }
  }

  @Test("Forgotten")
  func forgotten() {}

  @Test("No statements", .gate(.statements, atMost: 0))
  func noStatements() async throws {
    try await benchmark(10) { _, _ in 1 }
  }

  @Test("A statement that the server refuses")
  func sqlError() async throws {
    try await benchmark(10) { connection, _ in try await connection.query("SELECT nothing FROM nowhere") }
  }

  @Test("Variants that return different things")
  func differentOutputs() async throws {
    try await benchmark(10, sync: { _, _ in 1 }, async: { _, _ in 2 })
  }

  @Test("Variants whose bodies are one expression that decodes different things")
  func differentRows() async throws {
    try await benchmark(
      10,
      variants: [
        .sync { connection, _ in try connection.query("SELECT 1").decode(Int32.self) },
        .async { connection, _ in try await connection.query("SELECT 2").decode(Int32.self) },
      ])
  }

  @Test("A gate on a variant that isn't there", .gate("pipelined", notSlowerThan: .sync, by: .percent(10)))
  func unknownVariant() async throws {
    try await benchmark(10) { connection, _ in try await connection.query("SELECT 1") }
  }

  @Test("A server that dies in mid-run")
  func dyingServer() async throws {
    let server = try #require(try await SharedServer.server() as? ThrowawayServer)
    try await benchmark(10) { connection, index in
      // After the outputs were compared, and soon: a slow machine measures a few dozen operations.
      if index == 20 {
        kill(server.processIdentifier, SIGKILL)
        // The connection goes on until its backend notices.
        while true { _ = try await connection.query("SELECT pg_sleep(0.01)") }
      }
      return try await connection.query("SELECT 1")
    }
  }

  @Test("A far server", .roundTrip(.milliseconds(5)), .budget(.rounds(4)), .warmup(.operations(1)))
  func farServer() async throws {
    let result = try await benchmark(1) { connection, _ in try await connection.query("SELECT 1") }
    #expect(try result[.sync].latency.p50 >= .milliseconds(5))
    #expect(try result[.async].latency.p50 >= .milliseconds(5))
    await #expect(throws: BenchmarkError.self) {
      try await benchmark(1) { connection, _ in try await connection.query("SELECT nothing FROM nowhere") }
    }
    // The server's folder holds its cluster, a proxy's none.
    let proxies = ["/tmp", ProcessInfo.processInfo.environment["TMPDIR"]].compactMap(\.self).flatMap { home in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: home)) ?? []
      return names.filter { name in
        name.hasPrefix("pgbenchkit-\(getpid())-")
          && !FileManager.default.fileExists(atPath: "\(home)/\(name)/data")
      }
    }
    #expect(proxies == [])
  }

  @Test("A server at no distance", .roundTrip(.zero))
  func noDistance() async throws {
    try await benchmark(10) { connection, _ in try await connection.query("SELECT 1") }
  }

  @Test("A long run", .budget(.time(.seconds(60))))
  func longRun() async throws {
    try await benchmark(10) { connection, _ in try await connection.query("SELECT 1") }
  }
}
