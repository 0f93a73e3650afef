extension SyncConnection {
  /// Runs a query and receives its rows one by one, so that any number fits in memory.
  ///
  /// Not kept prepared. The connection can run nothing else until `body` ends. When it ends before the last row, the
  /// query is cancelled on the server.
  ///
  /// - Parameter body: Takes the rows by calling `next` on the stream until it answers nil.
  /// - Throws: what `body` throws; what `query` throws.
  public func withRows<Answer>(
    of query: PostgresQuery, _ body: (SyncRowStream) throws -> Answer
  ) throws -> Answer {
    try core.startStream(query)
    let stream = SyncRowStream(self)
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
}

/// The rows of a query in progress, of `SyncConnection.withRows`.
public final class SyncRowStream {
  private let connection: SyncConnection
  private var isOver = false

  init(_ connection: SyncConnection) {
    self.connection = connection
  }

  /// The next row; nil after the last.
  ///
  /// - Throws: `server` if the query fails midway; `connectionLost`.
  public func next() throws(PostgresError) -> PostgresRow? {
    guard !isOver else { return nil }
    var answer: ConnectionCore.Streamed = .end
    do throws(PostgresError) {
      try connection.run { () throws(PostgresError) in
        answer = try connection.core.nextStreamed()
        if case .wait(let readiness) = answer { return .wait(readiness) }
        return .done
      }
    } catch {
      isOver = true
      throw error
    }
    if case .rows(let rows) = answer { return rows.first }
    isOver = true
    _ = try connection.core.finish()
    return nil
  }

  /// Drops the rows that nobody took; that the query was cancelled for that is no failure.
  func close() throws(PostgresError) {
    guard !isOver else { return }
    let cancel = PendingCancel(connection.core.cancelRequest())
    do throws(PostgresError) {
      while try next() != nil {}
    } catch {
      cancel.waitBlocking()
      if error.sqlState != .queryCanceled { throw error }
    }
    cancel.waitBlocking()
  }
}
