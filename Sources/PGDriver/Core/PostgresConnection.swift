/// What both drivers' connections can do; code written for it runs on either.
///
/// One task at a time has a connection: a statement that another task sends in the middle of a transaction
/// becomes a part of it.
public protocol PostgresConnection: AnyObject {
  /// Runs a statement, which is prepared once and kept, and answers its rows.
  ///
  /// - Throws: `server` with the SQLSTATE if the server refuses it; `encoding` for a parameter that can't be
  ///   sent; `timedOut`, `cancelled`, `connectionLost` or `connectionClosed`.
  func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows

  /// Runs statements without parameters, separated by semicolons, and drops their rows.
  ///
  /// Unless they begin transactions of their own, they are one transaction.
  func execute(_ script: String) async throws(PostgresError)

  /// Runs a script even in a task that is cancelled; for what has to be undone.
  func executeDespiteCancellation(_ script: String) async throws(PostgresError)

  /// Sends statements without waiting for each other's answers, and answers an outcome for each, in order.
  ///
  /// Unless they begin transactions of their own, they are one transaction: when one fails, those before it are rolled
  /// back, and those after it fail with `pipelineAborted`.
  ///
  /// - Throws: what ends the whole pipeline, such as `connectionLost`.
  func pipeline(_ queries: [PostgresQuery]) async throws(PostgresError) -> [Result<
    PostgresRows, PostgresError
  >]

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
  /// In another transaction it is a savepoint.
  ///
  /// - Throws: what `body` throws, or the failure of BEGIN or COMMIT; `rolledBack` if `body` returned although a
  ///   statement in it had failed; `misuse` in a transaction that has failed.
  public func transaction<Answer>(
    _ options: TransactionOptions = TransactionOptions(), _ body: (Self) async throws -> Answer
  ) async throws -> Answer {
    var attempts = 0
    while true {
      let frame = try TransactionFrame(options, in: await transactionStatus)
      attempts += 1
      do {
        _ = try await query(frame.begin)
        let answer: Answer
        do {
          answer = try await body(self)
        } catch {
          // If the connection broke, the server rolls back by itself, and `error` already says so.
          try? await executeDespiteCancellation(frame.rollback)
          throw error
        }
        try frame.check(try await query(frame.commit))
        return answer
      } catch  where frame.shouldRetry(after: error, attempts: attempts) {
        continue
      }
    }
  }

  /// Runs a statement once for each row of parameters, in one pipeline and so in one transaction.
  ///
  /// - Parameter sql: The text with `$1`, `$2` and so on where the parameters go.
  /// - Returns: How many rows were changed in all.
  /// - Throws: the first failure; nothing is changed then.
  @discardableResult
  public func executeMany(
    _ sql: String, _ rows: [[any PostgresEncodable]]
  ) async throws(PostgresError) -> Int {
    var affected = 0
    for outcome in try await pipeline(rows.map { PostgresQuery(sql: sql, parameters: $0) }) {
      affected += try outcome.get().affectedRows ?? 0
    }
    return affected
  }
}
