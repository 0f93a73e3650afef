/// The rows that are appended to a COPY of `AsyncConnection.copyIn`.
///
/// Sendable, unchecked: only the task that has the connection's turn touches it.
@usableFromInline
final class AsyncCopyRows: @unchecked Sendable {
  @usableFromInline @exclusivity(unchecked) var buffer: BinaryCopyBuffer?
  private let isBinary: Bool
  private var hasWritten = false

  init(isBinary: Bool) {
    self.isBinary = isBinary
  }

  func noteWritten() throws(PostgresError) {
    guard buffer == nil else { throw BinaryCopy.mixed }
    hasWritten = true
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
    if rows.buffer == nil { try rows.begin() }
    try rows.buffer?.append(repeat each row)
    if rows.buffer?.isWorthSending == true { try await send() }
  }

  /// Appends a row in binary format, a value for each column; suspends while the server is behind.
  ///
  /// - Throws: as the other `append`.
  @inlinable
  public func append(row: [any PostgresEncodable]) async throws(PostgresError) {
    if rows.buffer == nil { try rows.begin() }
    try rows.buffer?.append(row: row)
    if rows.buffer?.isWorthSending == true { try await send() }
  }

  /// Ends the rows, if there are any.
  func finish() async throws(PostgresError) {
    guard rows.buffer != nil else { return }
    rows.buffer?.appendTrailer()
    try await send()
  }
}
