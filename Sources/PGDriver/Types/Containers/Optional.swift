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

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  /// The wrapped type's.
  @inlinable public static var postgresType: PostgresType { Wrapped.postgresType }
  /// The wrapped type's.
  @inlinable public static var postgresFormat: PostgresFormat { Wrapped.postgresFormat }
  /// The wrapped type's.
  @inlinable public static var postgresElementType: PostgresType { Wrapped.postgresElementType }
  /// The wrapped type's.
  @inlinable public static var postgresArrayType: PostgresType { Wrapped.postgresArrayType }
  /// Whether it is nil.
  @inlinable public var isPostgresNull: Bool { self?.isPostgresNull ?? true }

  /// Encodes the wrapped value; nothing if it is nil.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try self?.encode(into: &buffer)
  }
}

extension PostgresQuery.StringInterpolation {
  /// Adds a parameter that may be NULL.
  ///
  /// Without it the compiler takes an Optional here for a mistake, as it would be one in a String, and warns.
  public mutating func appendInterpolation<Wrapped: PostgresEncodable>(_ value: Wrapped?) {
    append(value)
  }

  private mutating func append(_ value: some PostgresEncodable) {
    appendInterpolation(value)
  }
}
