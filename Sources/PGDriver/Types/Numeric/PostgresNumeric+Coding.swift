extension PostgresNumeric: PostgresDecodable, PostgresEncodable {
  /// numeric.
  @inlinable public static var postgresType: PostgresType { .numeric }

  /// Takes numeric, and the integers.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresNumeric {
    guard type == .numeric else { return PostgresNumeric(try Int64.decode(bytes, as: type)) }
    try bytes.requireAtLeast(8, "numeric")
    let count = Int(bytes.loadBigEndian(UInt16.self))
    let weight = Int(bytes.loadBigEndian(Int16.self, at: 2))
    let scale = Int(bytes.loadBigEndian(UInt16.self, at: 6))
    guard let kind = Kind(rawValue: bytes.loadBigEndian(UInt16.self, at: 4)),
      bytes.byteCount == 8 + 2 * count
    else { throw .malformed("numeric") }
    var digits: [UInt16] = []
    digits.reserveCapacity(count)
    for index in 0..<count {
      let digit = bytes.loadBigEndian(UInt16.self, at: 8 + 2 * index)
      guard digit < 10000 else { throw .malformed("numeric") }
      digits.append(digit)
    }
    return PostgresNumeric(kind: kind, digits: digits, weight: weight, scale: kind.isFinite ? scale : 0)
  }

  /// The number of digits, the weight, the sign, the scale and the digits.
  public func encode(into buffer: inout PostgresParameterBuffer) {
    // Code that makes a number ensures that these fit.
    buffer.append(UInt16(truncatingIfNeeded: digits.count))
    buffer.append(Int16(truncatingIfNeeded: weight))
    buffer.append(kind.rawValue)
    buffer.append(UInt16(truncatingIfNeeded: scale))
    for digit in digits { buffer.append(digit) }
  }
}
