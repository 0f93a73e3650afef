/// The binary format of COPY: a header, tuples of fields with their lengths, and a trailer.
///
/// PostgreSQL manual, "COPY", "Binary Format".
enum BinaryCopy {
  /// The signature, no flags, and no extension of the header.
  static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [0, 0, 0, 0] + [0, 0, 0, 0]

  /// A field count of -1.
  static let trailer: [UInt8] = [0xFF, 0xFF]
}

/// A row on its way into a table by COPY: each column's value is appended in order.
///
/// Values must be of the columns' very types, for COPY converts none: `Int32` for integer, `Int64` for bigint.
public struct PostgresCopyRow: ~Copyable {
  private(set) var buffer: PostgresParameterBuffer
  private var fields: Int16 = 0
  private var start = 0

  init(_ buffer: consuming PostgresParameterBuffer) {
    self.buffer = buffer
  }

  /// Begins a row.
  mutating func begin() {
    start = buffer.bytes.count
    fields = 0
    buffer.append(Int16(0))
  }

  /// Appends the next column's value.
  ///
  /// - Throws: `encoding` if the value can't be sent.
  public mutating func append(_ value: some PostgresEncodable) throws(PostgresError) {
    fields += 1
    try buffer.appendField(value)
  }

  /// Ends the row: now the number of its fields is known.
  mutating func end() {
    buffer.patch(fields, at: start)
  }

  /// Drops what was appended of a row that failed.
  mutating func abandon() {
    buffer.truncate(to: start)
  }

  /// How many bytes wait to be sent.
  var count: Int { buffer.bytes.count }

  /// Hands over the bytes and forgets them.
  mutating func send<Answer>(_ body: (UnsafeRawBufferPointer) throws(PostgresError) -> Answer) throws(PostgresError)
    -> Answer
  {
    try buffer.drain(body)
  }
}
