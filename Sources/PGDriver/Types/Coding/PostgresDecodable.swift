/// A Swift type that a value of PostgreSQL's binary format can be decoded as.
///
/// A conforming type needs `decode(_:as:)` only.
public protocol PostgresDecodable {
  /// Decodes a value that isn't NULL.
  ///
  /// - Parameter bytes: The value in the binary format of its type's send function.
  /// - Parameter type: The type that the server gave for the column.
  static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Self

  /// Decodes a value that isn't NULL from a result in text format; throws `textFormat` unless the type can do that.
  ///
  /// - Parameter text: The value in the text format of its type's output function, in UTF-8.
  /// - Parameter type: The type that the server gave for the column.
  static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Self

  /// What NULL is decoded as; throws unless the type is an Optional.
  static func decodeNull() throws(PostgresDecodingFailure) -> Self

  /// Decodes a dimension of an array; throws `dimensions` unless the type is an array itself.
  ///
  /// - Parameter offset: Where in the array's bytes to go on; moved behind what was decoded.
  /// - Parameter depth: How many of the array's dimensions lie outside.
  static func decodeDimension(
    of array: PostgresArrayHeader, in bytes: RawSpan, at offset: inout Int, depth: Int
  ) throws(PostgresDecodingFailure) -> Self
}

/// What goes both ways, as a parameter and out of a row.
public typealias PostgresCodable = PostgresDecodable & PostgresEncodable

extension PostgresDecodable {
  /// Throws `null`.
  @inlinable
  public static func decodeNull() throws(PostgresDecodingFailure) -> Self { throw .null }

  /// Throws `textFormat`.
  @inlinable
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Self {
    throw .textFormat
  }

  /// Throws `dimensions`.
  @inlinable
  public static func decodeDimension(
    of array: PostgresArrayHeader, in bytes: RawSpan, at offset: inout Int, depth: Int
  ) throws(PostgresDecodingFailure) -> Self {
    throw .dimensions(array.dimensionCount)
  }

  /// Decodes a value that its length precedes, as in arrays, composite values and ranges.
  @inlinable @inline(__always)
  static func decodeField(
    in bytes: RawSpan, at offset: inout Int, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> Self {
    guard let field = try bytes.readField(at: &offset) else { return try decodeNull() }
    return try decode(bytes.extracting(unchecked: field), as: type)
  }
}
