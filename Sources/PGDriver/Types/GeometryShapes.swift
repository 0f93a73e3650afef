/// A rectangle whose sides are parallel to the axes.
///
/// PostgreSQL manual, section 8.8.4, "Boxes".
public struct PostgresBox: Sendable, Hashable, Codable {
  /// The corner of the greatest coordinates.
  public let high: PostgresPoint
  /// The corner of the least coordinates.
  public let low: PostgresPoint

  /// Makes a rectangle of any two opposite corners.
  public init(_ one: PostgresPoint, _ other: PostgresPoint) {
    // As box_recv does it, for which NaN is greater than all numbers.
    func ordered(_ a: Double, _ b: Double) -> (high: Double, low: Double) {
      b > a || b.isNaN && !a.isNaN ? (b, a) : (a, b)
    }
    let (right, left) = ordered(one.x, other.x)
    let (top, bottom) = ordered(one.y, other.y)
    high = PostgresPoint(x: right, y: top)
    low = PostgresPoint(x: left, y: bottom)
  }
}

extension PostgresBox: LosslessStringConvertible {
  /// What the server writes, (3,4),(1,2); numbers are written as Swift does it.
  public var description: String { "\(high),\(low)" }

  /// Reads what `description` writes; nil if it is anything else.
  public init?(_ description: String) {
    var scanner = TextScanner(description)
    guard let one = scanner.point(), scanner.take(","), let other = scanner.point(), scanner.isAtEnd else {
      return nil
    }
    self.init(one, other)
  }
}

extension PostgresBox: PostgresDecodable, PostgresEncodable {
  /// box.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 603) }

  /// Takes box.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresBox {
    guard type == postgresType else { throw .typeMismatch }
    try bytes.require(32, "box")
    return PostgresBox(bytes.loadPoint(at: 0), bytes.loadPoint(at: 16))
  }

  /// Takes box.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresBox {
    try text.parse("box", if: type == postgresType)
  }

  /// Box's binary format.
  public func encode(into buffer: inout PostgresParameterBuffer) {
    buffer.append(high)
    buffer.append(low)
  }
}

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
