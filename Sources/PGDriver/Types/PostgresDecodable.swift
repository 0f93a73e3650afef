/// A Swift type that a value of PostgreSQL's binary format can be decoded as.
public protocol PostgresDecodable {
  /// Decodes a value that isn't NULL.
  ///
  /// - Parameter bytes: The value in the binary format of its type's send function.
  /// - Parameter type: The type that the server gave for the column.
  static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Self

  /// What NULL is decoded as; throws unless the type is an Optional.
  static func decodeNull() throws(PostgresDecodingFailure) -> Self
}

extension PostgresDecodable {
  /// Throws `null`.
  @inlinable
  public static func decodeNull() throws(PostgresDecodingFailure) -> Self { throw .null }
}

/// Why a value could not be decoded.
///
/// The row adds the column and both types to it.
public enum PostgresDecodingFailure: Error, Sendable, Hashable {
  /// The value is NULL and the Swift type has no place for that.
  case null
  /// The Swift type doesn't take values of the column's type.
  case typeMismatch
  /// The value is outside of what the Swift type can hold.
  case outOfRange
  /// The bytes aren't what the type's binary format prescribes; names the format.
  case malformed(String)
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  /// Decodes the wrapped type.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Self {
    try Wrapped.decode(bytes, as: type)
  }

  /// Answers nil.
  @inlinable
  public static func decodeNull() throws(PostgresDecodingFailure) -> Self { nil }
}

extension RawSpan {
  /// Loads an integer in network byte order, which all of the binary format is in.
  @inlinable @inline(__always)
  func loadBigEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at offset: Int = 0
  ) -> Value {
    Value(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: type))
  }

  /// Throws `malformed` unless there are exactly so many bytes.
  @inlinable @inline(__always)
  func require(_ count: Int, _ format: @autoclosure () -> String) throws(PostgresDecodingFailure) {
    guard byteCount == count else { throw .malformed(format()) }
  }
}
