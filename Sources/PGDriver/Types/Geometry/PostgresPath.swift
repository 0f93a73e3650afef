/// Points that are joined by lines, the last one with the first too if it is closed.
///
/// PostgreSQL manual, section 8.8.5, "Paths".
public struct PostgresPath: Sendable, Hashable, Codable {
  /// The points, one at least.
  public let points: [PostgresPoint]
  /// Whether the last point is joined with the first.
  public let isClosed: Bool

  /// Makes one of its parts.
  @inlinable
  public init(points: [PostgresPoint], isClosed: Bool) {
    self.points = points
    self.isClosed = isClosed
  }
}

extension PostgresPath: LosslessStringConvertible {
  /// What the server writes, ((1,2),(3,4)) if it is closed, else [(1,2),(3,4)]; numbers are written as
  /// Swift does it.
  public var description: String {
    isClosed ? "(\(GeometryText.text(points)))" : "[\(GeometryText.text(points))]"
  }

  /// Reads what `description` writes; nil if it is anything else.
  public init?(_ description: String) {
    var scanner = TextScanner(description)
    let isClosed = scanner.take("(")
    guard isClosed || scanner.take("["), let points = scanner.points(), scanner.take(isClosed ? ")" : "]"),
      scanner.isAtEnd
    else { return nil }
    self.init(points: points, isClosed: isClosed)
  }
}

extension PostgresPath: PostgresDecodable, PostgresEncodable {
  /// path.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 602) }

  /// Takes path.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresPath {
    guard type == postgresType else { throw .typeMismatch }
    try bytes.requireAtLeast(1, "path")
    let closed = bytes.loadBigEndian(UInt8.self)
    guard closed <= 1 else { throw .malformed("path") }
    return PostgresPath(points: try bytes.points(from: 1, "path"), isClosed: closed == 1)
  }

  /// Takes path.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresPath {
    try text.parse("path", if: type == postgresType)
  }

  /// Path's binary format.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    buffer.append(isClosed ? 1 as UInt8 : 0)
    try buffer.append(points: points)
  }
}
