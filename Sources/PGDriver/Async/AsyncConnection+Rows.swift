extension AsyncConnection {
  /// Runs a query and receives its rows one by one, so that any number fits in memory.
  ///
  /// Not kept prepared. The connection can run nothing else until `body` ends. When it ends before the last
  /// row, a query that only reads is cancelled on the server; one that changes rows is seen through. In a
  /// transaction it has a savepoint, so that the transaction goes on. While `body` takes no rows, none are
  /// read: the server waits.
  ///
  /// - Parameter query: The query, with its parameters.
  /// - Parameter body: Takes the rows by `for try await`.
  /// - Throws: what `body` throws; what `query` throws.
  public func withRows<Answer>(
    of query: PostgresQuery, _ body: (AsyncRowStream) async throws -> Answer
  ) async throws -> Answer {
    try await withTurnForRows {
      if let check = try core.startStream(query) {
        try await run(check)
        _ = try core.startStream(query)
      }
      let gate = StreamGate()
      let answer: Answer
      do {
        answer = try await inScopeWithTurn {
          try await body(AsyncRowStream(connection: self, gate: gate))
        }
      } catch {
        await gate.close()
        try? await endRows()
        throw error
      }
      await gate.close()
      try await endRows()
      return answer
    }
  }

  /// Has the turn for a statement that may be broken off, in a savepoint if there is a transaction.
  func withTurnForRows<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
    try await takeTurn()
    defer { endTurn() }
    guard core.transactionStatus == .inTransaction else { return try await body() }
    let savepoint = TransactionFrame.ofRows
    _ = try await control(savepoint.begin, isCancellable: true)
    let outcome: Result<Answer, any Error>
    do {
      outcome = .success(try await body())
    } catch {
      outcome = .failure(error)
    }
    if !core.isClosed, let script = savepoint.afterRows(in: core) {
      _ = try await control(script, isCancellable: false)
    }
    return try outcome.get()
  }

  /// The next rows: those that are there already, but at least one, and a bounded number; nil after the last.
  fileprivate func nextRows() async throws(PostgresError) -> [PostgresRow]? {
    guard case .streaming = core.phase else { return nil }
    try await pauseBetweenReads(yieldingEvery: 16)
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

  /// What a wait for the socket does besides, where the server is so fast that none is needed: has the server
  /// asked to cancel when the task was cancelled, and now and then gives other tasks their turn.
  ///
  /// What came of the statement, only the server's reply tells: it is read on.
  ///
  /// - Parameter interval: After how many reads others have their turn, which costs as much as reading a few rows.
  @inline(__always)
  func pauseBetweenReads(yieldingEvery interval: Int) async throws(PostgresError) {
    if Task.isCancelled, core.cancelReason == nil { try await requestCancel() }
    reads &+= 1
    if reads.isMultiple(of: interval) { await Task.yield() }
  }

  private func requestCancel() async throws(PostgresError) {
    core.cancelReason = .taskCancelled
    var watch = OperationWatch(timeout: nil)
    try watch.look(at: core)
    await watch.end(core)
  }

  /// Drops the rows that were not taken; that the query was cancelled for that is no failure.
  private func endRows() async throws(PostgresError) {
    guard case .streaming = core.phase, !core.isClosed else { return }
    if SQLBeginning.onlyReads(core.unpreparedText ?? "") { core.cancelReason = .cutShort }
    try await advance { (core) throws(PostgresError) in try core.dropStreamed() }
    do throws(PostgresError) {
      _ = try core.finish()
    } catch {
      if error.code != .cutShort { throw error }
    }
  }
}

/// The rows of a query in progress, of `AsyncConnection.withRows`.
public struct AsyncRowStream: AsyncSequence, Sendable {
  fileprivate let connection: AsyncConnection
  fileprivate let gate: StreamGate

  /// Takes the rows; there is one iterator for each stream, and another one's `next` throws.
  public func makeAsyncIterator() -> Iterator { Iterator(self) }

  /// Takes rows as they are needed.
  public struct Iterator: AsyncIteratorProtocol {
    private let stream: AsyncRowStream
    private let number: Int
    private var rows: ArraySlice<PostgresRow> = []

    fileprivate init(_ stream: AsyncRowStream) {
      self.stream = stream
      number = stream.gate.countIterator()
    }

    /// The next row; nil after the last.
    ///
    /// - Throws: `server` if the query fails midway; `connectionLost`; `cancelled`; `misuse` after the body has
    ///   ended, while another task takes rows, and where the stream had an iterator before.
    public mutating func next() async throws(PostgresError) -> PostgresRow? {
      if rows.isEmpty {
        try stream.gate.enter()
        defer { stream.gate.leave() }
        guard number == 1 else { throw .secondIterator }
        guard let more = try await stream.connection.nextRows() else { return nil }
        rows = more[...]
      }
      return rows.popFirst()
    }
  }
}
