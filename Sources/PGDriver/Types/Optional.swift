extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  /// Decodes the wrapped type.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Self {
    try Wrapped.decode(bytes, as: type)
  }

  /// Returns nil.
  @inlinable
  public static func decodeNull() throws(PostgresDecodingFailure) -> Self { nil }

  /// Decodes a dimension as the wrapped type does: an array in an array is never NULL.
  @inlinable
  public static func decodeDimension(
    of array: PostgresArrayHeader, in bytes: RawSpan, at offset: inout Int, depth: Int
  ) throws(PostgresDecodingFailure) -> Self {
    try Wrapped.decodeDimension(of: array, in: bytes, at: &offset, depth: depth)
  }
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
  /// The wrapped type's.
  @inlinable public static var postgresDimensions: Int { Wrapped.postgresDimensions }
  /// Whether it is nil.
  @inlinable public var isPostgresNull: Bool { self?.isPostgresNull ?? true }

  /// Encodes the wrapped value; nothing if it is nil.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try self?.encode(into: &buffer)
  }

  /// Appends the value as an array's element, or the dimension that an array is.
  ///
  /// - Throws: `encoding` for nil in place of an inner array, which PostgreSQL doesn't have.
  @inlinable
  public func encodeElement(
    into buffer: inout PostgresParameterBuffer, of array: PostgresArrayPosition
  ) throws(PostgresError) {
    guard Wrapped.postgresDimensions > 0 else { return try buffer.append(field: self) }
    guard let self else {
      throw PostgresError(
        .encoding,
        "An array in an array can't be NULL. Use an array of NULLs, or one as long as the others.")
    }
    try self.encodeElement(into: &buffer, of: array)
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
