/// A Swift type whose values can be a query's parameters.
public protocol PostgresEncodable: Sendable {
  /// The type that the parameter is declared as; `unspecified` lets the server infer it.
  static var postgresType: PostgresType { get }

  /// How the bytes that `encode` writes are to be read.
  static var postgresFormat: PostgresFormat { get }

  /// Whether the value stands for NULL; it isn't encoded then.
  var isPostgresNull: Bool { get }

  /// Appends the value's bytes.
  ///
  /// - Throws: `encoding` if PostgreSQL has no such value.
  func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError)
}

extension PostgresEncodable {
  /// Binary.
  @inlinable public static var postgresFormat: PostgresFormat { .binary }
  /// False.
  @inlinable public var isPostgresNull: Bool { false }
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

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  /// The wrapped type's.
  @inlinable public static var postgresType: PostgresType { Wrapped.postgresType }
  /// The wrapped type's.
  @inlinable public static var postgresFormat: PostgresFormat { Wrapped.postgresFormat }
  /// Whether it is nil.
  @inlinable public var isPostgresNull: Bool { self?.isPostgresNull ?? true }

  /// Encodes the wrapped value; nothing if it is nil.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try self?.encode(into: &buffer)
  }
}
