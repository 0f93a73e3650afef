import Hummingbird
import HummingbirdTesting
import Logging
import PGDriver
import PGServerTesting
import ShopServer

extension ShopSettings {
  /// Small and impatient, so that tests need not wait.
  static var forTests: ShopSettings {
    var settings = ShopSettings()
    settings.poolSize = 2
    settings.startPatience = .seconds(5)
    return settings
  }
}

extension Logger {
  /// Says nothing.
  static var silent: Logger { Logger(label: "shop") { _ in SwiftLogNoOpLogHandler() } }
}

/// Runs a shop on the test's own database.
///
/// - Parameter setup: `.router` hands requests to the router; `.live` sends them over a connection.
func withShop(
  _ settings: ShopSettings = .forTests, _ setup: TestingSetup = .router,
  _ body: @Sendable (ShopClient) async throws -> Void
) async throws {
  let shop = try Shop(Database.current.configuration, settings, logger: .silent)
  try await shop.application().test(setup) { try await body(ShopClient(client: $0)) }
}

/// Runs `body` with a connection to the test's database, or to another of its server.
func withConnection<Answer>(
  to database: String? = nil, _ body: (AsyncConnection) async throws -> Answer
) async throws -> Answer {
  var configuration = try Database.current.configuration
  if let database { configuration = configuration.with(database: database) }
  let connection = try await AsyncConnection.connect(to: configuration)
  do {
    let answer = try await body(connection)
    await connection.close()
    return answer
  } catch {
    await connection.close()
    throw error
  }
}
