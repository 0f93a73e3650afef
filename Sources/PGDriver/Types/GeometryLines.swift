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

/// An infinite line, of all points for which Ax + By + C = 0.
///
/// PostgreSQL manual, section 8.8.2, "Lines".
public struct PostgresLine: Sendable, Hashable, Codable {
  /// The factor of x; not 0 if `b` is.
  public let a: Double
  /// The factor of y.
  public let b: Double
  /// The constant.
  public let c: Double

  /// Makes one of its parts.
  @inlinable
  public init(a: Double, b: Double, c: Double) {
    self.a = a
    self.b = b
    self.c = c
  }
}

extension PostgresLine: LosslessStringConvertible {
  /// What the server writes, {1,-1,0}; numbers are written as Swift does it.
  public var description: String {
    "{\(GeometryText.text(a)),\(GeometryText.text(b)),\(GeometryText.text(c))}"
  }

  /// Reads what `description` writes; nil if it is anything else.
  public init?(_ description: String) {
    var scanner = TextScanner(description)
    guard scanner.take("{"), let a = scanner.double(), scanner.take(","), let b = scanner.double(),
      scanner.take(","), let c = scanner.double(), scanner.take("}"), scanner.isAtEnd
    else { return nil }
    self.init(a: a, b: b, c: c)
  }
}

extension PostgresLine: PostgresDecodable, PostgresEncodable {
  /// line.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 628) }

  /// Takes line.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresLine {
    guard type == postgresType else { throw .typeMismatch }
    try bytes.require(24, "line")
    return PostgresLine(a: bytes.loadDouble(at: 0), b: bytes.loadDouble(at: 8), c: bytes.loadDouble(at: 16))
  }

  /// Takes line.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresLine {
    try text.parse("line", if: type == postgresType)
  }

  /// Line's binary format.
  public func encode(into buffer: inout PostgresParameterBuffer) {
    buffer.append(a)
    buffer.append(b)
    buffer.append(c)
  }
}

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

/// How geometric types write their numbers and points, and how both are read back.
///
/// src/backend/utils/adt/geo_ops.c.
enum GeometryText {
  /// As float8out writes it, but for where it goes over to exponents.
  static func text(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  static func text(_ points: [PostgresPoint]) -> String {
    points.map(\.description).joined(separator: ",")
  }
}

extension TextScanner {
  /// Takes a number, NaN or an infinity.
  mutating func double() -> Double? {
    let found = take { byte in
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","),
        UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: " "):
        false
      default: true
      }
    }
    return Double(found)
  }

  /// Takes a point.
  mutating func point() -> PostgresPoint? {
    guard take("("), let x = double(), take(","), let y = double(), take(")") else { return nil }
    return PostgresPoint(x: x, y: y)
  }

  /// Takes points with commas between.
  mutating func points() -> [PostgresPoint]? {
    var points: [PostgresPoint] = []
    repeat {
      guard let point = point() else { return nil }
      points.append(point)
    } while take(",")
    return points
  }
}

extension RawSpan {
  /// Loads a double; there are enough bytes.
  func loadDouble(at offset: Int) -> Double {
    Double(bitPattern: loadBigEndian(UInt64.self, at: offset))
  }

  /// Loads a point; there are enough bytes.
  func loadPoint(at offset: Int) -> PostgresPoint {
    PostgresPoint(x: loadDouble(at: offset), y: loadDouble(at: offset + 8))
  }

  /// Reads a number of points, and the points to the end.
  func points(from offset: Int, _ format: String) throws(PostgresDecodingFailure) -> [PostgresPoint] {
    try requireAtLeast(offset + 4, format)
    let count = Int(loadBigEndian(Int32.self, at: offset))
    guard count >= 0, byteCount == offset + 4 + 16 * count else { throw .malformed(format) }
    return (0..<count).map { loadPoint(at: offset + 4 + 16 * $0) }
  }
}

extension PostgresParameterBuffer {
  mutating func append(_ double: Double) { append(double.bitPattern) }

  mutating func append(_ point: PostgresPoint) {
    append(point.x)
    append(point.y)
  }

  mutating func append(points: [PostgresPoint]) throws(PostgresError) {
    guard let count = Int32(exactly: points.count) else { throw Self.tooLarge }
    append(count)
    for point in points { append(point) }
  }
}
