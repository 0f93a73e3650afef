#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How long tests wait before they call something hung.
///
/// It tells what hangs from what ends, and nothing about speed: a machine on which all tests run at once takes
/// seconds, and more, for what takes milliseconds.
package enum Slowness {
  /// How many times as long as usual everything may take, as under a sanitizer: PGBENCH_SLOWNESS.
  package static let factor = ProcessInfo.processInfo.environment["PGBENCH_SLOWNESS"].flatMap { Int($0) } ?? 1

  /// The limit of what isn't known to take long.
  package static let limit = Duration.seconds(90) * factor
}

/// Asks again and again until the answer is yes, or the time is over.
package func eventually(
  within limit: Duration = Slowness.limit, _ condition: () async throws -> Bool
) async rethrows -> Bool {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try await condition() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return try await condition()
}
