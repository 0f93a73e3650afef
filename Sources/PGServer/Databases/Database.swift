public import PGDriver

/// A database that was made for one use.
public struct Database: Sendable {
  /// Its name, `pgbenchkit_…`.
  public let name: String
  /// How to connect to it.
  public let configuration: PostgresConfiguration
  private let maker: DatabaseMaker

  init(name: String, configuration: PostgresConfiguration, maker: DatabaseMaker) {
    self.name = name
    self.configuration = configuration
    self.maker = maker
  }

  /// Drops the database, and with it every connection to it that is still open.
  ///
  /// A second call does nothing.
  public func drop() async throws(DatabaseServerError) {
    try await maker.drop(name)
  }
}
