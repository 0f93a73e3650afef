extension AsyncConnection {
  /// Runs a query and receives its rows one by one, so that any number fits in memory.
  ///
  /// Not kept prepared. The connection can run nothing else until `body` ends. When it ends before the last row, the
  /// query is cancelled on the server. While `body` takes no rows, none are read: the server waits.
  ///
  /// - Parameter body: Takes the rows by `for try await`.
  /// - Throws: what `body` throws; what `query` throws.
  public func withRows<Answer>(
    of query: PostgresQuery, _ body: (AsyncRowStream) async throws -> Answer
  ) async throws -> Answer {
    try await beginRows(query)
    let answer: Answer
    do {
      answer = try await inScope { try await body(AsyncRowStream(connection: self)) }
    } catch {
      try? await endRows()
      throw error
    }
    try await endRows()
    return answer
  }

  private func beginRows(_ query: PostgresQuery) async throws(PostgresError) {
    try await takeTurn()
    do throws(PostgresError) {
      try core.startStream(query)
    } catch {
      endTurn()
      throw error
    }
  }

  /// The next rows: those that are there already, but at least one, and a bounded number; nil after the last.
  fileprivate func nextRows() async throws(PostgresError) -> [PostgresRow]? {
    guard case .streaming = core.phase else { return nil }
    var rows: [PostgresRow] = []
    var isOver = false
    try await run { (core) throws(PostgresError) in
      while rows.count < 64 {
        switch try core.nextStreamed() {
        case .wait(let readiness): return rows.isEmpty ? .wait(readiness) : .done
        case .rows(let next): rows.append(contentsOf: next)
        case .end:
          isOver = true
          return .done
        }
      }
      return .done
    }
    if isOver, rows.isEmpty { _ = try core.finish() }
    return rows.isEmpty ? nil : rows
  }

  /// Drops the rows that nobody took; that the query was cancelled for that is no failure.
  private func endRows() async throws(PostgresError) {
    defer { endTurn() }
    guard case .streaming = core.phase, !core.isClosed else { return }
    let cancel = PendingCancel(core.cancelRequest())
    try await advance { (core) throws(PostgresError) in
      while true {
        switch try core.nextStreamed() {
        case .wait(let readiness): return .wait(readiness)
        case .rows: continue
        case .end: return .done
        }
      }
    }
    await cancel.wait()
    do throws(PostgresError) {
      _ = try core.finish()
    } catch {
      if error.sqlState != .queryCanceled { throw error }
    }
  }
}

/// The rows of a query in progress, of `AsyncConnection.withRows`.
public struct AsyncRowStream: AsyncSequence, Sendable {
  let connection: AsyncConnection

  /// Takes the rows; there is one iterator for each stream.
  public func makeAsyncIterator() -> Iterator { Iterator(connection: connection) }

  /// Takes rows as they are needed.
  public struct Iterator: AsyncIteratorProtocol {
    let connection: AsyncConnection
    private var rows: ArraySlice<PostgresRow> = []

    init(connection: AsyncConnection) {
      self.connection = connection
    }

    /// The next row; nil after the last.
    public mutating func next() async throws(PostgresError) -> PostgresRow? {
      if rows.isEmpty {
        guard let more = try await connection.nextRows() else { return nil }
        rows = more[...]
      }
      return rows.popFirst()
    }
  }
}
