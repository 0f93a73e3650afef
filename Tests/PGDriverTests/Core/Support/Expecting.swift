import PGDriver
import Testing

/// The error that a body throws; records an issue if it throws none, or one of another type.
func errorOf(
  _ body: () async throws -> some Any, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> PostgresError {
  do {
    _ = try await body()
  } catch {
    return try #require(error as? PostgresError, "\(error)", sourceLocation: sourceLocation)
  }
  return try #require(nil as PostgresError?, "No error was thrown.", sourceLocation: sourceLocation)
}

/// Runs a body and expects it to take no longer than a limit, generous for a busy machine.
func inBoundedTime<Answer>(
  _ limit: Duration = .seconds(5), sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> Answer
) async throws -> Answer {
  let start = ContinuousClock.now
  let answer = try await body()
  #expect(ContinuousClock.now - start < limit, sourceLocation: sourceLocation)
  return answer
}

/// Asks again and again until the answer is yes, or the time is over.
func eventually(
  within limit: Duration = .seconds(5), _ condition: () async throws -> Bool
) async throws -> Bool {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try await condition() { return true }
    try await Task.sleep(for: .milliseconds(5))
  }
  return try await condition()
}

extension PostgresConnection {
  /// The only value of the only row that a query returns.
  func value<Value: PostgresDecodable>(
    _ query: PostgresQuery, as type: Value.Type = Value.self,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Value {
    let rows = try await self.query(query)
    try #require(rows.count == 1 && rows.columns.count == 1, sourceLocation: sourceLocation)
    return try rows[0].decode(type, at: 0)
  }
}
