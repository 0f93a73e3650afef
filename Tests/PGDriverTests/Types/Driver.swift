import PGBenchKit
import PGDriver
import Testing

/// Which of the two drivers a test runs on.
enum Driver: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sync
  case async

  var testDescription: String { rawValue }

  /// Runs `body` on a connection whose text output doesn't depend on the server's settings.
  func withConnection(_ body: (any PostgresConnection) async throws -> Void) async throws {
    let configuration = try await Self.database.value.configuration
    let connection: any PostgresConnection =
      switch self {
      case .sync: try SyncConnection(configuration)
      case .async: try await AsyncConnection.connect(to: configuration)
      }
    do {
      try await connection.execute(
        "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'"
      )
      try await body(connection)
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
  }

  /// One database for all tests of types; the kit drops it when the process ends.
  private static let database = Task<Database, any Error> {
    try await SharedServer.server().database(for: .empty)
  }
}
