/// A circle.
///
/// PostgreSQL manual, section 8.8.7, "Circles".
public struct PostgresCircle: Sendable, Hashable, Codable {
  /// Its centre.
  public let center: PostgresPoint
  /// Its radius, not negative.
  public let radius: Double

  /// Makes one of its parts.
  @inlinable
  public init(center: PostgresPoint, radius: Double) {
    self.center = center
    self.radius = radius
  }
}

extension PostgresCircle: LosslessStringConvertible {
  /// What the server writes, <(1,2),3>; numbers are written as Swift does it.
  public var description: String { "<\(center),\(GeometryText.text(radius))>" }

  /// Reads what `description` writes; nil if it is anything else.
  public init?(_ description: String) {
    var scanner = TextScanner(description)
    guard scanner.take("<"), let center = scanner.point(), scanner.take(","), let radius = scanner.double(),
      scanner.take(">"), scanner.isAtEnd
    else { return nil }
    self.init(center: center, radius: radius)
  }
}

extension PostgresCircle: PostgresDecodable, PostgresEncodable {
  /// circle.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 718) }

  /// Takes circle.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresCircle {
    guard type == postgresType else { throw .typeMismatch }
    try bytes.require(24, "circle")
    return PostgresCircle(center: bytes.loadPoint(at: 0), radius: bytes.loadDouble(at: 16))
  }

  /// Takes circle.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresCircle {
    try text.parse("circle", if: type == postgresType)
  }

  /// Circle's binary format.
  public func encode(into buffer: inout PostgresParameterBuffer) {
    buffer.append(center)
    buffer.append(radius)
  }
}
