import PGBenchKit
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Benchmarks that `IdentityTests` runs in child processes: those whose cases are easily taken for each other.
@Suite(
  "Orders", .benchmark, .serialized, .budget(.rounds(4)), .warmup(.operations(1)),
  .enabled(if: ProcessInfo.processInfo.environment["PGBENCH_SCENARIO"] == "1"))
struct IdentityBenchmarks {
  enum Status: CaseIterable { case paid, open, lost }

  @Test("By status", arguments: Status.allCases, [OperationCount(2), OperationCount(4), OperationCount(6)])
  func byStatus(status: Status, operations: OperationCount) async throws {
    try await Self.measure(operations)
  }

  @Test("Two calls")
  func twoCalls() async throws {
    try await Self.measure(2)
    try await Self.measure(2)
  }

  @Test("A loop over counts")
  func loop() async throws {
    for count in [2, 4, 6] { try await Self.measure(OperationCount(count)) }
  }

  @Test("Same name") func first() async throws { try await Self.measure(2) }
  @Test("Same name") func second() async throws { try await Self.measure(2) }

  /// What reads the same, whatever it holds.
  struct Opaque: CustomStringConvertible {
    let number: Int
    var description: String { "something" }
  }

  @Test("Alike", arguments: [Opaque(number: 1), Opaque(number: 2)])
  func alike(opaque: Opaque) async throws { try await Self.measure(2) }

  @Test("Equal", arguments: ["a", "a"])
  func equal(text: String) async throws { try await Self.measure(2) }

  @Suite("Nested") struct Nested {
    @Test("Find") func find() async throws { try await IdentityBenchmarks.measure(2) }
  }

  struct Other {
    @Suite("Nested") struct Nested {
      @Test("Find") func find() async throws { try await IdentityBenchmarks.measure(2) }
    }
  }

  static func measure(_ operations: OperationCount) async throws {
    try await benchmark(operations, variants: [.sync { connection, _ in try connection.execute("SELECT 1") }])
  }
}
