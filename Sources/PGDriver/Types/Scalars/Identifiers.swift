extension UInt32: PostgresDecodable, PostgresEncodable {
  /// oid.
  @inlinable public static var postgresType: PostgresType { .oid }

  /// Takes oid, its aliases such as regclass, xid and cid.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> UInt32
  {
    guard type == .oid || isAlias(type) else { throw .typeMismatch }
    try bytes.require(4, "oid")
    return bytes.loadBigEndian(UInt32.self)
  }

  /// Four bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(self) }

  @usableFromInline
  static func isAlias(_ type: PostgresType) -> Bool {
    switch type.oid {
    // regproc, xid, cid, regprocedure to regtype, regconfig, regdictionary, regnamespace, regrole,
    // regcollation
    case 24, 28, 29, 2202...2206, 3734, 3769, 4089, 4096, 4191: true
    default: false
    }
  }
}

extension UInt64: PostgresDecodable, PostgresEncodable {
  /// xid8.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 5069) }

  /// Takes xid8 and pg_lsn, and oid.
  @inlinable
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> UInt64
  {
    guard type == postgresType || type.oid == 3220 else { return UInt64(try UInt32.decode(bytes, as: type)) }
    try bytes.require(8, "xid8")
    return bytes.loadBigEndian(UInt64.self)
  }

  /// Eight bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(self) }
}

extension UInt8: PostgresDecodable, PostgresEncodable {
  /// "char"; but an array of bytes is bytea.
  @inlinable public static var postgresType: PostgresType { .char }

  /// Takes "char".
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> UInt8
  {
    guard type == .char else { throw .typeMismatch }
    try bytes.require(1, "\"char\"")
    return bytes.loadBigEndian(UInt8.self)
  }

  /// One byte.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(self) }
}
