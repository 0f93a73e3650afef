import CLibPQ

/// What both drivers' connections can do; code written for it runs on either.
///
/// A `SyncConnection` is for one thread or task at a time. An `AsyncConnection` may be shared by tasks,
/// which take turns.
public protocol PostgresConnection: AnyObject {
  /// Runs a statement, which is prepared once and kept, and returns its rows.
  ///
  /// - Throws: `server` with the SQLSTATE if the server refuses it; `encoding` for a parameter that can't be
  ///   sent; `timedOut`, `cancelled`, `connectionLost` or `connectionClosed`.
  func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows

  /// Runs statements without parameters, separated by semicolons, and drops their rows.
  ///
  /// Unless they begin transactions of their own, they are one transaction.
  func execute(_ script: String) async throws(PostgresError)

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// In another transaction it is a savepoint. However the body ends, the connection is idle afterwards, or
  /// in the outer transaction, or closed.
  ///
  /// - Throws: what `body` throws, or the failure of BEGIN or COMMIT, after which nothing is kept;
  ///   `rolledBack` if `body` returned although a statement in it had failed, or ran ROLLBACK; `misuse` if it
  ///   ran COMMIT, and in a transaction that has failed; `cancelled`; `commitOutcomeUnknown` if the
  ///   connection was lost after COMMIT had been sent.
  func transaction<Answer>(
    _ options: TransactionOptions, _ body: (Self) async throws -> Answer
  ) async throws -> Answer

  /// Sends statements without waiting for each other's replies, and returns an outcome for each, in order.
  ///
  /// Unless they begin transactions of their own, they are one transaction: when one fails, those before it
  /// are rolled back, and those after it fail with `pipelineAborted`.
  ///
  /// - Throws: what ends the whole pipeline, such as `connectionLost`, `encoding` for a parameter that can't
  ///   be sent, or `server` if a deferred constraint is violated at its end; nothing is changed then.
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
  /// Runs `body` in a transaction with the server's defaults.
  ///
  /// - Throws: as with options.
  public func transaction<Answer>(_ body: (Self) async throws -> Answer) async throws -> Answer {
    try await transaction(TransactionOptions(), body)
  }

  /// Runs a statement once for each row of parameters, in one pipeline and so in one transaction.
  ///
  /// - Parameter sql: The text with `$1`, `$2` and so on where the parameters go.
  /// - Parameter rows: The parameters of each run, in the order of their numbers.
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

extension PostgresConnection {
  /// Reads a query's rows through a cursor on the server, a batch at a time, so that any number
  /// fits in memory.
  ///
  /// It runs in a transaction of its own, or in a savepoint of the one in progress. Unlike `withRows` it
  /// leaves the connection free: `body` may run other statements on it between batches. PostgreSQL manual,
  /// "DECLARE" and "FETCH".
  ///
  /// - Parameter query: A SELECT or VALUES statement.
  /// - Parameter batchSize: How many rows a round trip fetches, at most; 1 or more.
  /// - Parameter name: The cursor's name, of which there can be one at a time: a cursor in another's
  ///   body needs another.
  /// - Parameter body: Takes a batch, which is never empty, and returns whether it wants another.
  /// - Throws: what `body` throws; `server` if the server refuses the query; `misuse` for a batch size below
  ///   1; and as `transaction`.
  public func withCursor(
    for query: PostgresQuery, batchSize: Int = 1000, named name: String = "pgdriver_cursor",
    _ body: (PostgresRows) async throws -> Bool
  ) async throws {
    let cursor = try CursorFrame(query, batchSize: batchSize, name: name)
    try await transaction { connection in
      _ = try await connection.query(cursor.declare)
      while true {
        let batch = try await connection.query(cursor.fetch)
        guard !batch.isEmpty, try await body(batch), !cursor.isLast(batch) else { break }
      }
      _ = try await connection.query(cursor.close)
    }
  }
}

/// The statements by which a query's rows are read through a cursor, in a transaction; no waiting in it.
struct CursorFrame {
  let declare: PostgresQuery
  let fetch: PostgresQuery
  let close: PostgresQuery
  private let batchSize: Int

  init(_ query: PostgresQuery, batchSize: Int, name: String) throws(PostgresError) {
    guard batchSize > 0 else {
      throw PostgresError(
        .misuse, "A batch of \(batchSize) rows would never get to the end of a result. Ask for 1 or more.")
    }
    let cursor = try PostgresQuery.quoted(identifier: name)
    self.batchSize = batchSize
    declare = PostgresQuery(
      sql: "DECLARE \(cursor) NO SCROLL CURSOR FOR \(query.sql)", parameters: query.parameters)
    fetch = PostgresQuery(sql: "FETCH FORWARD \(batchSize) FROM \(cursor)")
    close = PostgresQuery(sql: "CLOSE \(cursor)")
  }

  /// Whether a batch is the last one, so that no other need be asked for.
  func isLast(_ batch: PostgresRows) -> Bool { batch.count < batchSize }
}

/// Where a connection stands with regard to transactions, as libpq's `PQtransactionStatus` says.
public enum PostgresTransactionStatus: Sendable, Hashable {
  /// Outside of any transaction.
  case idle
  /// A command is in progress.
  case active
  /// In a transaction, with no command in progress.
  case inTransaction
  /// In a transaction that failed; only a rollback goes through.
  case inFailedTransaction
  /// The connection is closed or broken.
  case unknown

  init(_ status: PGTransactionStatusType) {
    switch status {
    case PQTRANS_IDLE: self = .idle
    case PQTRANS_ACTIVE: self = .active
    case PQTRANS_INTRANS: self = .inTransaction
    case PQTRANS_INERROR: self = .inFailedTransaction
    default: self = .unknown
    }
  }
}
