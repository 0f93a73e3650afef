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
