import Foundation
import PGDriver
import PGSystem
import PGTestSupport
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

/// Runs a body and expects it to take no longer than a limit.
func inBoundedTime<Answer>(
  _ limit: Duration = Slowness.limit, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> Answer
) async throws -> Answer {
  let start = ContinuousClock.now
  let answer = try await body()
  #expect(ContinuousClock.now - start < limit, sourceLocation: sourceLocation)
  return answer
}

/// What a body returns once its statement keeps within the connection's short time-out, for which a busy machine may take
/// several tries.
func withinTimeout<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
  for _ in 1...100 {
    do {
      return try await body()
    } catch let error as PostgresError where error.code == .timedOut {}
  }
  return try await body()
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

/// What a body comes to, which is cancelled and counts as a failure when it takes longer than a limit.
func orHang<Answer: Sendable>(
  _ limit: Duration = Slowness.limit, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: @escaping @Sendable () async throws -> Answer
) async throws -> Answer {
  let work = Task { try await body() }
  let hasHung = Recorder<Void>()
  let alarm = Task {
    try await Task.sleep(for: limit)
    hasHung.note(())
    work.cancel()
  }
  let result = await withTaskCancellationHandler {
    await work.result
  } onCancel: {
    work.cancel()
  }
  alarm.cancel()
  #expect(hasHung.elements.isEmpty, "It didn't end by itself.", sourceLocation: sourceLocation)
  return try result.get()
}

/// What tasks note, in the order in which they do.
final class Recorder<Element: Sendable>: Sendable {
  private let noted = Lock<[Element]>([])

  /// A true copy, for the thread sanitizer doesn't see that the array is no longer shared when the next one is noted.
  var elements: [Element] { noted.withLock { $0.map { $0 } } }

  func note(_ element: Element) { noted.withLock { $0.append(element) } }
}
