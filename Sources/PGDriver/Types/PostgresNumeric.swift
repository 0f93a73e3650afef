/// A number of type numeric, exact to the last digit, or NaN or an infinity.
///
/// PostgreSQL manual, section 8.1.2, "Arbitrary Precision Numbers". Kept as on the wire: digits to the base
/// 10000, and how many decimal places are shown (numeric_send in src/backend/utils/adt/numeric.c).
public struct PostgresNumeric: Sendable {
  /// What kind of number it is.
  enum Kind: UInt16, Sendable {
    case positive = 0x0000
    case negative = 0x4000
    case notANumber = 0xc000
    case infinity = 0xd000
    case negativeInfinity = 0xf000

    var isFinite: Bool { self == .positive || self == .negative }
  }

  let kind: Kind
  /// The digits to the base 10000, the highest first, without zeros at either end.
  let digits: [UInt16]
  /// The power of 10000 that the first digit counts.
  let weight: Int

  /// How many decimal places are shown; at least as many as there are.
  public let scale: Int

  /// Makes a number of digits, any zeros at whose ends are taken away.
  init(kind: Kind, digits: [UInt16], weight: Int, scale: Int) {
    let leading = digits.prefix { $0 == 0 }.count
    let trailing = digits.dropFirst(leading).reversed().prefix { $0 == 0 }.count
    self.digits =
      leading + trailing == 0 ? digits : Array(digits[leading..<(digits.count - trailing)])
    let isZero = self.digits.isEmpty
    self.weight = isZero ? 0 : weight - leading
    self.kind = isZero && kind == .negative ? .positive : kind
    self.scale = scale
  }

  private init(_ kind: Kind) {
    self.init(kind: kind, digits: [], weight: 0, scale: 0)
  }

  /// Not a number; equal to itself and greater than all others, as in PostgreSQL.
  public static let nan = PostgresNumeric(.notANumber)
  /// Greater than all numbers; since PostgreSQL 14.
  public static let infinity = PostgresNumeric(.infinity)
  /// Less than all numbers; since PostgreSQL 14.
  public static let negativeInfinity = PostgresNumeric(.negativeInfinity)

  /// Makes an integer.
  public init(_ integer: some BinaryInteger) {
    var digits: [UInt16] = []
    var rest = integer.magnitude
    while rest != 0 {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10000)
      digits.append(UInt16(remainder))
      rest = quotient
    }
    self.init(
      kind: integer < 0 ? .negative : .positive, digits: digits.reversed(), weight: digits.count - 1, scale: 0
    )
  }

  /// Whether it is neither NaN nor an infinity.
  public var isFinite: Bool { kind.isFinite }
  /// Whether it is NaN.
  public var isNaN: Bool { kind == .notANumber }
}

extension PostgresNumeric: ExpressibleByIntegerLiteral {
  /// Makes an integer.
  public init(integerLiteral value: Int) {
    self.init(value)
  }
}

extension PostgresNumeric: Comparable, Hashable {
  /// Whether the numbers are equal; the places shown don't matter, so 1.0 equals 1.00.
  public static func == (a: PostgresNumeric, b: PostgresNumeric) -> Bool {
    a.kind == b.kind && a.weight == b.weight && a.digits == b.digits
  }

  /// Whether it is less, in PostgreSQL's order, where NaN comes last.
  public static func < (a: PostgresNumeric, b: PostgresNumeric) -> Bool {
    guard a.kind == b.kind else { return a.rank < b.rank }
    return switch a.kind {
    case .positive: magnitudeIsLess(a, b)
    case .negative: magnitudeIsLess(b, a)
    default: false
    }
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(weight)
    hasher.combine(digits)
  }

  private static func magnitudeIsLess(_ a: PostgresNumeric, _ b: PostgresNumeric) -> Bool {
    guard !a.digits.isEmpty && !b.digits.isEmpty else { return a.digits.count < b.digits.count }
    return a.weight == b.weight ? a.digits.lexicographicallyPrecedes(b.digits) : a.weight < b.weight
  }

  private var rank: Int {
    switch kind {
    case .negativeInfinity: 0
    case .negative: 1
    case .positive: 2
    case .infinity: 3
    case .notANumber: 4
    }
  }
}

extension PostgresNumeric: Codable {
  /// Encodes the description.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// Decodes a description.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = PostgresNumeric(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "Not a numeric: \(text)")
    }
    self = value
  }
}

extension Double {
  /// The nearest number of double precision; NaN and the infinities stay what they are.
  public init(_ numeric: PostgresNumeric) {
    self = Double(numeric.description) ?? .nan
  }
}

extension FixedWidthInteger {
  /// The number, if it is an integer that fits.
  public init?(exactly numeric: PostgresNumeric) {
    guard numeric.isFinite, numeric.digits.count <= numeric.weight + 1 || numeric.digits.isEmpty else {
      return nil
    }
    let whole = numeric.description.prefix { $0 != "." }
    self.init(whole)
  }
}

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

extension PostgresNumeric: LosslessStringConvertible {
  /// What the server writes: all digits, without an exponent; NaN, Infinity or -Infinity.
  public var description: String {
    switch kind {
    case .notANumber: return "NaN"
    case .infinity: return "Infinity"
    case .negativeInfinity: return "-Infinity"
    case .positive, .negative: break
    }
    var text: [UInt8] = kind == .negative ? [UInt8(ascii: "-")] : []
    let sign = text.count
    for place in stride(from: max(weight, 0), through: 0, by: -1) { Self.write(digit(at: place), to: &text) }
    let zeros = text[sign...].dropLast().prefix { $0 == UInt8(ascii: "0") }.count
    text.removeSubrange(sign..<(sign + zeros))
    if scale > 0 {
      text.append(UInt8(ascii: "."))
      let end = text.count + scale
      var place = -1
      while text.count < end {
        Self.write(digit(at: place), to: &text)
        place -= 1
      }
      text.removeSubrange(end...)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads a decimal number such as -12.50 or 1e-7, NaN, or Infinity with or without a sign; nil if it is
  /// anything else.
  ///
  /// The places written are kept: "1.50" shows two. PostgreSQL has at most 131072 digits before the decimal
  /// point and 16383 after it; nil if there are more.
  public init?(_ description: String) {
    var text = description.utf8[...]
    var kind = Kind.positive
    if let sign = text.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      if sign == UInt8(ascii: "-") { kind = .negative }
      text.removeFirst()
    }
    switch Substring(text).lowercased() {
    case "nan" where text.count == description.utf8.count:
      self = .nan
      return
    case "infinity", "inf":
      self = kind == .negative ? .negativeInfinity : .infinity
      return
    default: break
    }
    guard let (decimals, point) = Self.decimals(of: text) else { return nil }
    let scale = max(0, decimals.count - point)
    guard point <= 131072, scale <= 16383 else { return nil }
    // The digits are put in groups of four that begin at the decimal point.
    let weight = (point + 3).quotientFloored(by: 4) - 1
    var digits: [UInt16] = []
    let lead = (weight + 1) * 4 - point
    for start in stride(from: -lead, to: decimals.count, by: 4) {
      digits.append(
        (start..<start + 4).reduce(0) { digit, index in
          digit * 10 + (decimals.indices.contains(index) ? UInt16(decimals[index]) : 0)
        })
    }
    self.init(kind: kind, digits: digits, weight: weight, scale: scale)
  }

  /// The decimal digits of a number, and how many of them stand before the point, which may be less than 0.
  private static func decimals(of text: Substring.UTF8View) -> (digits: [UInt8], point: Int)? {
    let mantissa = text.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
    var exponent = 0
    if mantissa.count < text.count {
      let written = Substring(text.dropFirst(mantissa.count + 1))
      guard let number = Int(written), abs(number) <= 1_000_000 else { return nil }
      exponent = number
    }
    let parts = mantissa.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let digits = parts.joined().map { $0 &- UInt8(ascii: "0") }
    guard parts.count <= 2, !digits.isEmpty, digits.allSatisfy({ $0 <= 9 }) else { return nil }
    return (digits, parts[0].count + exponent)
  }

  /// The digit that counts a power of 10000.
  private func digit(at place: Int) -> UInt16 {
    let index = weight - place
    return digits.indices.contains(index) ? digits[index] : 0
  }

  private static func write(_ digit: UInt16, to text: inout [UInt8]) {
    for power: UInt16 in [1000, 100, 10, 1] {
      text.append(UInt8(ascii: "0") + UInt8(digit / power % 10))
    }
  }
}

extension Int {
  /// The quotient rounded down, where `/` rounds towards zero.
  func quotientFloored(by divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

extension Float: PostgresDecodable, PostgresEncodable {
  /// real.
  @inlinable public static var postgresType: PostgresType { .float4 }

  /// Takes real.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Float
  {
    guard type == .float4 else { throw .typeMismatch }
    try bytes.require(4, "real")
    return Float(bitPattern: bytes.loadBigEndian(UInt32.self))
  }

  /// Four bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(bitPattern) }
}

extension Double: PostgresDecodable, PostgresEncodable {
  /// double precision.
  @inlinable public static var postgresType: PostgresType { .float8 }

  /// Takes real and double precision.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Double
  {
    if type == .float8 {
      try bytes.require(8, "double precision")
      return Double(bitPattern: bytes.loadBigEndian(UInt64.self))
    }
    return Double(try Float.decode(bytes, as: type))
  }

  /// Eight bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(bitPattern) }
}
