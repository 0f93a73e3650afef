import PGDriver

/// Where the shop's data is, whichever driver brings it.
package protocol ShopRepository: Sendable {
  /// What the API over it is called, in paths and metrics.
  var name: String { get }

  /// Runs a statement on a connection of the pool.
  ///
  /// - Throws: `PostgresError`, or `Problem` if no connection is to be had.
  func run<Answer>(_ statement: Statement<Answer>) async throws -> Answer

  /// Runs statements one after another on one connection.
  func run<Answer>(inOrder statements: [Statement<Answer>]) async throws -> [Answer]

  /// What the pool holds.
  var statistics: PoolStatistics { get }

  /// Ends the pool, once what runs has ended.
  func close() async
}

extension ShopRepository {
  /// Reaches the database, or throws why it can't.
  func ping() async throws {
    _ = try await run(Statement("SELECT 1") { $0.count })
  }
}
