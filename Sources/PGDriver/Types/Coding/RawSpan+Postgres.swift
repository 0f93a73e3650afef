extension RawSpan {
  /// Loads an integer in network byte order, which all of the binary format is in.
  ///
  /// Unsafe: the caller has made sure that there are enough bytes.
  @inlinable @inline(__always)
  func loadBigEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at offset: Int = 0
  ) -> Value {
    Value(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: type))
  }

  /// Throws `malformed` unless there are exactly so many bytes.
  @inlinable @inline(__always)
  func require(_ count: Int, _ format: @autoclosure () -> String) throws(PostgresDecodingFailure) {
    guard byteCount == count else { throw .malformed(format()) }
  }

  /// Throws `malformed` unless there are at least so many bytes.
  @inlinable @inline(__always)
  func requireAtLeast(_ count: Int, _ format: @autoclosure () -> String) throws(PostgresDecodingFailure) {
    guard byteCount >= count else { throw .malformed(format()) }
  }

  /// Reads the length before a field and returns where the field's bytes are; nil for NULL.
  @inlinable @inline(__always)
  func readField(at offset: inout Int) throws(PostgresDecodingFailure) -> Range<Int>? {
    guard offset &+ 4 <= byteCount else { throw .malformed("sequence of values") }
    let length = Int(loadBigEndian(Int32.self, at: offset))
    let start = offset &+ 4
    guard length >= 0 else {
      guard length == -1 else { throw .malformed("sequence of values") }
      offset = start
      return nil
    }
    guard length <= byteCount &- start else { throw .malformed("sequence of values") }
    offset = start &+ length
    return Range(uncheckedBounds: (start, offset))
  }

  /// Copies the bytes.
  @inlinable @inline(__always)
  func copy() -> [UInt8] {
    withUnsafeBytes { [UInt8]($0) }
  }
}
