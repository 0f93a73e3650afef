#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension PostgresParameterBuffer {
  /// Appends an integer in network byte order.
  @inlinable
  public mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends bytes as they are.
  @inlinable
  public mutating func append(contentsOf newBytes: some Sequence<UInt8>) {
    bytes.append(contentsOf: newBytes)
  }

  /// Appends a string's UTF-8 bytes.
  ///
  /// - Throws: `encoding` if there is a zero character, which PostgreSQL's text can't hold.
  public mutating func append(text: String) throws(PostgresError) {
    var text = text
    let hasZero = text.withUTF8 { utf8 in
      bytes.append(contentsOf: utf8)
      return utf8.baseAddress.map { memchr($0, 0, utf8.count) != nil } ?? false
    }
    guard !hasZero else {
      throw PostgresError(
        .encoding,
        "PostgreSQL's text can't hold the character U+0000. Send the value as bytes, or take it out.")
    }
  }

  /// Appends a value and, before it, its length in bytes, as in arrays, composite values, ranges and COPY.
  ///
  /// NULL is a length of -1 and no bytes.
  @inlinable
  public mutating func append(field value: some PostgresEncodable) throws(PostgresError) {
    guard !value.isPostgresNull else { return append(-1 as Int32) }
    let start = bytes.count
    append(0 as Int32)
    try value.encode(into: &self)
    guard let length = Int32(exactly: bytes.count - start - 4) else { throw Self.tooLarge }
    overwrite(at: start, with: length)
  }

  /// Replaces four bytes by an integer that was not known when they were appended.
  @inlinable
  mutating func overwrite(at offset: Int, with value: Int32) {
    bytes.withUnsafeMutableBytes { $0.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Int32.self) }
  }

  /// Reads four bytes back.
  @inlinable
  func int32(at offset: Int) -> Int32 {
    bytes.withUnsafeBytes { Int32(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: Int32.self)) }
  }

  @usableFromInline static var tooLarge: PostgresError {
    PostgresError(.encoding, "A value is larger than 2 GB. Send it in pieces.")
  }
}
