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
