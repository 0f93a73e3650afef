import Subprocess
import Testing

@testable import PGBenchHost
@testable import PGBenchKit

/// A process that keeps the first CPU busy, beside the one that is measured on.
enum OtherLoad {
  /// Ends by itself soon after this process.
  private static let script = """
    while kill -0 "$PPID" 2>/dev/null; do n=0; while [ "$n" -lt 200000 ]; do n=$((n + 1)); done; done
    """

  /// Runs a body with the load or without.
  static func with(_ isLoaded: Bool, _ body: () async throws -> Void) async throws {
    guard isLoaded else { return try await body() }
    let cpu = try #require(PlacedPlacement.allowedCPUs().first)
    let configuration = Configuration(
      executable: .name("taskset"), arguments: ["-c", "\(cpu)", "sh", "-c", script])
    _ = try await Subprocess.run(
      configuration, input: .none, output: .sequence, error: .discarded
    ) { execution in
      defer { try? execution.send(signal: .kill) }
      try await body()
    }
  }
}
