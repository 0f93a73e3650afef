extension Float: PostgresDecodable, PostgresEncodable {
  /// real.
  @inlinable public static var postgresType: PostgresType { .float4 }

  /// Takes real.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Float
  {
    guard type == .float4 else { throw .typeMismatch }
    try bytes.require(4, "real")
    return Float(bitPattern: bytes.loadBigEndian(UInt32.self))
  }

  /// Four bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(bitPattern) }
}

extension Double: PostgresDecodable, PostgresEncodable {
  /// double precision.
  @inlinable public static var postgresType: PostgresType { .float8 }

  /// Takes real and double precision.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Double
  {
    if type == .float8 {
      try bytes.require(8, "double precision")
      return Double(bitPattern: bytes.loadBigEndian(UInt64.self))
    }
    return Double(try Float.decode(bytes, as: type))
  }

  /// Eight bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(bitPattern) }
}
