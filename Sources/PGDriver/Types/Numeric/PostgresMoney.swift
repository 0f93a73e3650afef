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
