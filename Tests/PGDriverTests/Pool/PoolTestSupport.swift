import PGSystem
import PGTestSupport
import Testing

@testable import PGDriver

/// Waits until something is so, for no longer than a test may take.
func eventually(
  _ what: Comment, within limit: Duration = Slowness.limit,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ isSo: () async throws -> Bool
) async throws {
  try #require(try await eventually(within: limit, isSo), what, sourceLocation: sourceLocation)
}

/// Runs blocking code on a thread of its own.
func onThread<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer {
  try await withCheckedThrowingContinuation { continuation in
    do {
      try OSThread.start("blocking test") { continuation.resume(with: Result { try body() }) }
    } catch {
      continuation.resume(throwing: error)
    }
  }
}

/// The kind of driver error that something ends with; nil if it ends well.
func code(_ body: () async throws -> Void) async throws -> PostgresError.Code? {
  do {
    try await body()
    return nil
  } catch let error as PostgresError {
    return error.code
  }
}

extension AsyncPool {
  /// The server process that the next connection belongs to.
  func backend() async throws -> Int32 { try await withConnection { $0.backendProcessID } }
}

extension PostgresConnection {
  /// Ends every other connection to this database.
  func terminateOthers() async throws {
    _ = try await query(
      """
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()
      """)
  }

  /// How many other connections to this database there are.
  func countOthers() async throws -> Int64 {
    let rows = try await query(
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
      """)
    return try #require(rows.first).decode(Int64.self)
  }
}
