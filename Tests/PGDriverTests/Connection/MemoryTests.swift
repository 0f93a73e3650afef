import PGTestSupport
import Testing

@testable import PGDriver

#if os(Linux)
  #if canImport(FoundationEssentials)
    import FoundationEssentials
  #else
    import Foundation
  #endif

  /// In a process of their own, since other tests allocate too.
  @Suite("Memory", .paced, .timeLimit(.minutes(5)))
  struct MemoryTests {
    @Test("stays flat over 200,000 mixed operations on each driver, and no result is left over")
    func flat() async throws {
      let parameters = try await SharedDatabase.configuration.parameters
      await #expect(processExitsWith: .success) { [parameters = parameters as [String: String]] in
        for driver in [TestDriver.sync, .async(.best)] {
          try await driver.withConnection(to: PostgresConfiguration(parameters: parameters)) { connection in
            try await connection.execute("CREATE TEMPORARY TABLE t (n int, s text)")
            try await MemoryTests.mix(20_000, on: connection)
            // What leaks grows each time; what an allocator keeps, the address sanitizer's above all, comes to its end.
            var growths: [Int] = []
            repeat {
              let before = try MemoryTests.residentBytes()
              try await MemoryTests.mix(200_000, on: connection)
              growths.append(try MemoryTests.residentBytes() - before)
            } while (growths.last ?? 0) >= 4 << 20 && growths.count < 3
            #expect((growths.last ?? 0) < 4 << 20, "\(driver): \(growths) bytes")
          }
        }
        #if DEBUG
          #expect(PostgresResult.living == 0)
        #endif
      }
    }

    /// Queries, failures, transactions, pipelines and streams by turns: so many statements.
    private static func mix(_ statements: Int, on connection: any PostgresConnection) async throws {
      var done = 0
      while done < statements {
        _ = try await connection.query("SELECT \(done), \("text \(done)"), NULL::int")
        _ = try? await connection.query("SELECT 1 / \(Int32(0))")
        try await connection.transaction { _ = try await $0.query("SELECT n, s FROM t") }
        _ = try await connection.pipeline((0..<20).map { "SELECT \($0)::int8" })
        done += 25
      }
    }

    /// What of the process is in memory: the second number of /proc/self/statm, in pages of 4 KiB.
    private static func residentBytes() throws -> Int {
      let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
      return try #require(Int(fields[1])) * 4096
    }
  }
#endif
