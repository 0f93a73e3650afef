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
