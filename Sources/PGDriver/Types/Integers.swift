// Floating-point numbers and LSNs are not in this file: of functions in one file that do the same to values
// of the same size, such as Double.encode and Int64.encode, the compiler makes one, and each call of it
// costs a jump more.

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

/// An amount of type money.
///
/// PostgreSQL manual, section 8.2, "Monetary Types". The database's lc_monetary setting decides how many
/// units there are to one of the currency, and how it is written: it isn't decoded from text format.
public struct PostgresMoney: Sendable, Hashable, Codable {
  /// The amount in the smallest unit, such as cents.
  public let units: Int64

  /// Makes an amount in the smallest unit.
  @inlinable
  public init(units: Int64) {
    self.units = units
  }
}

extension PostgresMoney: Comparable {
  /// Whether it is less.
  @inlinable
  public static func < (a: PostgresMoney, b: PostgresMoney) -> Bool { a.units < b.units }
}

extension PostgresMoney: PostgresDecodable, PostgresEncodable {
  /// money.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 790) }

  /// Takes money.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresMoney {
    guard type == postgresType else { throw .typeMismatch }
    try bytes.require(8, "money")
    return PostgresMoney(units: bytes.loadBigEndian(Int64.self))
  }

  /// Eight bytes.
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(units) }
}
