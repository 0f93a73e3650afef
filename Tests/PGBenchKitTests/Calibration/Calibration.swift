import PGBenchKit

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
  static func pointQuery(_ driver: Variant, _ name: Variant) -> BenchmarkVariant<String> {
    @Sendable func query(_ index: Int) -> PostgresQuery {
      "SELECT id, username, email, full_name FROM users WHERE id = \(Int32(index % 100 + 1))"
    }
    if driver == .sync {
      return .sync(name) { try $0.query(query($1))[0].decode(String.self, at: 2) }
    }
    return .async(name) { try await $0.query(query($1))[0].decode(String.self, at: 2) }
  }
}
