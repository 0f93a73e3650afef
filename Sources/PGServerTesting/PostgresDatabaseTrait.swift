@_exported public import PGServer
public import Testing

/// Gives every test case a PostgreSQL database of its own.
///
/// The server is `SharedServer.server()`: one for the process, which the first test starts. A database is
/// cloned from a template that holds the fixture, which takes milliseconds; it is dropped when the case has
/// ended. So tests run in parallel, and none sees what another has written.
public struct PostgresDatabaseTrait: SuiteTrait, TestTrait, TestScoping {
  let fixture: Fixture

  /// The tests of a suite have it, and those of the suites within.
  public var isRecursive: Bool { true }

  /// Makes the database for a case, and drops it.
  ///
  /// - Throws: `DatabaseServerError` if no server or no database can be had, and what the test throws.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let database = try await SharedServer.server().database(for: fixture)
    do {
      try await Database.$ofTest.withValue(database) { try await function() }
    } catch {
      // The test's failure says more than one of the clearing up, which the end of the process does again.
      try? await database.drop()
      throw error
    }
    try await database.drop()
  }
}

extension Trait where Self == PostgresDatabaseTrait {
  /// Every test case has a database of its own, `Database.current`, with the content of a fixture.
  ///
  ///     @Suite("Orders", .postgres(.shop))
  ///     struct OrderTests {
  ///       @Test("A customer has none at first")
  ///       func none() async throws {
  ///         let connection = try await AsyncConnection.connect(to: Database.current.configuration)
  ///         #expect(try await connection.query("SELECT FROM orders").isEmpty)
  ///         await connection.close()
  ///       }
  ///     }
  public static func postgres(_ fixture: Fixture = .empty) -> PostgresDatabaseTrait {
    PostgresDatabaseTrait(fixture: fixture)
  }
}

extension Database {
  @TaskLocal fileprivate static var ofTest: Database?

  /// The database of the test that is running.
  ///
  /// - Throws: `DatabaseServerError` where the test has no trait `.postgres`, and in detached tasks, which
  ///   know nothing of the test.
  public static var current: Database {
    get throws(DatabaseServerError) {
      guard let ofTest else {
        throw DatabaseServerError(
          .databaseFailed,
          "No database was made for this test: give it, or its suite, the trait .postgres(…). "
            + "Detached tasks have none: read Database.current before they start.")
      }
      return ofTest
    }
  }
}
