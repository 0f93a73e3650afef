import PGBenchKit
import PGSystem

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the calibration suites share.
enum Calibration {
  /// How many cases to run; 0 unless PGBENCH_CALIBRATE says.
  static let cases = ProcessInfo.processInfo.environment["PGBENCH_CALIBRATE"].flatMap { Int($0) } ?? 0

  /// The prepared point query under a name, so that one driver can be compared with itself.
  ///
  /// - Parameter planted: Slows each operation.
  /// - Parameter shape: Slows some of them.
  static func pointQuery(
    _ driver: Variant, _ name: Variant, planted: PlantedSlowdown = PlantedSlowdown(share: 0),
    shape: PlantedShape? = nil
  ) -> BenchmarkVariant<String> {
    let slow = SlowBackends(oneIn: shape?.slowSessions ?? 0)
    @Sendable func query(_ index: Int) -> PostgresQuery {
      "SELECT id, username, email, full_name FROM users WHERE id = \(Int32(index % 100 + 1))"
    }
    if driver == .sync {
      return .sync(name) { connection, index in
        let start = MonotonicClock.now()
        defer { planted.wait(since: start) }
        shape?.wait(index, isSlow: slow.contains(connection.backendProcessID))
        return try connection.query(query(index))[0].decode(String.self, at: 2)
      }
    }
    return .async(name) { connection, index in
      let start = MonotonicClock.now()
      defer { planted.wait(since: start) }
      shape?.wait(index, isSlow: slow.contains(connection.backendProcessID))
      return try await connection.query(query(index))[0].decode(String.self, at: 2)
    }
  }

  /// A share of values for people, such as `94 of 100`.
  static func count(_ number: Int, of all: Int) -> String { "\(number) of \(all)" }

  /// A number with so many decimals.
  static func decimal(_ value: Double, _ places: Int = 2) -> String {
    let scale = (0..<places).reduce(1.0) { power, _ in power * 10 }
    return "\((value * scale).rounded() / scale)"
  }
}
