import Logging
import PGDriver

/// What can be set about the service; the defaults suit one beside its database.
package struct ShopSettings: Equatable, Sendable {
  /// The address to listen at.
  package var host = "127.0.0.1"
  /// The port to listen at; 0 for one that is free.
  package var port = 8080
  /// How many connections each of the two pools has at most.
  package var poolSize = 10
  /// How long a request waits for a connection.
  package var waitTimeout = Duration.seconds(2)
  /// How long a statement may take.
  package var statementTimeout = Duration.seconds(10)
  /// How long a start waits for the database.
  package var startPatience = Duration.seconds(30)
  /// What is logged.
  package var logLevel = Logger.Level.info

  /// The defaults.
  package init() {}

  /// The pools' configuration: fails soon, and is back soon after the server is.
  var pool: PoolConfiguration {
    PoolConfiguration(
      minimumSize: 1, maximumSize: poolSize, waitTimeout: waitTimeout, upkeepTimeout: .seconds(2),
      reconnectTimeout: .seconds(1), reconnectDelay: .milliseconds(50)...(.milliseconds(500)),
      closeTimeout: .seconds(10))
  }

  /// A database with the limit on its statements.
  func limiting(_ database: PostgresConfiguration) -> PostgresConfiguration {
    var limited = database
    limited.statementTimeout = statementTimeout
    return limited
  }
}
