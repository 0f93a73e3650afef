/// A point in the plane.
///
/// PostgreSQL manual, section 8.8.1, "Points".
public struct PostgresPoint: Sendable, Hashable, Codable {
  /// Its abscissa.
  public let x: Double
  /// Its ordinate.
  public let y: Double

  /// Makes one of its parts.
  @inlinable
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

extension PostgresPoint: LosslessStringConvertible {
  /// What the server writes, (1,2); numbers are written as Swift does it.
  public var description: String { "(\(GeometryText.text(x)),\(GeometryText.text(y)))" }

  /// Reads what `description` writes; nil if it is anything else.
  public init?(_ description: String) {
    var scanner = TextScanner(description)
    guard let point = scanner.point(), scanner.isAtEnd else { return nil }
    self = point
  }
}

extension PostgresPoint: PostgresDecodable, PostgresEncodable {
  /// point.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 600) }

  /// Takes point.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresPoint {
    guard type == postgresType else { throw .typeMismatch }
    try bytes.require(16, "point")
    return bytes.loadPoint(at: 0)
  }

  /// Takes point.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresPoint {
    try text.parse("point", if: type == postgresType)
  }

  /// Point's binary format.
  public func encode(into buffer: inout PostgresParameterBuffer) {
    buffer.append(x)
    buffer.append(y)
  }
}
