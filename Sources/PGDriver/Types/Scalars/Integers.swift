extension Int16: PostgresDecodable, PostgresEncodable {
  /// smallint.
  @inlinable public static var postgresType: PostgresType { .int2 }

  /// Takes smallint.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Int16
  {
    guard type == .int2 else { throw .typeMismatch }
    try bytes.require(2, "smallint")
    return bytes.loadBigEndian(Int16.self)
  }

  /// Two bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(self) }
}

extension Int32: PostgresDecodable, PostgresEncodable {
  /// integer.
  @inlinable public static var postgresType: PostgresType { .int4 }

  /// Takes smallint and integer.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Int32
  {
    if type == .int4 {
      try bytes.require(4, "integer")
      return bytes.loadBigEndian(Int32.self)
    }
    return Int32(try Int16.decode(bytes, as: type))
  }

  /// Four bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(self) }
}

extension Int64: PostgresDecodable, PostgresEncodable {
  /// bigint.
  @inlinable public static var postgresType: PostgresType { .int8 }

  /// Takes smallint, integer, bigint and oid.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Int64
  {
    if type == .int8 {
      try bytes.require(8, "bigint")
      return bytes.loadBigEndian(Int64.self)
    }
    if type == .oid { return Int64(try UInt32.decode(bytes, as: type)) }
    return Int64(try Int32.decode(bytes, as: type))
  }

  /// Eight bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(self) }
}

extension Int: PostgresDecodable, PostgresEncodable {
  /// bigint.
  @inlinable public static var postgresType: PostgresType { .int8 }

  /// Takes smallint, integer, bigint and oid.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Int {
    guard let value = Int(exactly: try Int64.decode(bytes, as: type)) else { throw .outOfRange }
    return value
  }

  /// Eight bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(Int64(self)) }
}
