import PGDriver
import PGMeasuring
import PGReporting
import PGServer
import PGSystem
import PGTestSupport
import PGVerdicts
import Testing

@testable import PGBenchCommand

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Comparisons of this very test program with itself, of which the head is told to differ.
///
/// One at a time, for only one measures, and not among the paced: these wait for each other with a limit.
@Suite("Coordinator", .serialized)
struct CoordinatorTests {
  @Test("Cases of one side are new or removed, and those of both are asked what their traits leave")
  func sides() async throws {
    let result = try await CoordinatorRun.result(head: "")
    for one in result.cases where one.entry.isCommon {
      #expect(
        Set(one.outcomes.compactMap(\.figures?.quantity)).isDisjoint(with: ["whole time", "connecting"]))
    }
    for variant in ["sync", "changing"] {
      #expect(result.verdict(variant, "time") != .regressed)
      #expect(result.verdict(variant, "allocations") == .withinTolerance)
    }
    #expect(
      result.rows.filter { $0.note != nil }.map { "\($0.identity.test): \($0.note ?? "")" } == [
        "Only of the head: new", "Only of the base: removed",
      ])
    for one in result.cases { #expect(one.samples.series.allSatisfy { !$0.blocks.isEmpty }) }
  }

  @Test(
    "The gates that a test declares are held: statements, metrics of its own, percentiles",
    arguments: [false, true])
  func declared(asksTwice: Bool) async throws {
    let result = try await CoordinatorRun.result(
      filter: "WorkerQuestionBenchmarks/declared", head: asksTwice ? "asking twice" : "",
      // What is decided sooner ends sooner, but a percentile takes operations enough.
      budget: Slowness.limit)
    let outcomes = try #require(result.cases.first?.outcomes)
    func verdicts(_ quantity: String, against reference: String) -> [Verdict] {
      outcomes.filter { $0.figures?.quantity == quantity && $0.figures?.reference == reference }
        .map(\.verdict)
    }
    let expected = [asksTwice ? Verdict.regressed : .withinTolerance]
    #expect(verdicts("statements", against: "the limit") == expected, "\(outcomes)")
    #expect(verdicts("statements", against: "sync@base") == expected, "\(outcomes)")
    #expect(verdicts("rows read", against: "the limit") == expected, "\(outcomes)")
    #expect(verdicts("p90", against: "the limit") == [.withinTolerance], "\(outcomes)")
    #expect(result.conclusion == .regressed || !asksTwice)
  }

  @Test(
    "Under a rate a stall of the head's is felt by all that were to begin meanwhile, and regresses",
    arguments: ["", "stalling"])
  func paced(head: String) async throws {
    let result = try await CoordinatorRun.result(
      filter: "WorkerQuestionBenchmarks/paced", head: head)
    let samples = try #require(result.cases.first?.samples)
    #expect(samples.series.allSatisfy { !$0.blocks.isEmpty && $0.blocks.allSatisfy { $0.pace != nil } })
    #expect((result.verdict("sync", "whole time") == .regressed) == (head == "stalling"), "\(result.summary)")
    // In each hundred operations one stalls for 30 ms, in which thirty are to begin.
    let missed = samples.series.map { series in MetricEstimate.perOperation(.missedStarts, in: series.blocks)
    }
    #expect(try #require(missed[1]) > 0.1 || head == "")
  }

  @Test("A comparison that is cancelled while a program hangs ends at once, whatever its patience")
  func cancelledWhileHanging() async throws {
    let (hangs, tell) = AsyncStream.makeStream(of: Void.self)
    let comparison = Task {
      try await CoordinatorRun.result(head: "hanging", patience: Slowness.limit * 10) { server in
        let observer = try await AsyncConnection.connect(
          to: try await server.database(for: .empty).configuration)
        // A connection that is measured never rests for so long, unless its client has stopped.
        let resting = """
          SELECT count(*) FROM pg_stat_activity WHERE state = 'idle' AND query LIKE '%username%'
            AND state_change < clock_timestamp() - interval '3 s'
          """ as PostgresQuery
        // It hangs only once others that measure have let it have the machine.
        let isResting = try await eventually(within: Slowness.limit * 4) {
          try await observer.query(resting)[0].decode(Int64.self, at: 0) > 0
        }
        #expect(isResting, "No program hung.")
        tell.yield()
        await observer.close()
      }
    }
    for await _ in hangs { break }
    let start = ContinuousClock.now
    comparison.cancel()
    await #expect(throws: (any Error).self) { try await comparison.value }
    #expect(ContinuousClock.now - start < Slowness.limit * 2)
  }

  @Test("Waiting for the machine while another process measures uses up nothing of a case's time")
  func waiting() async throws {
    let start = ContinuousClock.now
    let outcome = try await CoordinatorRun.outcome(head: "") { _ in
      let other = MachineLock()
      try await other.lock { _ in }
      try await Task.sleep(for: .seconds(4))
      other.unlock()
    }
    let spent = Duration.nanoseconds(outcome.cases.reduce(0) { $0 + $1.measurement.spent })
    #expect(spent + .seconds(4) <= ContinuousClock.now - start)
    #expect(spent > .zero)
  }

  @Test("One allocation more in an operation regresses")
  func allocating() async throws {
    let result = try await CoordinatorRun.result(head: "allocating")
    #expect(result.verdict("changing", "allocations") == .regressed)
    #expect(result.verdict("sync", "allocations") == .withinTolerance)
  }

  @Test(
    "A program that crashes, leaves or fails ends the comparison, which says which, where and how",
    arguments: [
      ("crashing", "was ended by signal 11"), ("leaving", "ended with exit code 3"),
      ("failing", "relation \"nowhere\" does not exist"),
    ])
  func crash(head: String, words: String) async throws {
    let failure = await #expect(throws: GateFailure.self) { try await CoordinatorRun.result(head: head) }
    #expect(failure?.reason == .benchmarkFailed)
    #expect(failure?.description.contains(words) ?? false, "\(failure?.description ?? "")")
    #expect(failure?.description.contains("head") ?? false)
    #expect(failure?.description.contains("A point query") ?? false)
  }

  @Test("A program that hangs ends the comparison when the patience is over, and is asked nothing more")
  func hang() async throws {
    let patience = Duration.seconds(8)
    let start = ContinuousClock.now
    let failure = await #expect(throws: GateFailure.self) {
      try await CoordinatorRun.result(head: "hanging", patience: patience)
    }
    #expect(failure?.reason == .benchmarkFailed)
    #expect(
      failure?.description.contains("did not answer within 8.0 seconds") ?? false,
      "\(failure?.description ?? "")")
    // Another order would have taken as long again, and then another.
    let took = ContinuousClock.now - start
    #expect(took < patience * 2 + Slowness.limit)
  }

  @Test("A side that has none of the cases that are left is not waited for")
  func oneSideOnly() async throws {
    let outcome = try await CoordinatorRun.outcome(
      filter: "WorkerScenarioBenchmarks/(added|removed)", head: "")
    let result = outcome.result
    #expect(result.conclusion == .removed)
    #expect(
      outcome.warnings.contains {
        $0.hasPrefix("The head no longer has 1 benchmark") && $0.contains("Only of the base")
      })
    #expect(result.rows.map(\.note) == ["new", "removed"])
    for one in result.cases { #expect(one.samples.series.allSatisfy { !$0.blocks.isEmpty }) }
  }

  @Test("Without any benchmark that matches there is no comparison, and the message says what was looked for")
  func nothing() async throws {
    let failure = await #expect(throws: GateFailure.self) {
      try await CoordinatorRun.result(filter: "NoSuchBenchmarks", head: "")
    }
    #expect(failure?.reason == .noBenchmarks)
    #expect(failure?.description.contains("has no benchmarks that match \"NoSuchBenchmarks\"") ?? false)
  }

  @Test("A server that ends in mid-comparison ends the comparison, wherever it was")
  func server() async throws {
    let failure = await #expect(throws: (any Error).self) {
      try await CoordinatorRun.result(head: "") { server in
        try? await Task.sleep(for: .seconds(2))
        kill(server.processIdentifier, SIGKILL)
      }
    }
    // A program's connection is gone, or there is none to make the next database.
    let isOfServer = (failure as? GateFailure)?.reason == .benchmarkFailed || failure is DatabaseServerError
    #expect(isOfServer, "\(failure.map { "\($0)" } ?? "")")
  }

  @Test(
    "Arguments and calls of a test are cases of their own, whatever their order, and none has another's figures"
  )
  func identities() async throws {
    let outcome = try await CoordinatorRun.outcome(filter: "WorkerIdentityBenchmarks/byStatus", head: "")
    let names = ["quick", "slow"].flatMap { status in
      ["", " (call 2)"].map { "Coordinator identities / By status (status: .\(status)) / 4\($0)" }
    }
    #expect(outcome.result.cases.map(\.entry.identity.description).sorted() == names.sorted())
    for one in outcome.result.cases {
      let identity = one.entry.identity
      let expected = (identity.title.contains(".slow") ? 900_000 : 100_000) * identity.call
      for series in one.samples.series {
        #expect(!series.blocks.isEmpty, "\(identity)")
        let fastest = try #require(series.latencies.min())
        #expect(fastest >= expected && fastest < expected * 3 / 2, "\(identity): \(fastest)")
      }
    }
  }

  @Test("Cases that come one at a time, and in another order at the head, are measured by turns")
  func serialized() async throws {
    let outcome = try await CoordinatorRun.outcome(
      filter: "WorkerIdentityBenchmarks/inTurn", head: "", budget: .milliseconds(100))
    for one in outcome.result.cases {
      #expect(one.samples.series.allSatisfy { !$0.blocks.isEmpty }, "\(one.entry.identity)")
    }
    #expect(outcome.result.cases.count == 2)
  }

  @Test(
    "A head whose test fails, leaves or crashes before its benchmark ends the comparison with the test's own words",
    arguments: [
      ("throwing", ["Fails for one (status: .slow) failed at the head", "the orders have no rows"]),
      ("expecting", ["Fails for one (status: .slow) failed at the head", "the orders have no rows"]),
      ("exiting", ["ended with exit code 0 while tests ran", "Fails for one (status: .slow)"]),
      ("crashing early", ["The head's test program was ended by signal", "nothing to order"]),
    ])
  func early(head: String, words: [String]) async throws {
    let failure = await #expect(throws: GateFailure.self) {
      try await CoordinatorRun.result(filter: "WorkerIdentityBenchmarks/failing", head: head)
    }
    #expect(failure?.reason == .benchmarkFailed)
    for words in words {
      #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
    }
  }

  @Test("A test that fails at the base only is new at the head, and the report says why")
  func mended() async throws {
    let outcome = try await CoordinatorRun.outcome(
      filter: "WorkerIdentityBenchmarks/failing", head: "base throwing")
    #expect(outcome.result.rows.compactMap(\.note) == ["new"])
    #expect(
      outcome.warnings.contains {
        $0.contains("(status: .slow) failed at the base") && $0.contains("no rows")
      },
      "\(outcome.warnings)")
  }
}
