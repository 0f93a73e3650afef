/// What both drivers' connections can do; code written for it runs on either.
///
/// One task at a time has a connection: a statement that another task sends in the middle of a transaction
/// becomes a part of it.
public protocol PostgresConnection: AnyObject {
  /// Runs a statement, which is prepared once and kept, and answers its rows.
  ///
  /// - Throws: `server` with the SQLSTATE if the server refuses it; `encoding` for a parameter that can't be
  ///   sent; `connectionLost` or `connectionClosed`.
  func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows

  /// Runs statements without parameters, separated by semicolons, and drops their rows.
  ///
  /// Unless they begin transactions of their own, they are one transaction.
  func execute(_ script: String) async throws(PostgresError)

  /// Closes the connection; a second call does nothing.
  func close() async

  /// The process on the server's machine that serves the connection.
  var backendProcessID: Int32 { get async }

  /// Where the connection stands with regard to transactions.
  var transactionStatus: PostgresTransactionStatus { get async }

  /// Whether it was closed, or broke.
  var isClosed: Bool { get async }
}

extension PostgresConnection {
  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// - Throws: what `body` throws, or the failure of BEGIN or COMMIT; `rolledBack` if `body` returned although a
  ///   statement in it had failed; `misuse` in another transaction.
  public func transaction<Answer>(
    _ body: (Self) async throws -> Answer
  ) async throws -> Answer {
    try await transactionStatus.allowBegin()
    _ = try await query("BEGIN")
    let answer: Answer
    do {
      answer = try await body(self)
    } catch {
      // If the connection broke, the server rolls back by itself, and `error` already says so.
      _ = try? await query("ROLLBACK")
      throw error
    }
    try await query("COMMIT").expectCommit()
    return answer
  }
}
