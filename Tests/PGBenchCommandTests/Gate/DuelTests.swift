import PGBenchCore
import PGBenchHost
import PGDriver
import Testing

@testable import pgbenchkit

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Duels of this very test program with itself, of which the head is told to differ.
///
/// One at a time, for only one measures, and not among the paced: these wait for each other with a limit.
@Suite("Duel", .serialized)
struct DuelTests {
  /// A budget that decides gates even on a machine that runs other tests meanwhile; what is decided sooner ends sooner.
  private static let decisive = Duration.seconds(6)

  private static func settings(
    filter: String, head: String, budget: Duration, patience: Duration
  ) -> DuelSettings {
    DuelSettings(
      filter: filter, tolerance: .percent(25), falseAlarmRate: 0.01,
      budget: budget, patience: patience, seed: Seed(1), profile: "gate",
      variables: ["PGBENCH_SCENARIO": "duel", "PGBENCH_SCENARIO_HEAD": head])
  }

  /// What a duel comes to.
  private static func duel(
    filter: String = "DuelScenarioBenchmarks", head: String, budget: Duration = .milliseconds(1500),
    patience: Duration = .seconds(30),
    during: @Sendable (ThrowawayServer) async throws -> Void = { _ in }
  ) async throws -> DuelResult {
    try await outcome(filter: filter, head: head, budget: budget, patience: patience, during: during).result
  }

  /// Runs a duel, and looks whether anything of it is left afterwards.
  private static func outcome(
    filter: String = "DuelScenarioBenchmarks", head: String, budget: Duration = .milliseconds(1500),
    patience: Duration = .seconds(30),
    during: @Sendable (ThrowawayServer) async throws -> Void = { _ in }
  ) async throws -> Duel.Outcome {
    let program = CommitBuild.Product(
      slot: BuildSlot(path: "/nowhere", lock: MachineLock(path: "/nowhere")),
      folder: FileManager.default.currentDirectoryPath, program: CommandLine.arguments[0])
    let server = try await ThrowawayServer.start()
    let listener = try DuelListener()
    let duel = Duel(
      products: [.base: program, .head: program],
      settings: settings(filter: filter, head: head, budget: budget, patience: patience),
      server: server, listener: listener, say: { _ in })
    let result: Result<Duel.Outcome, any Error>
    do {
      async let disturbance: Void = during(server)
      let outcome = try await duel.run()
      try await disturbance
      result = .success(outcome)
    } catch {
      result = .failure(error)
    }
    let folder = listener.privateFolder
    listener.close()
    await server.stop()
    #expect(!FileManager.default.fileExists(atPath: folder))
    return try result.get()
  }

  private static func verdict(_ result: DuelResult, _ variant: String, _ quantity: String) -> Verdict? {
    result.cases.flatMap(\.outcomes).first {
      $0.figures?.variant.name == "\(variant)@head" && $0.figures?.quantity == quantity
    }?.verdict
  }

  @Test("The same code is within the tolerance, and cases of one side are new or removed")
  func same() async throws {
    let result = try await Self.duel(head: "", budget: Self.decisive)
    #expect(result.conclusion == .fine, "\(result.summary)")
    for variant in ["sync", "changing"] {
      #expect(Self.verdict(result, variant, "time") == .withinTolerance)
      #expect(Self.verdict(result, variant, "allocations") == .withinTolerance)
    }
    #expect(
      result.rows.filter { $0.note != nil }.map { "\($0.identity.test): \($0.note ?? "")" } == [
        "Only of the head: new", "Only of the base: removed",
      ])
    for one in result.cases { #expect(one.samples.series.allSatisfy { !$0.blocks.isEmpty }) }
  }

  @Test("A head that is slower in one variant regresses in that one only")
  func slow() async throws {
    let result = try await Self.duel(head: "slow", budget: Self.decisive)
    #expect(result.conclusion == .regressed)
    #expect(Self.verdict(result, "changing", "time") == .regressed)
    #expect(Self.verdict(result, "sync", "time") == .withinTolerance, "\(result.summary)")
  }

  @Test("Waiting for the machine while another process measures uses up nothing of a case's time")
  func waiting() async throws {
    let start = ContinuousClock.now
    let outcome = try await Self.outcome(head: "") { _ in
      let other = MachineLock()
      try await other.lock { _ in }
      try await Task.sleep(for: .seconds(4))
      other.unlock()
    }
    let spent = Duration.nanoseconds(outcome.cases.reduce(0) { $0 + $1.spent })
    #expect(spent + .seconds(4) <= ContinuousClock.now - start)
    #expect(spent > .zero)
  }

  @Test("One allocation more in an operation regresses")
  func allocating() async throws {
    let result = try await Self.duel(head: "allocating")
    #expect(Self.verdict(result, "changing", "allocations") == .regressed)
    #expect(Self.verdict(result, "sync", "allocations") == .withinTolerance)
  }

  @Test(
    "A program that crashes, leaves or fails ends the duel, which says which, where and how",
    arguments: [
      ("crashing", "was ended by signal 11"), ("leaving", "ended with exit code 3"),
      ("failing", "relation \"nowhere\" does not exist"),
    ])
  func crash(head: String, words: String) async throws {
    let failure = await #expect(throws: GateFailure.self) { try await Self.duel(head: head) }
    #expect(failure?.reason == .benchmarkFailed)
    #expect(failure?.description.contains(words) ?? false, "\(failure?.description ?? "")")
    #expect(failure?.description.contains("head") ?? false)
    #expect(failure?.description.contains("A point query") ?? false)
  }

  @Test("A program that hangs ends the duel when the patience is over, and is asked nothing more")
  func hang() async throws {
    let patience = Duration.seconds(8)
    let start = ContinuousClock.now
    let failure = await #expect(throws: GateFailure.self) {
      try await Self.duel(head: "hanging", patience: patience)
    }
    #expect(failure?.reason == .benchmarkFailed)
    #expect(
      failure?.description.contains("did not answer within 8.0 seconds") ?? false,
      "\(failure?.description ?? "")")
    // Another order would have taken as long again, and then another.
    let took = ContinuousClock.now - start
    #expect(took < patience * 2 + .seconds(6))
  }

  @Test("A side that has none of the cases that are left is not waited for")
  func oneSideOnly() async throws {
    let result = try await Self.duel(filter: "DuelScenarioBenchmarks/(added|removed)", head: "")
    #expect(result.rows.map(\.note) == ["new", "removed"])
    for one in result.cases { #expect(one.samples.series.allSatisfy { !$0.blocks.isEmpty }) }
  }

  @Test("Without any benchmark that matches there is no duel, and the message says what was looked for")
  func nothing() async throws {
    let failure = await #expect(throws: GateFailure.self) {
      try await Self.duel(filter: "NoSuchBenchmarks", head: "")
    }
    #expect(failure?.reason == .noBenchmarks)
    #expect(failure?.description.contains("has no benchmarks that match \"NoSuchBenchmarks\"") ?? false)
  }

  @Test("A server that ends in mid-duel ends the duel, wherever it was")
  func server() async throws {
    let failure = await #expect(throws: (any Error).self) {
      try await Self.duel(head: "") { server in
        try? await Task.sleep(for: .seconds(2))
        kill(server.processIdentifier, SIGKILL)
      }
    }
    // A program's connection is gone, or there is none to make the next database.
    let isOfServer = (failure as? GateFailure)?.reason == .benchmarkFailed || failure is DatabaseServerError
    #expect(isOfServer, "\(failure.map { "\($0)" } ?? "")")
  }
}
