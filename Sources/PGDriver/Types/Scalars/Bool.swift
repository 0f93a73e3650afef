extension Bool: PostgresDecodable, PostgresEncodable {
  /// boolean.
  @inlinable public static var postgresType: PostgresType { .bool }

  /// Takes boolean.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Bool {
    guard type == .bool else { throw .typeMismatch }
    try bytes.require(1, "boolean")
    return bytes.loadBigEndian(UInt8.self) != 0
  }

  /// One byte.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(UInt8(self ? 1 : 0)) }
}
