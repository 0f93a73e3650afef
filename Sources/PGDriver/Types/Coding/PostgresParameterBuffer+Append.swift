import PGSystem

extension PostgresParameterBuffer {
  /// Appends an integer in network byte order.
  @inlinable @inline(__always)
  public mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
    bytes.append(value.bigEndian)
  }

  /// Appends bytes as they are.
  @inlinable
  public mutating func append(contentsOf newBytes: some Sequence<UInt8>) {
    let isDone: Void? = newBytes.withContiguousStorageIfAvailable {
      bytes.append(contentsOf: UnsafeRawBufferPointer($0))
    }
    if isDone == nil {
      for byte in newBytes { bytes.append(byte) }
    }
  }

  /// Appends a string's UTF-8 bytes.
  ///
  /// - Throws: `encoding` if there is a zero character, which PostgreSQL's text can't hold.
  public mutating func append(text: String) throws(PostgresError) {
    var text = text
    let hasZero = text.withUTF8 { utf8 in
      bytes.append(contentsOf: UnsafeRawBufferPointer(utf8))
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
  @inlinable @inline(__always)
  public mutating func append(field value: some PostgresEncodable) throws(PostgresError) {
    guard !value.isPostgresNull else { return append(-1 as Int32) }
    let start = bytes.count
    append(0 as Int32)
    try value.encode(into: &self)
    guard let length = Int32(exactly: bytes.count - start - 4) else { throw Self.tooLarge }
    overwrite(at: start, with: length)
  }

  /// Replaces four bytes by an integer that was not known when they were appended.
  @inlinable @inline(__always)
  mutating func overwrite(at offset: Int, with value: Int32) {
    bytes.overwrite(at: offset, with: value.bigEndian)
  }

  /// Reads four bytes back.
  @inlinable
  func int32(at offset: Int) -> Int32 {
    Int32(bigEndian: (bytes.base + offset).loadUnaligned(as: Int32.self))
  }

  @usableFromInline static var tooLarge: PostgresError {
    PostgresError(.encoding, "A value is larger than 2 GB. Send it in pieces.")
  }
}
