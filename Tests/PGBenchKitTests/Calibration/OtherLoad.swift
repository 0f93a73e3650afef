import Subprocess
import Testing

@testable import PGBenchKit

/// A process that keeps the first CPU busy, beside the one that is measured on.
enum OtherLoad {
  /// Runs a body with the load or without.
  static func with(_ isLoaded: Bool, _ body: () async throws -> Void) async throws {
    guard isLoaded else { return try await body() }
    let cpu = try #require(PlacedPlacement.allowedCPUs().first)
    let configuration = Configuration(
      executable: .name("taskset"), arguments: ["-c", "\(cpu)", "sh", "-c", "while :; do :; done"])
    _ = try await Subprocess.run(
      configuration, input: .none, output: .sequence, error: .discarded
    ) { execution in
      defer { try? execution.send(signal: .kill) }
      try await body()
    }
  }
}
