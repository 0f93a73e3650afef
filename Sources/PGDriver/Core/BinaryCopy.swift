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
struct BinaryCopyBuffer: ~Copyable {
  private var buffer = PostgresParameterBuffer()

  init() {
    buffer.append(contentsOf: BinaryCopy.header)
  }

  /// How many bytes are worth a call of libpq's, which copies them.
  private static var enough: Int { 32 << 10 }

  var isWorthSending: Bool { buffer.bytes.count >= Self.enough }

  /// Appends a row; leaves none of it behind when a value can't be encoded.
  mutating func append<each Value: PostgresEncodable>(_ row: repeat each Value) throws(PostgresError) {
    let start = buffer.bytes.count
    var fields: Int16 = 0
    buffer.append(fields)
    do throws(PostgresError) {
      repeat try append(field: each row, &fields)
    } catch {
      buffer.bytes.removeSubrange(start...)
      throw error
    }
    buffer.patch(fields, at: start)
  }

  /// Appends a row of any width.
  mutating func append(row: [any PostgresEncodable]) throws(PostgresError) {
    let start = buffer.bytes.count
    var fields: Int16 = 0
    buffer.append(fields)
    do throws(PostgresError) {
      for value in row { try append(field: value, &fields) }
    } catch {
      buffer.bytes.removeSubrange(start...)
      throw error
    }
    buffer.patch(fields, at: start)
  }

  private mutating func append(field: some PostgresEncodable, _ fields: inout Int16) throws(PostgresError) {
    fields += 1
    try buffer.append(field: field)
  }

  mutating func appendTrailer() {
    buffer.append(contentsOf: BinaryCopy.trailer)
  }

  /// Answers the bytes and forgets them.
  mutating func take() -> [UInt8] {
    defer { buffer.bytes = [] }
    return buffer.bytes
  }

  /// Hands the bytes over and forgets them.
  mutating func drain(_ body: (UnsafeRawBufferPointer) throws(PostgresError) -> Void) throws(PostgresError) {
    var failure: PostgresError?
    buffer.bytes.withUnsafeBytes { bytes in
      do throws(PostgresError) { try body(bytes) } catch { failure = error }
    }
    buffer.bytes.removeAll(keepingCapacity: true)
    if let failure { throw failure }
  }
}

extension PostgresParameterBuffer {
  /// Overwrites a number in network byte order that stands there already.
  fileprivate mutating func patch(_ number: Int16, at index: Int) {
    bytes[index] = UInt8(truncatingIfNeeded: number >> 8)
    bytes[index + 1] = UInt8(truncatingIfNeeded: number)
  }
}
