extension SyncConnection {
  /// Runs `COPY … FROM STDIN` with the data that `body` writes, in the format that the statement names.
  ///
  /// - Parameter sql: The COPY statement.
  /// - Parameter body: Writes the data. When it throws, the COPY fails and nothing is stored.
  /// - Returns: How many rows were stored.
  /// - Throws: what `body` throws; `server` if the server refuses the statement or the data; `misuse` if the
  ///   statement isn't such a COPY.
  @discardableResult
  public func copyIn(_ sql: String, _ body: (SyncCopyWriter) throws -> Void) throws -> Int {
    try beginCopy(sql, .copyingIn)
    let writer = SyncCopyWriter(self, isBinary: core.isBinaryCopy)
    defer { core.endStream() }
    do {
      try body(writer)
      try writer.finish()
      core.endStream()
    } catch {
      // The server's reply to this is the failure that was asked for.
      if !core.isClosed, core.isCopying {
        try? core.endCopyIn(failing: "the client gave up")
        _ = try? finish()
      }
      throw error
    }
    try core.endCopyIn(failing: nil)
    return try finish().affectedRows ?? 0
  }

  /// Runs `COPY … TO STDOUT` and gives `body` the data piece by piece, a row each in text and CSV format.
  ///
  /// While `body` takes no data, none is read: the server waits. When it ends before the last piece, a COPY
  /// that only reads is cancelled on the server; one whose query changes rows is seen through. In a
  /// transaction it has a savepoint, so that the transaction goes on.
  ///
  /// - Parameter sql: The COPY statement.
  /// - Parameter body: Takes the data by calling `next` on the reader until it returns nil.
  /// - Throws: what `body` throws; `server`; `misuse` if the statement isn't such a COPY.
  public func copyOut<Answer>(_ sql: String, _ body: (SyncCopyReader) throws -> Answer) throws -> Answer {
    let savepoint = try beginSavepoint()
    let outcome = Result { try copyOutWhole(sql, body) }
    try end(savepoint)
    return try outcome.get()
  }

  private func copyOutWhole<Answer>(
    _ sql: String, _ body: (SyncCopyReader) throws -> Answer
  ) throws -> Answer {
    try beginCopy(sql, .copyingOut)
    let reader = SyncCopyReader(self)
    defer { core.endStream() }
    let answer: Answer
    do {
      answer = try body(reader)
    } catch {
      try? reader.close(sql)
      throw error
    }
    try reader.close(sql)
    return answer
  }

  private func beginCopy(_ sql: String, _ direction: ConnectionCore.Phase) throws(PostgresError) {
    try core.startCopy(sql)
    try run { () throws(PostgresError) in try core.advanceCopyStart(direction) }
    if !core.isCopying { _ = try core.finish() }
  }

  fileprivate func nextCopyChunk() throws(PostgresError) -> [UInt8]? {
    // A piece that is there already needs no watch, which is for waits.
    var piece = try core.nextCopyChunk()
    if case .wait = piece {
      try run { () throws(PostgresError) in
        piece = try core.nextCopyChunk()
        if case .wait(let readiness) = piece { return .wait(readiness) }
        return .done
      }
    }
    if case .chunk(let bytes) = piece { return bytes }
    return nil
  }

  fileprivate func flushCopy() throws(PostgresError) {
    try run { () throws(PostgresError) in try core.advanceCopyFlush() }
  }
}

/// Takes the data of a COPY, of `SyncConnection.copyIn`.
public final class SyncCopyWriter {
  fileprivate let connection: SyncConnection
  private let number: Int
  private let isBinary: Bool
  fileprivate var hasWritten = false
  @usableFromInline @exclusivity(unchecked) var rows: BinaryCopyBuffer?

  init(_ connection: SyncConnection, isBinary: Bool) {
    self.connection = connection
    number = connection.core.beginStream()
    self.isBinary = isBinary
  }

  /// Sends data in the statement's format; blocks while the server is behind.
  ///
  /// - Throws: `misuse` if rows were appended before, or the body has ended.
  public func write(_ data: some Collection<UInt8>) throws(PostgresError) {
    try check()
    guard rows == nil else { throw BinaryCopy.mixed }
    guard !data.isEmpty else { return }
    hasWritten = true
    if data.withContiguousStorageIfAvailable({ _ in true }) == nil { return try write(Array(data)) }
    var sent = 0
    while try connection.core.putPiece(of: data, at: &sent) { try connection.flushCopy() }
  }

  /// Appends a row in binary format, a value for each column; blocks while the server is behind.
  ///
  /// - Throws: `misuse` if the COPY isn't in binary format, or data was written before; `encoding` for a
  ///   value that can't be sent.
  @inlinable
  public func append<each Value: PostgresEncodable>(_ row: repeat each Value) throws(PostgresError) {
    try check()
    if rows == nil { try beginRows() }
    try rows?.append(repeat each row)
    if rows?.isWorthSending == true { try send() }
  }

  /// Appends a row in binary format, a value for each column; blocks while the server is behind.
  ///
  /// - Throws: as the other `append`.
  @inlinable
  public func append(row: [any PostgresEncodable]) throws(PostgresError) {
    try check()
    if rows == nil { try beginRows() }
    try rows?.append(row: row)
    if rows?.isWorthSending == true { try send() }
  }

  /// Throws once the body has ended: what is appended would never be sent.
  @usableFromInline
  func check() throws(PostgresError) { try connection.core.check(stream: number) }

  @usableFromInline
  func beginRows() throws(PostgresError) {
    guard isBinary else { throw BinaryCopy.notBinary }
    guard !hasWritten else { throw BinaryCopy.mixed }
    rows = BinaryCopyBuffer()
  }

  /// Ends the rows.
  ///
  /// In binary format no rows have a form of their own, which nothing has written then.
  func finish() throws(PostgresError) {
    if isBinary, !hasWritten, rows == nil { rows = BinaryCopyBuffer() }
    guard rows != nil else { return }
    rows?.appendTrailer()
    try send()
  }

  @usableFromInline
  func send() throws(PostgresError) {
    try check()
    var sent = 0
    while try rows?.putPiece(to: connection.core, at: &sent) == true { try connection.flushCopy() }
  }
}

/// Takes the rows of a binary COPY, of `SyncConnection.copyRows`.
public struct SyncRowWriter: ~Copyable {
  private let connection: SyncConnection
  @usableFromInline var rows: BinaryCopyBuffer

  init(_ writer: SyncCopyWriter, _ columns: [CopyColumn]) {
    connection = writer.connection
    writer.hasWritten = true
    rows = BinaryCopyBuffer(columns: columns)
  }

  /// Appends a row, a value for each column; blocks while the server is behind.
  @inlinable
  public mutating func append<each Value: PostgresEncodable>(
    _ row: repeat each Value
  ) throws(PostgresError) {
    try rows.append(repeat each row)
    if rows.isWorthSending { try send() }
  }

  /// Appends a row, a value for each column; blocks while the server is behind.
  @inlinable
  public mutating func append(row: [any PostgresEncodable]) throws(PostgresError) {
    try rows.append(row: row)
    if rows.isWorthSending { try send() }
  }

  mutating func finish() throws(PostgresError) {
    rows.appendTrailer()
    try send()
  }

  @usableFromInline
  mutating func send() throws(PostgresError) {
    var sent = 0
    while try rows.putPiece(to: connection.core, at: &sent) { try connection.flushCopy() }
  }
}

/// The data of a COPY in progress, of `SyncConnection.copyOut`.
public final class SyncCopyReader {
  private let connection: SyncConnection
  private let number: Int
  /// Whether the server's reply is taken, which comes after the data.
  private var isOver = false

  init(_ connection: SyncConnection) {
    self.connection = connection
    number = connection.core.beginStream()
  }

  /// The next piece; nil after the last.
  ///
  /// - Throws: `server`, also where the COPY fails after some of the data; `connectionLost`; `misuse` after the
  ///   body has ended.
  public func next() throws(PostgresError) -> [UInt8]? {
    try connection.core.check(stream: number)
    guard !isOver else { return nil }
    if let chunk = try connection.nextCopyChunk() { return chunk }
    // A failure ends the data as the last piece does: only the reply tells whether that was all.
    isOver = true
    _ = try connection.finish()
    return nil
  }

  /// Takes the server's reply, and before it drops the data that was not taken; that the COPY was cancelled
  /// for that is no failure.
  ///
  /// - Parameter sql: The COPY statement.
  func close(_ sql: String) throws(PostgresError) {
    guard !isOver else { return }
    isOver = true
    let core = connection.core
    _ = try core.open()
    if core.isCopying {
      if core.cancelReason == nil, SQLBeginning.copyOutOnlyReads(sql) { core.cancelReason = .cutShort }
      try connection.run { () throws(PostgresError) in try core.dropCopyData() }
    }
    do throws(PostgresError) {
      _ = try connection.finish()
    } catch {
      if error.code != .cutShort { throw error }
    }
  }
}

extension SyncConnection {
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
  public func copyRows(into table: String, _ body: (inout SyncRowWriter) throws -> Void) throws -> Int {
    try copyRows(into: try CopyTable(sql: table), body)
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
    _ body: (inout SyncRowWriter) throws -> Void
  ) throws -> Int {
    try copyRows(into: try CopyTable(schema: schema, table: table, columns: columns), body)
  }

  private func copyRows(into table: CopyTable, _ body: (inout SyncRowWriter) throws -> Void) throws -> Int {
    let columns = try describe(table)
    return try copyIn(table.copying) { writer in
      var rows = SyncRowWriter(writer, columns)
      try body(&rows)
      try rows.finish()
    }
  }

  /// Asks for what can be stored in the columns.
  private func describe(_ table: CopyTable) throws(PostgresError) -> [CopyColumn] {
    try core.startDescribe(table.describing)
    try run { () throws(PostgresError) in try core.advanceDescribe() }
    let columns = CopyColumns(table: table, described: PostgresRows(try core.finish()).columns)
    var results: [PostgresRows] = []
    for outcome in try pipeline(columns.queries) { results.append(try outcome.get()) }
    return try columns.columns(results)
  }
}
