/// An area that is bounded by a closed path.
///
/// PostgreSQL manual, section 8.8.6, "Polygons".
public struct PostgresPolygon: Sendable, Hashable, Codable {
  /// The corners, one at least.
  public let points: [PostgresPoint]

  /// Makes one of its parts.
  @inlinable
  public init(points: [PostgresPoint]) {
    self.points = points
  }
}

extension PostgresPolygon: LosslessStringConvertible {
  /// What the server writes, ((1,2),(3,4)); numbers are written as Swift does it.
  public var description: String { "(\(GeometryText.text(points)))" }

  /// Reads what `description` writes; nil if it is anything else.
  public init?(_ description: String) {
    var scanner = TextScanner(description)
    guard scanner.take("("), let points = scanner.points(), scanner.take(")"), scanner.isAtEnd else {
      return nil
    }
    self.init(points: points)
  }
}

extension PostgresPolygon: PostgresDecodable, PostgresEncodable {
  /// polygon.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 604) }

  /// Takes polygon.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresPolygon {
    guard type == postgresType else { throw .typeMismatch }
    return PostgresPolygon(points: try bytes.points(from: 0, "polygon"))
  }

  /// Takes polygon.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresPolygon {
    try text.parse("polygon", if: type == postgresType)
  }

  /// Polygon's binary format.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try buffer.append(points: points)
  }
}
