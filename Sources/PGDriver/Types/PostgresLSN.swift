/// A position in the write-ahead log.
///
/// PostgreSQL manual, section 8.20, "pg_lsn Type".
public struct PostgresLSN: Sendable, Hashable, Codable {
  /// The position in bytes.
  public let position: UInt64

  /// Makes a position, in bytes.
  @inlinable
  public init(position: UInt64) {
    self.position = position
  }
}

extension PostgresLSN: Comparable {
  /// Whether it comes first.
  @inlinable
  public static func < (a: PostgresLSN, b: PostgresLSN) -> Bool { a.position < b.position }
}

extension PostgresLSN: LosslessStringConvertible {
  /// What the server writes: the upper and the lower half in hexadecimal digits, as in 16/B374D848.
  public var description: String {
    String(position >> 32, radix: 16, uppercase: true) + "/"
      + String(position & 0xffff_ffff, radix: 16, uppercase: true)
  }

  /// Reads two numbers of one to eight hexadecimal digits; nil if it is anything else.
  public init?(_ description: String) {
    let halves = description.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard halves.count == 2,
      halves.allSatisfy({ (1...8).contains($0.count) && $0.first != UInt8(ascii: "+") }),
      let high = UInt32(Substring(halves[0]), radix: 16), let low = UInt32(Substring(halves[1]), radix: 16)
    else { return nil }
    self.init(position: UInt64(high) << 32 | UInt64(low))
  }
}

extension PostgresLSN: PostgresDecodable, PostgresEncodable {
  /// pg_lsn.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 3220) }

  /// Takes pg_lsn.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresLSN {
    guard type == postgresType else { throw .typeMismatch }
    try bytes.require(8, "pg_lsn")
    return PostgresLSN(position: bytes.loadBigEndian(UInt64.self))
  }

  /// Takes pg_lsn.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresLSN {
    try text.parse("pg_lsn", if: type == postgresType)
  }

  /// Eight bytes.
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(position) }
}
