/// The binary format of COPY: a header, tuples of fields with their lengths, and a trailer.
///
/// PostgreSQL manual, "COPY", "Binary Format".
enum BinaryCopy {
  /// The signature, no flags, and no extension of the header.
  static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [0, 0, 0, 0] + [0, 0, 0, 0]

  /// A field count of -1.
  static let trailer: [UInt8] = [0xFF, 0xFF]

  static var notBinary: PostgresError {
    PostgresError(
      .misuse,
      "Rows can only be appended to a COPY in binary format. Say (FORMAT binary), or write the data yourself."
    )
  }

  static var mixed: PostgresError {
    PostgresError(.misuse, "A COPY takes either rows that are appended or data that is written, not both.")
  }
}

/// Rows on their way into a table by binary COPY, gathered until they are worth sending.
///
/// Inlinable, so that rows are encoded by code that knows their types, in the module that appends them.
@usableFromInline
struct BinaryCopyBuffer: ~Copyable {
  @usableFromInline var buffer = PostgresParameterBuffer()
  /// The columns that the rows are for; none if the server alone has to judge the values.
  @usableFromInline var columns: [CopyColumn]

  init(columns: [CopyColumn] = []) {
    self.columns = columns
    buffer.append(contentsOf: BinaryCopy.header)
  }

  /// Whether there are enough bytes for a call of libpq's, which copies them.
  @inlinable var isWorthSending: Bool { buffer.bytes.count >= 32 << 10 }

  /// Appends a row; leaves none of it behind when a value can't be encoded.
  @inlinable
  mutating func append<each Value: PostgresEncodable>(_ row: repeat each Value) throws(PostgresError) {
    let start = beginRow()
    var fields: Int16 = 0
    do throws(PostgresError) {
      repeat try append(field: each row, &fields)
      try endRow(fields, at: start)
    } catch {
      buffer.bytes.truncate(to: start)
      throw error
    }
  }

  /// Appends a row of any width.
  @inlinable
  mutating func append(row: [any PostgresEncodable]) throws(PostgresError) {
    let start = beginRow()
    var fields: Int16 = 0
    do throws(PostgresError) {
      for value in row { try append(field: value, &fields) }
      try endRow(fields, at: start)
    } catch {
      buffer.bytes.truncate(to: start)
      throw error
    }
  }

  @inlinable @inline(__always)
  mutating func beginRow() -> Int {
    buffer.append(0 as Int16)
    return buffer.bytes.count - 2
  }

  /// A value whose type is the column's, or was found to fit it before, is encoded at once.
  @inlinable @inline(__always)
  mutating func append<Value: PostgresEncodable>(
    field: Value, _ fields: inout Int16
  ) throws(PostgresError) {
    let index = Int(fields)
    guard fields < Int16.max else { throw CopyColumn.tooMany }
    fields &+= 1
    if index < columns.count {
      let isFit =
        columns[index].type == Value.postgresType || columns[index].simple == ObjectIdentifier(Value.self)
      if !isFit { return try append(field: field, checkedFor: index) }
    }
    try buffer.append(field: field)
  }

  /// Encodes a value for a column after a look at both types.
  @inlinable
  mutating func append<Value: PostgresEncodable>(
    field: Value, checkedFor index: Int
  ) throws(PostgresError) {
    // NULL is of every type.
    if !field.isPostgresNull {
      if columns[index].checked != ObjectIdentifier(Value.self) { try columns[index].check(Value.self) }
      buffer.target = columns[index].target
    }
    defer { buffer.target = nil }
    try buffer.append(field: field)
  }

  /// Notes the number of fields, which precedes them.
  @inlinable @inline(__always)
  mutating func endRow(_ fields: Int16, at start: Int) throws(PostgresError) {
    if !columns.isEmpty && Int(fields) != columns.count { throw CopyColumn.wrongWidth(fields, columns) }
    buffer.bytes.overwrite(at: start, with: fields.bigEndian)
  }

  mutating func appendTrailer() {
    buffer.append(contentsOf: BinaryCopy.trailer)
  }

  /// Hands over the piece of the bytes that begins at an offset, and moves the offset behind it; at the end
  /// it forgets them and returns false.
  mutating func putPiece(to core: ConnectionCore, at offset: inout Int) throws(PostgresError) -> Bool {
    let bytes = buffer.bytes.bytes
    let end = min(offset + ConnectionCore.copyPiece, bytes.count)
    guard end > offset else {
      buffer.bytes.truncate()
      return false
    }
    try core.putCopy(UnsafeRawBufferPointer(rebasing: bytes[offset..<end]))
    offset = end
    return true
  }
}
