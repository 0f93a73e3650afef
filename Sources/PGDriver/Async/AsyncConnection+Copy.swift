extension AsyncConnection {
  /// Runs `COPY … FROM STDIN` with the data that `body` writes, in the format that the statement names.
  ///
  /// - Parameter sql: The COPY statement.
  /// - Parameter body: Writes the data. When it throws, the COPY fails and nothing is stored.
  /// - Returns: How many rows were stored.
  /// - Throws: what `body` throws; `server` if the server refuses the statement or the data; `misuse` if the
  ///   statement isn't such a COPY.
  @discardableResult
  public func copyIn(
    _ sql: String, _ body: (AsyncCopyWriter) async throws -> Void
  ) async throws -> Int {
    try await takeTurn()
    defer { endTurn() }
    try await beginCopy(sql, .copyingIn)
    let writer = AsyncCopyWriter(self, isBinary: core.isBinaryCopy)
    do {
      try await inScopeWithTurn { try await body(writer) }
      await writer.gate.close()
      try await writer.finish()
      // What was not written since the task was cancelled must not be missing without a word.
      if Task.isCancelled { throw PostgresError.taskCancelled }
    } catch {
      await writer.gate.close()
      await abandonCopyIn()
      throw error
    }
    return try await endCopyIn()
  }

  /// Runs `COPY … TO STDOUT` and gives `body` the data piece by piece, a row each in text and CSV format.
  ///
  /// While `body` takes no data, none is read: the server waits. When it ends before the last piece, a COPY
  /// that only reads is cancelled on the server; one whose query changes rows is seen through. In a
  /// transaction it has a savepoint, so that the transaction goes on.
  ///
  /// - Parameter sql: The COPY statement.
  /// - Parameter body: Takes the data by `for try await`.
  /// - Throws: what `body` throws; `server`; `misuse` if the statement isn't such a COPY.
  public func copyOut<Answer>(
    _ sql: String, _ body: (AsyncCopyReader) async throws -> Answer
  ) async throws -> Answer {
    try await withTurnForRows {
      try await beginCopy(sql, .copyingOut)
      let gate = StreamGate()
      let answer: Answer
      do {
        answer = try await inScopeWithTurn {
          try await body(AsyncCopyReader(connection: self, gate: gate))
        }
      } catch {
        await gate.close()
        try? await endCopyOut(sql)
        throw error
      }
      await gate.close()
      try await endCopyOut(sql)
      return answer
    }
  }

  private func beginCopy(_ sql: String, _ direction: ConnectionCore.Phase) async throws(PostgresError) {
    try core.startCopy(sql)
    try await run { (core) throws(PostgresError) in try core.advanceCopyStart(direction) }
    if !core.isCopying { _ = try core.finish() }
  }

  /// Hands data to libpq piece by piece, and waits in between until the socket has taken it.
  ///
  /// - Parameter put: Hands over the next piece; returns false if there is none.
  fileprivate func writeCopy(
    _ put: (ConnectionCore) throws(PostgresError) -> Bool
  ) async throws(PostgresError) {
    while true {
      if Task.isCancelled { throw .taskCancelled }
      guard try put(core) else { return }
      try await run { (core) throws(PostgresError) in try core.advanceCopyFlush() }
      if let reason = core.cancelReason { throw reason }
    }
  }

  private func endCopyIn() async throws(PostgresError) -> Int {
    try core.endCopyIn(failing: nil)
    try await run { (core) throws(PostgresError) in try core.advance() }
    return try core.finish().affectedRows ?? 0
  }

  private func abandonCopyIn() async {
    guard !core.isClosed, core.isCopying else { return }
    // The server's reply to this is the failure that was asked for.
    try? core.endCopyIn(failing: "the client gave up")
    try? await advance { (core) throws(PostgresError) in try core.advance() }
    _ = try? core.finish()
  }

  fileprivate func nextCopyChunk() async throws(PostgresError) -> [UInt8]? {
    guard case .copyingOut = core.phase else { return nil }
    try await pauseBetweenReads(yieldingEvery: 1024)
    var chunk: [UInt8]?
    try await run { (core) throws(PostgresError) in
      switch try core.nextCopyChunk() {
      case .wait(let readiness): return .wait(readiness)
      case .chunk(let bytes): chunk = bytes
      case .end: chunk = nil
      }
      return .done
    }
    if chunk == nil {
      // A failure ends the data as the last piece does: only the reply tells whether that was all.
      try await run { (core) throws(PostgresError) in try core.advance() }
      _ = try core.finish()
    }
    return chunk
  }

  /// Takes the server's reply, unless that was taken with the end of the data, and before it drops the data that
  /// was not taken.
  ///
  /// - Parameter sql: The COPY statement.
  private func endCopyOut(_ sql: String) async throws(PostgresError) {
    _ = try core.open()
    if case .idle = core.phase { return }
    if core.isCopying {
      if core.cancelReason == nil, SQLBeginning.copyOutOnlyReads(sql) { core.cancelReason = .cutShort }
      try await advance { (core) throws(PostgresError) in try core.dropCopyData() }
    }
    try await advance { (core) throws(PostgresError) in try core.advance() }
    do throws(PostgresError) {
      _ = try core.finish()
    } catch {
      if error.code != .cutShort { throw error }
    }
  }
}

/// Takes the data of a COPY, of `AsyncConnection.copyIn`.
public struct AsyncCopyWriter: Sendable {
  let connection: AsyncConnection
  @usableFromInline let gate = StreamGate()
  @usableFromInline let rows: AsyncCopyRows

  init(_ connection: AsyncConnection, isBinary: Bool) {
    self.connection = connection
    rows = AsyncCopyRows(isBinary: isBinary)
  }

  /// Sends data in the statement's format; suspends while the server is behind.
  ///
  /// - Throws: `misuse` if rows were appended before, the body has ended, or another task writes.
  public func write(_ data: some Collection<UInt8>) async throws(PostgresError) {
    if data.withContiguousStorageIfAvailable({ _ in true }) == nil { return try await write(Array(data)) }
    try gate.enter()
    defer { gate.leave() }
    try rows.noteWritten(isEmpty: data.isEmpty)
    var sent = 0
    try await connection.writeCopy { (core) throws(PostgresError) in
      try core.putPiece(of: data, at: &sent)
    }
  }

  /// Sends the rows that were appended; within a use.
  @usableFromInline
  func send() async throws(PostgresError) {
    var sent = 0
    try await connection.writeCopy { (core) throws(PostgresError) in
      try rows.buffer?.putPiece(to: core, at: &sent) ?? false
    }
  }
}

/// Takes the rows of a binary COPY, of `AsyncConnection.copyRows`.
public struct AsyncRowWriter: ~Copyable {
  private let writer: AsyncCopyWriter
  @usableFromInline var rows: BinaryCopyBuffer

  init(_ writer: AsyncCopyWriter, _ columns: [CopyColumn]) throws(PostgresError) {
    try writer.rows.noteWritten(isEmpty: false)
    self.writer = writer
    rows = BinaryCopyBuffer(columns: columns)
  }

  /// Appends a row, a value for each column; suspends while the server is behind.
  @inlinable
  public mutating func append<each Value: PostgresEncodable>(
    _ row: repeat each Value
  ) async throws(PostgresError) {
    try rows.append(repeat each row)
    if rows.isWorthSending { try await send() }
  }

  /// Appends a row, a value for each column; suspends while the server is behind.
  @inlinable
  public mutating func append(row: [any PostgresEncodable]) async throws(PostgresError) {
    try rows.append(row: row)
    if rows.isWorthSending { try await send() }
  }

  mutating func finish() async throws(PostgresError) {
    rows.appendTrailer()
    try await send()
  }

  @usableFromInline
  mutating func send() async throws(PostgresError) {
    try writer.gate.enter()
    defer { writer.gate.leave() }
    var sent = 0
    try await writer.connection.writeCopy { (core) throws(PostgresError) in
      try rows.putPiece(to: core, at: &sent)
    }
  }
}

/// The data of a COPY in progress, of `AsyncConnection.copyOut`.
public struct AsyncCopyReader: AsyncSequence, Sendable {
  fileprivate let connection: AsyncConnection
  fileprivate let gate: StreamGate

  /// Takes the data, each piece once, whichever iterator asks.
  public func makeAsyncIterator() -> Iterator { Iterator(reader: self) }

  /// Takes data as it is needed.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let reader: AsyncCopyReader

    /// The next piece; nil after the last.
    ///
    /// - Throws: `server`, also where the COPY fails after some of the data; `connectionLost`; `cancelled`;
    ///   `misuse` after the body has ended, and while another task takes data.
    public mutating func next() async throws(PostgresError) -> [UInt8]? {
      try reader.gate.enter()
      defer { reader.gate.leave() }
      return try await reader.connection.nextCopyChunk()
    }
  }
}

/// The rows that are appended to a COPY of `AsyncConnection.copyIn`.
///
/// Sendable, unchecked: only a task within a use of the writer (`StreamGate`) touches it.
@usableFromInline
final class AsyncCopyRows: @unchecked Sendable {
  @usableFromInline @exclusivity(unchecked) var buffer: BinaryCopyBuffer?
  private let isBinary: Bool
  private var hasWritten = false

  init(isBinary: Bool) {
    self.isBinary = isBinary
  }

  /// Begins the rows where nothing was written in binary format.
  func beginIfNothingWritten() {
    if isBinary, !hasWritten, buffer == nil { buffer = BinaryCopyBuffer() }
  }

  func noteWritten(isEmpty: Bool) throws(PostgresError) {
    guard buffer == nil else { throw BinaryCopy.mixed }
    if !isEmpty { hasWritten = true }
  }

  @usableFromInline
  func begin() throws(PostgresError) {
    guard isBinary else { throw BinaryCopy.notBinary }
    guard !hasWritten else { throw BinaryCopy.mixed }
    buffer = BinaryCopyBuffer()
  }
}

extension AsyncCopyWriter {
  /// Appends a row in binary format, a value for each column; suspends while the server is behind.
  ///
  /// - Throws: `misuse` if the COPY isn't in binary format, or data was written before; `encoding` for a
  ///   value that can't be sent.
  @inlinable
  public func append<each Value: PostgresEncodable>(
    _ row: repeat each Value
  ) async throws(PostgresError) {
    try gate.enter()
    defer { gate.leave() }
    if rows.buffer == nil { try rows.begin() }
    try rows.buffer?.append(repeat each row)
    if rows.buffer?.isWorthSending == true { try await send() }
  }

  /// Appends a row in binary format, a value for each column; suspends while the server is behind.
  ///
  /// - Throws: as the other `append`.
  @inlinable
  public func append(row: [any PostgresEncodable]) async throws(PostgresError) {
    try gate.enter()
    defer { gate.leave() }
    if rows.buffer == nil { try rows.begin() }
    try rows.buffer?.append(row: row)
    if rows.buffer?.isWorthSending == true { try await send() }
  }

  /// Ends the rows, once nothing else uses the writer.
  ///
  /// In binary format no rows have a form of their own, which nothing has written then.
  func finish() async throws(PostgresError) {
    rows.beginIfNothingWritten()
    guard rows.buffer != nil else { return }
    rows.buffer?.appendTrailer()
    try await send()
  }
}

extension AsyncConnection {
  /// Stores rows by binary COPY, the fastest way into a table.
  ///
  /// The server is asked for the columns' types first. Values must be of these very types, for COPY
  /// converts none; texts may be for any type of text, and enums.
  ///
  /// - Parameter table: The table and its columns as SQL, such as `"users (name, email)"`: never a user's
  ///   input.
  /// - Parameter body: Appends the rows, a value for each column.
  /// - Returns: How many rows were stored.
  /// - Throws: what `body` throws; `encoding`, out of `append`, for a value whose type isn't the column's;
  ///   `server`; `misuse` if `table` is anything else.
  @discardableResult
  public func copyRows(
    into table: String, _ body: (inout AsyncRowWriter) async throws -> Void
  ) async throws -> Int {
    try await copyRows(into: try CopyTable(sql: table), body)
  }

  /// Stores rows by binary COPY in a table whose name, and whose columns' names, may be any: they are quoted.
  ///
  /// - Parameter table: The table's name, to the letter.
  /// - Parameter schema: The name of its schema; nil if it is to be found on the search path.
  /// - Parameter columns: The columns' names, to the letter; none stand for all but the generated ones.
  /// - Parameter body: Appends the rows, a value for each column.
  /// - Returns: How many rows were stored.
  /// - Throws: as the other `copyRows`.
  @discardableResult
  public func copyRows(
    intoTable table: String, schema: String? = nil, columns: [String] = [],
    _ body: (inout AsyncRowWriter) async throws -> Void
  ) async throws -> Int {
    try await copyRows(into: try CopyTable(schema: schema, table: table, columns: columns), body)
  }

  private func copyRows(
    into table: CopyTable, _ body: (inout AsyncRowWriter) async throws -> Void
  ) async throws -> Int {
    let columns = try await describe(table)
    return try await copyIn(table.copying) { writer in
      var rows = try AsyncRowWriter(writer, columns)
      try await body(&rows)
      try await rows.finish()
    }
  }

  /// Asks for what can be stored in the columns.
  private func describe(_ table: CopyTable) async throws(PostgresError) -> [CopyColumn] {
    let columns = CopyColumns(table: table, described: try await describe(table.describing))
    var results: [PostgresRows] = []
    for outcome in try await pipeline(columns.queries) { results.append(try outcome.get()) }
    return try columns.columns(results)
  }

  /// The columns that a statement would return.
  private func describe(_ sql: String) async throws(PostgresError) -> [PostgresColumn] {
    try await takeTurn()
    defer { endTurn() }
    try core.startDescribe(sql)
    try await run { (core) throws(PostgresError) in try core.advanceDescribe() }
    return PostgresRows(try core.finish()).columns
  }
}
