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
