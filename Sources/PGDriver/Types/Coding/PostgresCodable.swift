/// A Swift type whose values can be a query's parameters.
///
/// A conforming type needs `postgresType` and `encode` only.
public protocol PostgresEncodable: Sendable {
  /// The type that the parameter is declared as; `unspecified` lets the server infer it.
  static var postgresType: PostgresType { get }

  /// How the bytes that `encode` writes are to be read.
  static var postgresFormat: PostgresFormat { get }

  /// The type of the value as an array's element or a range's bound, where the server infers nothing.
  ///
  /// Of an array, its elements' own. All that is nested is sent in the binary format; for text both formats
  /// are the same.
  static var postgresElementType: PostgresType { get }

  /// The type that an array of such values is declared as.
  static var postgresArrayType: PostgresType { get }

  /// How many dimensions of an array the value itself is: 0, and more for arrays.
  static var postgresDimensions: Int { get }

  /// Whether the value stands for NULL; it isn't encoded then.
  var isPostgresNull: Bool { get }

  /// Appends the value's bytes.
  ///
  /// - Throws: `encoding` if PostgreSQL has no such value.
  func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError)

  /// Appends what the value is inside of an array: an element, or, as arrays do, a whole dimension of
  /// elements.
  func encodeElement(
    into buffer: inout PostgresParameterBuffer, of array: PostgresArrayPosition
  ) throws(PostgresError)
}

extension PostgresEncodable {
  /// Binary.
  @inlinable public static var postgresFormat: PostgresFormat { .binary }
  /// The parameter's type.
  @inlinable public static var postgresElementType: PostgresType { postgresType }
  /// The built-in array type of the element type; else `unspecified`.
  @inlinable public static var postgresArrayType: PostgresType { postgresElementType.array ?? .unspecified }
  /// 0.
  @inlinable public static var postgresDimensions: Int { 0 }
  /// False.
  @inlinable public var isPostgresNull: Bool { false }

  /// Appends the value and, before it, its length.
  @inlinable
  public func encodeElement(
    into buffer: inout PostgresParameterBuffer, of array: PostgresArrayPosition
  ) throws(PostgresError) {
    try buffer.append(field: self)
  }

  /// The type of the value as a field of a composite value, where the server infers nothing either.
  static var postgresFieldType: PostgresType {
    postgresType == .unspecified ? postgresElementType : postgresType
  }
}

/// The two formats of a value on the wire.
///
/// PostgreSQL manual, section 55.1.3, "Formats and Format Codes".
public enum PostgresFormat: Int32, Sendable, Hashable {
  /// What the type's output function writes.
  case text = 0
  /// What the type's send function writes.
  case binary = 1
}

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
  /// - Parameter array: The array's dimensions, and its elements' type.
  /// - Parameter bytes: The whole array in binary format.
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

/// Why a value could not be decoded.
///
/// The row adds the column and both types to it.
public enum PostgresDecodingFailure: Error, Sendable, Hashable {
  /// The value is NULL and the Swift type has no place for that.
  case null
  /// The Swift type doesn't take values of the column's type.
  case typeMismatch
  /// Something inside of the value, such as an array's elements, is of a type that the Swift type doesn't
  /// take.
  case innerTypeMismatch(PostgresType)
  /// The value is outside of what the Swift type can hold.
  case outOfRange
  /// The array has so many dimensions, and the Swift type another number.
  case dimensions(Int)
  /// The composite value has so many fields, and the Swift type another number.
  case fields(Int)
  /// The Swift enum has no case for the label.
  case label(String)
  /// The value is in text format, which the Swift type isn't decoded from.
  case textFormat
  /// The bytes aren't what the type's binary format prescribes; names the format.
  case malformed(String)
}

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
