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
    try core.startCopy(sql)
    try run { () throws(PostgresError) in try core.advanceCopyStart(.copyingIn) }
    guard core.isCopying else { return try core.finish().affectedRows ?? 0 }
    let writer = SyncCopyWriter(self, isBinary: core.isBinaryCopy)
    do {
      try body(writer)
      try writer.finish()
    } catch {
      // The server's answer to this is the failure that was asked for.
      if !core.isClosed, core.isCopying {
        try? core.endCopyIn(failing: "the client gave up")
        _ = try? finish()
      }
      throw error
    }
    try core.endCopyIn(failing: nil)
    return try finish().affectedRows ?? 0
  }

  /// Runs `COPY … TO STDOUT` and hands the data to `body` piece by piece, a row each in text and CSV format.
  ///
  /// In a transaction it has a savepoint, so that the transaction goes on when `body` throws.
  ///
  /// - Returns: How many rows there were.
  /// - Throws: what `body` throws, after the COPY was cancelled; `server`; `misuse` if the statement isn't
  ///   such a COPY.
  @discardableResult
  public func copyOut(_ sql: String, _ body: ([UInt8]) throws -> Void) throws -> Int {
    let savepoint = try beginSavepoint()
    let outcome = Result { try copyOutAll(sql, body) }
    try end(savepoint)
    return try outcome.get()
  }

  private func copyOutAll(_ sql: String, _ body: ([UInt8]) throws -> Void) throws -> Int {
    try core.startCopy(sql)
    try run { () throws(PostgresError) in try core.advanceCopyStart(.copyingOut) }
    guard core.isCopying else { return try core.finish().affectedRows ?? 0 }
    do {
      while let chunk = try nextCopyChunk() { try body(chunk) }
    } catch {
      if !core.isClosed, core.isCopying {
        core.cancelReason = .cutShort
        try? run { () throws(PostgresError) in try core.dropCopyData() }
        _ = try? finish()
      }
      throw error
    }
    return try finish().affectedRows ?? 0
  }

  private func nextCopyChunk() throws(PostgresError) -> [UInt8]? {
    var chunk: [UInt8]?
    try run { () throws(PostgresError) in
      switch try core.nextCopyChunk() {
      case .wait(let readiness): return .wait(readiness)
      case .chunk(let bytes): chunk = bytes
      case .end: chunk = nil
      }
      return .done
    }
    return chunk
  }
}

/// Takes the data of a COPY, of `SyncConnection.copyIn` and `copyRows`.
public final class SyncCopyWriter {
  private let connection: SyncConnection
  private let isBinary: Bool
  private var hasWritten = false
  @usableFromInline @exclusivity(unchecked) var rows: BinaryCopyBuffer?

  init(_ connection: SyncConnection, isBinary: Bool) {
    self.connection = connection
    self.isBinary = isBinary
  }

  /// Sends data in the statement's format; blocks while the server is behind.
  ///
  /// - Throws: `misuse` if rows were appended before.
  public func write(_ data: some Collection<UInt8>) throws(PostgresError) {
    guard rows == nil else { throw BinaryCopy.mixed }
    hasWritten = true
    if data.withContiguousStorageIfAvailable({ _ in true }) == nil { return try write(Array(data)) }
    var sent = 0
    while try connection.core.putPiece(of: data, at: &sent) { try flush() }
  }

  /// Appends a row in binary format, a value for each column.
  ///
  /// - Throws: `misuse` if the COPY isn't in binary format, or data was written before; `encoding` if the
  ///   row doesn't fit the columns, as far as they are known.
  @inlinable
  public func append<each Value: PostgresEncodable>(_ row: repeat each Value) throws(PostgresError) {
    if rows == nil { try beginRows() }
    try rows?.append(repeat each row)
    if rows?.isWorthSending == true { try send() }
  }

  /// Appends a row in binary format, a value for each column.
  ///
  /// - Throws: as the other `append`.
  @inlinable
  public func append(row: [any PostgresEncodable]) throws(PostgresError) {
    if rows == nil { try beginRows() }
    try rows?.append(row: row)
    if rows?.isWorthSending == true { try send() }
  }

  @usableFromInline
  func beginRows() throws(PostgresError) {
    try beginRows([])
  }

  func beginRows(_ columns: [CopyColumn]) throws(PostgresError) {
    guard isBinary else { throw BinaryCopy.notBinary }
    guard !hasWritten else { throw BinaryCopy.mixed }
    rows = BinaryCopyBuffer(columns: columns)
  }

  func finish() throws(PostgresError) {
    guard rows != nil else { return }
    rows?.appendTrailer()
    try send()
  }

  @usableFromInline
  func send() throws(PostgresError) {
    var sent = 0
    while try rows?.putPiece(to: connection.core, at: &sent) == true { try flush() }
  }

  private func flush() throws(PostgresError) {
    try connection.run { () throws(PostgresError) in try connection.core.advanceCopyFlush() }
  }
}
