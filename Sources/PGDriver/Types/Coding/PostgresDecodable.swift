/// A Swift type that a value of PostgreSQL's binary format can be decoded as.
///
/// A conforming type needs `decode(_:as:)` only.
public protocol PostgresDecodable {
  /// Decodes a value that isn't NULL.
  ///
  /// - Parameter bytes: The value in the binary format of its type's send function.
  /// - Parameter type: The type that the server gave for the column.
  static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Self

  /// Decodes a value that isn't NULL from a result in text format; throws `textFormat` unless the type can
  /// do that.
  ///
  /// - Parameter text: The value in the text format of its type's output function, in UTF-8.
  /// - Parameter type: The type that the server gave for the column.
  static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Self

  /// The built-in type that so many bytes of a domain's value are taken for; nil if there is none.
  ///
  /// Only of values inside of arrays, composite values and ranges, where the server names the domain
  /// itself, and when `decode` doesn't take that. Of types that can be sent, by default the type that they
  /// are sent as.
  static func postgresBaseType(byteCount: Int) -> PostgresType?

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

  /// The type that values are sent as, if there are such and it is built in; else nil.
  public static func postgresBaseType(byteCount: Int) -> PostgresType? {
    guard let type = (self as? any PostgresEncodable.Type)?.postgresType, type != .unspecified else {
      return nil
    }
    return type.isUserDefined ? nil : type
  }

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
    guard type.isUserDefined else { return try decodeBuiltInField(in: bytes, at: &offset, as: type) }
    guard let field = try bytes.readField(at: &offset) else { return try decodeNull() }
    return try decodeUserDefined(bytes.extracting(unchecked: field), as: type)
  }

  /// The same of a type that is built in.
  @inlinable @inline(__always)
  static func decodeBuiltInField(
    in bytes: RawSpan, at offset: inout Int, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> Self {
    guard let field = try bytes.readField(at: &offset) else { return try decodeNull() }
    return try decode(bytes.extracting(unchecked: field), as: type)
  }

  /// Decodes a value inside of another, whose type isn't built in and may be a domain.
  ///
  /// Which type is under a domain only the catalogue tells. The caller has said what it should be: if the
  /// Swift type doesn't take user-defined types, the bytes are taken for its own type, as far as their
  /// number allows that.
  @usableFromInline
  static func decodeUserDefined(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> Self {
    do throws(PostgresDecodingFailure) {
      return try decode(bytes, as: type)
    } catch {
      guard error == .typeMismatch, let base = postgresBaseType(byteCount: bytes.byteCount) else {
        throw error
      }
      do throws(PostgresDecodingFailure) {
        return try decode(bytes, as: base)
      } catch {
        if case .malformed = error { throw .typeMismatch }
        throw error
      }
    }
  }
}
