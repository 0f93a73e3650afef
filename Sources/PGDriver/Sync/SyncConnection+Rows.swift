extension SyncConnection {
  /// Runs a query and receives its rows one by one, so that any number fits in memory.
  ///
  /// Not kept prepared. The connection can run nothing else until `body` ends. When it ends before the last
  /// row, a query that only reads is cancelled on the server; one that changes rows is seen through. In a
  /// transaction it has a savepoint, so that the transaction goes on. While `body` takes no rows, none are
  /// read: the server waits.
  ///
  /// - Parameter query: The query, with its parameters.
  /// - Parameter body: Takes the rows by calling `next` on the stream until it returns nil.
  /// - Throws: what `body` throws; what `query` throws.
  public func withRows<Answer>(
    of query: PostgresQuery, _ body: (SyncRowStream) throws -> Answer
  ) throws -> Answer {
    let savepoint = try beginSavepoint()
    let outcome = Result { try withStream(of: query, body) }
    try end(savepoint)
    return try outcome.get()
  }

  private func withStream<Answer>(
    of query: PostgresQuery, _ body: (SyncRowStream) throws -> Answer
  ) throws -> Answer {
    if let check = try core.startStream(query) {
      try run(check)
      _ = try core.startStream(query)
    }
    let stream = SyncRowStream(self)
    defer { core.endStream() }
    let answer: Answer
    do {
      answer = try body(stream)
    } catch {
      try? stream.close()
      throw error
    }
    try stream.close()
    return answer
  }

  /// Sets a savepoint if there is a transaction, for a statement that may be broken off.
  func beginSavepoint() throws(PostgresError) -> TransactionFrame? {
    guard core.transactionStatus == .inTransaction else { return nil }
    let savepoint = TransactionFrame.ofRows
    _ = try control(savepoint.begin)
    return savepoint
  }

  /// Gives the savepoint up, and before that undoes what was broken off.
  func end(_ savepoint: TransactionFrame?) throws(PostgresError) {
    guard let savepoint, !core.isClosed, let script = savepoint.afterRows(in: core) else { return }
    _ = try control(script)
  }
}

/// The rows of a query in progress, of `SyncConnection.withRows`.
public final class SyncRowStream {
  private let connection: SyncConnection
  private let number: Int
  private var isOver = false

  init(_ connection: SyncConnection) {
    self.connection = connection
    number = connection.core.beginStream()
  }

  /// The next row; nil after the last.
  ///
  /// - Throws: `server` if the query fails midway; `connectionLost`; `misuse` after the body has ended.
  public func next() throws(PostgresError) -> PostgresRow? {
    try connection.core.check(stream: number)
    guard !isOver else { return nil }
    var streamed: ConnectionCore.Streamed = .end
    do throws(PostgresError) {
      try connection.run { () throws(PostgresError) in
        streamed = try connection.core.nextStreamed()
        if case .wait(let readiness) = streamed { return .wait(readiness) }
        return .done
      }
    } catch {
      isOver = true
      throw error
    }
    if case .rows(let rows) = streamed { return rows.first }
    isOver = true
    _ = try connection.core.finish()
    return nil
  }

  /// Drops the rows that were not taken; that the query was cancelled for that is no failure.
  func close() throws(PostgresError) {
    guard !isOver else { return }
    let core = connection.core
    if SQLBeginning.onlyReads(core.unpreparedText ?? "") { core.cancelReason = .cutShort }
    isOver = true
    try connection.run { () throws(PostgresError) in try core.dropStreamed() }
    do throws(PostgresError) {
      _ = try core.finish()
    } catch {
      if error.code != .cutShort { throw error }
    }
  }
}

extension SyncConnection {
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
    _ body: (PostgresRows) throws -> Bool
  ) throws {
    let cursor = try CursorFrame(query, batchSize: batchSize, name: name)
    try transaction { connection in
      _ = try connection.query(cursor.declare)
      while true {
        let batch = try connection.query(cursor.fetch)
        guard !batch.isEmpty, try body(batch), !cursor.isLast(batch) else { break }
      }
      _ = try connection.query(cursor.close)
    }
  }
}
