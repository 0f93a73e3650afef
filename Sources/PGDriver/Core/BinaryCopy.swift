/// The binary format of COPY: a header, tuples of fields with their lengths, and a trailer.
///
/// PostgreSQL manual, "COPY", "Binary Format".
enum BinaryCopy {
  /// The signature, no flags, and no extension of the header.
  static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [0, 0, 0, 0] + [0, 0, 0, 0]

  /// A field count of -1.
  static let trailer: [UInt8] = [0xFF, 0xFF]
}

/// Rows on their way into a table by binary COPY, gathered until they are worth sending.
///
/// Inlinable, so that rows are encoded by code that knows their types, in the module that appends them.
@usableFromInline
struct BinaryCopyBuffer: ~Copyable {
  @usableFromInline var buffer = PostgresParameterBuffer()

  init() {
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
    } catch {
      buffer.bytes.truncate(to: start)
      throw error
    }
    endRow(fields, at: start)
  }

  /// Appends a row of any width.
  @inlinable
  mutating func append(row: [any PostgresEncodable]) throws(PostgresError) {
    let start = beginRow()
    var fields: Int16 = 0
    do throws(PostgresError) {
      for value in row { try append(field: value, &fields) }
    } catch {
      buffer.bytes.truncate(to: start)
      throw error
    }
    endRow(fields, at: start)
  }

  @inlinable @inline(__always)
  mutating func beginRow() -> Int {
    buffer.append(0 as Int16)
    return buffer.bytes.count - 2
  }

  @inlinable @inline(__always)
  mutating func append(field: some PostgresEncodable, _ fields: inout Int16) throws(PostgresError) {
    fields += 1
    try buffer.append(field: field)
  }

  /// Notes the number of fields, which precedes them.
  @inlinable @inline(__always)
  mutating func endRow(_ fields: Int16, at start: Int) {
    buffer.bytes.overwrite(at: start, with: fields.bigEndian)
  }

  mutating func appendTrailer() {
    buffer.append(contentsOf: BinaryCopy.trailer)
  }

  /// Hands over the piece of the bytes that begins at an offset, and moves the offset behind it; at the end it forgets them
  /// and returns false.
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
