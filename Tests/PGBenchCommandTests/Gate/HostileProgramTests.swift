import PGMeasuring
import PGReporting
import PGServer
import PGVerdicts
import Testing

@testable import PGBenchCommand

/// What becomes of comparisons with a head that lies, by a program that speaks the protocol over the coordinator's own socket.
@Suite("A head that lies", .serialized)
struct HostileProgramTests {
  private static func comparison(_ lie: String) async throws -> Coordinator.Outcome {
    try await CoordinatorRun.outcome(
      filter: "HostilePrograms", scenario: "hostile", head: lie, budget: .milliseconds(300),
      patience: .seconds(20),
      on: try await SharedServer.server())
  }

  @Test(
    "ends the comparison with a message that says what can't be, and never wins it",
    arguments: [
      ("no time", "said to have taken 0 ns"), ("negative times", "said to have taken -"),
      ("the greatest number", "said to have taken 9223372036854775807 ns"),
      ("the least number", "said to have taken -9223372036854775808 ns"),
      ("more time than passed", "ns apart"), ("fewer operations", "latencies"),
      ("times that don't add up", "add up to"), ("negative allocations", "a metric that can't be: -9.0"),
      ("no times", "without its times"), ("an infinite metric", "none of the protocol's"),
      ("two answers", "said what can't be"), ("two hellos", "it called twice"),
      ("an end of nothing", "which had not begun"), ("a senseless case", "a count of -5"),
      ("an endless budget", "a budget of no time, or days"), ("a case twice", "two benchmarks of one name"),
      ("a flood of cases", "more tests than any program has"), ("a line without an end", "and no end so far"),
      ("no JSON", "none of the protocol's: \\u{1B}[2Jnonsense"),
    ])
  func lies(lie: String, words: String) async throws {
    let failure = await #expect(throws: GateFailure.self) { try await Self.comparison(lie) }
    #expect(failure?.reason == .benchmarkFailed, "\(failure?.description ?? "")")
    #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
    #expect(failure?.description.contains("head") == true)
  }

  @Test(
    "can't speak for the base: what has no token of the coordinator's is hung up on",
    arguments: ["", "another's hello"])
  func tokens(lie: String) async throws {
    let outcome = try await Self.comparison(lie)
    let one = try #require(outcome.cases.first)
    #expect(outcome.cases.count == 1 && one.entry.isCommon && !one.measurement.outcomes.isEmpty)
    #expect(one.result.samples.series.allSatisfy { !$0.blocks.isEmpty })
  }
}
