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

/// A comparison of this very test program with itself, of which the head is told to differ.
enum CoordinatorRun {
  /// This test program; on Apple's systems what is in the bundle that a helper has been told to load.
  private static let program: String = {
    let given = CommandLine.arguments
    let rest = given.drop { $0 != "--test-bundle-path" }.dropFirst()
    return rest.first ?? given[0]
  }()

  static func settings(
    filter: String, scenario: String, head: String, budget: Duration, patience: Duration
  ) -> CoordinatorSettings {
    CoordinatorSettings(
      filter: filter, tolerance: .percent(25), falseAlarmRate: 0.01,
      budget: budget, patience: patience, seed: Seed(1), profile: "gate",
      variables: ["PGBENCH_SCENARIO": scenario, "PGBENCH_SCENARIO_HEAD": head])
  }

  /// What a comparison comes to.
  static func result(
    filter: String = "WorkerScenarioBenchmarks", scenario: String = "comparison", head: String,
    budget: Duration = .milliseconds(1500),
    patience: Duration = Slowness.limit,
    during: @Sendable (ThrowawayServer) async throws -> Void = { _ in }
  ) async throws -> CommitComparison {
    try await outcome(
      filter: filter, scenario: scenario, head: head, budget: budget, patience: patience, during: during
    ).result
  }

  /// Runs a comparison, and looks whether anything of it is left afterwards.
  ///
  /// - Parameter shared: A server that others use as well; one of its own unless it is given.
  static func outcome(
    filter: String = "WorkerScenarioBenchmarks", scenario: String = "comparison", head: String,
    budget: Duration = .milliseconds(1500),
    patience: Duration = Slowness.limit,
    on shared: (any DatabaseServer)? = nil,
    during: @Sendable (ThrowawayServer) async throws -> Void = { _ in }
  ) async throws -> Coordinator.Outcome {
    let program = CommitBuild.Product(
      slot: BuildSlot(path: "/nowhere", lock: MachineLock(path: "/nowhere")),
      folder: FileManager.default.currentDirectoryPath, programs: [program])
    let own = shared == nil ? try await ThrowawayServer.start() : nil
    let listener = try WorkerListener()
    let coordinator = Coordinator(
      products: [.base: program, .head: program],
      settings: settings(
        filter: filter, scenario: scenario, head: head, budget: budget, patience: patience),
      server: try #require(shared ?? own), listener: listener, say: { _ in })
    let result: Result<Coordinator.Outcome, any Error>
    do {
      if let own {
        async let disturbance: Void = during(own)
        let outcome = try await coordinator.run()
        try await disturbance
        result = .success(outcome)
      } else {
        result = .success(try await coordinator.run())
      }
    } catch {
      result = .failure(error)
    }
    let folder = listener.privateFolder
    listener.close()
    await own?.stop()
    #expect(!FileManager.default.fileExists(atPath: folder))
    return try result.get()
  }
}

extension CommitComparison {
  /// What a gate of the head's variant came to.
  func verdict(_ variant: String, _ quantity: String) -> Verdict? {
    cases.flatMap(\.outcomes).first {
      $0.figures?.variant.name == "\(variant)@head" && $0.figures?.quantity == quantity
    }?.verdict
  }
}
