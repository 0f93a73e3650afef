/// A line segment between two points.
///
/// PostgreSQL manual, section 8.8.3, "Line Segments".
public struct PostgresLineSegment: Sendable, Hashable, Codable {
  /// Where it begins.
  public let start: PostgresPoint
  /// Where it ends.
  public let end: PostgresPoint

  /// Makes one of its parts.
  @inlinable
  public init(start: PostgresPoint, end: PostgresPoint) {
    self.start = start
    self.end = end
  }
}

extension PostgresLineSegment: LosslessStringConvertible {
  /// What the server writes, [(1,2),(3,4)]; numbers are written as Swift does it.
  public var description: String { "[\(start),\(end)]" }

  /// Reads what `description` writes; nil if it is anything else.
  public init?(_ description: String) {
    var scanner = TextScanner(description)
    guard scanner.take("["), let start = scanner.point(), scanner.take(","), let end = scanner.point(),
      scanner.take("]"), scanner.isAtEnd
    else { return nil }
    self.init(start: start, end: end)
  }
}

extension PostgresLineSegment: PostgresDecodable, PostgresEncodable {
  /// lseg.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 601) }

  /// Takes lseg.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresLineSegment {
    guard type == postgresType else { throw .typeMismatch }
    try bytes.require(32, "lseg")
    return PostgresLineSegment(start: bytes.loadPoint(at: 0), end: bytes.loadPoint(at: 16))
  }

  /// Takes lseg.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresLineSegment {
    try text.parse("lseg", if: type == postgresType)
  }

  /// Lseg's binary format.
  public func encode(into buffer: inout PostgresParameterBuffer) {
    buffer.append(start)
    buffer.append(end)
  }
}
